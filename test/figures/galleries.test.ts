import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXPERIMENTS } from '../../lib/experiments/registry';
import { GALLERIES, wholeLedger } from '../../lib/figures/galleries';
import { papersWithClaims, readClaims } from '../../lib/results/papers';
import { syntheticGrid } from '../results/syntheticRecords';

test('every experiment has one gallery, under its paper', () => {
  assert.deepEqual(
    GALLERIES.map(({ experiment, paper }) => `${experiment} of ${paper}`).sort(),
    EXPERIMENTS.map(({ id, paper }) => `${id} of ${paper}`).sort(),
  );
});

test('a rule belongs to the experiment of its gallery and to a claim of its paper, which has no other rule', () => {
  for (const { experiment, paper, rules } of GALLERIES) {
    for (const rule of rules) {
      assert.equal(rule.experiment, experiment, rule.claim);
      assert.ok(
        readClaims(paper).some(({ id }) => id === rule.claim),
        `${paper} has no claim ${rule.claim}`,
      );
    }
  }
  const claims = GALLERIES.flatMap(({ paper, rules }) => rules.map(({ claim }) => `${paper} ${claim}`));
  assert.equal(new Set(claims).size, claims.length);
});

test('the ledger has every claim of every paper, in order', () => {
  assert.deepEqual(
    wholeLedger([]).map(({ claim }) => `${claim.paper} ${claim.id}`),
    papersWithClaims().flatMap((paper) => readClaims(paper).map(({ id }) => `${paper} ${id}`)),
  );
  assert.ok(papersWithClaims().includes('topk') && !papersWithClaims().includes('benchmark'));
});

test('a rule judges the claims of its own paper only', () => {
  const gains = { topk: { original: 5, stylised: 5 }, 'topk-mean': { original: -5, stylised: -5 } };
  const records = syntheticGrid({ code: gains, paper: gains });
  const judged = (paper: string): number =>
    wholeLedger(
      records,
      GALLERIES.map((gallery) => ({ ...gallery, paper })),
    ).filter(({ verdict }) => verdict !== 'not run').length;
  assert.ok(judged('topk') > 0);
  assert.equal(judged('another'), 0);
});
