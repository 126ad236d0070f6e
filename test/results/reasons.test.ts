import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeLedger } from '../../lib/figures/galleries';
import type { Evidence } from '../../lib/results/claimRule';
import { evidenceReason, positionInWords, reasonOf, sidesReason } from '../../lib/results/reasons';
import { difference } from '../../lib/results/statistics';

const GROUP = { mean: 0, deviation: 1, count: 3 };

function at(low: number, high: number, change: Partial<Evidence> = {}): Evidence {
  const contrast = difference(GROUP, GROUP)!;
  const value = (low + high) / 2;
  const found = { difference: value, interval: [low, high] as const, coverage: 0.95, p: 0.5, contrast };
  return { name: 'pooled', ...found, claimed: 5, ...change };
}

test('an interval lies above 0, below it, or holds it with or without what is claimed', () => {
  assert.equal(positionInWords(at(1, 3)), 'lies above 0');
  assert.equal(positionInWords(at(-3, -1)), 'lies below 0');
  assert.equal(positionInWords(at(-1, 6)), "holds both 0 and the paper's +5.0");
  assert.equal(positionInWords(at(-1, 3)), "holds 0, but not the paper's +5.0");
  assert.equal(
    positionInWords(at(-1, 3, { claimed: -2.2, claimedBy: 'rule' })),
    'holds 0, but not the −2.2 that would matter',
  );
});

test('several differences are told after one another, by what they are about', () => {
  const evidence = [at(1, 3), at(-3, -1, { name: 'A', about: 'entropy' })];
  assert.equal(
    evidenceReason(evidence),
    'the difference, +2.0 [+1.0, +3.0], lies above 0; entropy, −2.0 [−3.0, −1.0], lies below 0',
  );
});

test('sides are counted', () => {
  const start = 'of 17 differences, by intervals that hold together,';
  assert.equal(sidesReason(0, 0, 17), `${start} none lies above 0 and none below`);
  assert.equal(sidesReason(1, 2, 17), `${start} 1 lies above 0 and 2 below`);
  assert.equal(sidesReason(3, 0, 17), `${start} 3 lie above 0 and none below`);
});

test("the rule's own reason comes first, then its evidence, then what was read", () => {
  const entry = wholeLedger([]).find(({ claim }) => claim.paper === 'locnet')!;
  assert.equal(reasonOf(entry), 'Not run: no record of locnet.');
  const judged = { ...entry, verdict: 'mixed' as const, summary: 'a here. B there' };
  assert.equal(reasonOf(judged), 'A here; B there.');
  assert.equal(
    reasonOf({ ...judged, evidence: [at(1, 3)] }),
    'The difference, +2.0 [+1.0, +3.0], lies above 0.',
  );
  assert.equal(reasonOf({ ...judged, evidence: [at(1, 3)], reason: 'because' }), 'Because.');
});
