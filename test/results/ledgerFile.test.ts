import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020';
import { readLedger, wholeLedger } from '../../lib/figures/galleries';
import { fromRoot } from '../../lib/files';
import { ledgerOfPlan } from '../../lib/results/claims';
import { type LedgerFile, ledgerFile, runsOf } from '../../lib/results/ledgerFile';
import { readClaims } from '../../lib/results/papers';
import { newSeedPlan, withClaims } from '../../lib/results/seedPlan';
import { topKTrainingRules } from '../../lib/results/topkClaims';
import { type Gains, syntheticGrid } from './syntheticRecords';

const SCHEMA = JSON.parse(fs.readFileSync(fromRoot('data', 'papers', 'ledger.schema.json'), 'utf8'));
const isLedger = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(SCHEMA);
const committed: LedgerFile = JSON.parse(fs.readFileSync(fromRoot('figures', 'claims.json'), 'utf8'));

function assertValid(file: unknown): void {
  assert.ok(isLedger(JSON.parse(JSON.stringify(file))), JSON.stringify(isLedger.errors?.slice(0, 3)));
}

const gains: Gains = { topk: { original: 2, stylised: 5 }, 'topk-mean': { original: -5, stylised: -5 } };
const GRID = syntheticGrid({ code: gains, paper: gains });

test('the committed ledger is what its schema says and what the records say', () => {
  assertValid(committed);
  const { entries, runs } = readLedger();
  assert.deepEqual(ledgerFile(entries, runs), committed, 'run "npm run claims" and commit figures/');
});

test('every record and every file that the ledger names is there', () => {
  const named = new Set(committed.claims.flatMap(({ records, reads }) => [...records, ...reads]));
  assert.ok(named.size > 150, `only ${named.size} files named`);
  assert.deepEqual(
    [...named].filter((file) => !fs.existsSync(fromRoot('data', file))),
    [],
  );
});

test('every claim of every paper is in it, in a group of its paper', () => {
  for (const paper of ['locnet', 'topk']) {
    const ids = new Set(committed.claims.filter((claim) => claim.paper === paper).map(({ id }) => id));
    assert.deepEqual(
      [...ids],
      readClaims(paper).map(({ id }) => id),
    );
  }
  for (const claim of committed.claims)
    assert.ok(committed.groups.some(({ paper, id }) => paper === claim.paper && id === claim.group));
});

test('a reason is one sentence, also where nothing was run', () => {
  for (const { reason, id } of [...committed.claims, ...ledgerFile(wholeLedger([]), []).claims]) {
    assert.match(reason, /^[A-Z0-9].*\.$/, id);
    assert.doesNotMatch(reason, /\. [A-Z]/, id);
  }
});

test('numbers are numbers, with what they are weighed against', () => {
  const { claims } = ledgerFile(wholeLedger(GRID), GRID);
  const of = (claim: string) => claims.find(({ id }) => id === claim)!;
  const [pooled] = of('D1').evidence;
  assert.equal(pooled.difference, 5);
  assert.ok(pooled.interval[0] > 0 && pooled.detectable > 0 && pooled.seedsNeeded! >= 2);
  assert.deepEqual([pooled.unit, pooled.claimed, pooled.claimedBy], ['percentage points', 5.05, 'paper']);
  assert.equal(of('D1').reason, 'The difference, +5.0 [+4.3, +5.7], lies above 0.');
  assert.equal(of('D5').evidence[0].claimedBy, 'rule');
  assert.ok(of('D1').records.includes('records/tiny/topk-training/code-topk--s1--seed0.json'));
  assert.deepEqual(of('D1').engines, [{ name: 'wasm', version: '4.22.0' }]);
  assert.deepEqual(of('D1').dates, ['2026-01-02', '2026-01-02']);
  assert.deepEqual([of('D7').verdict, of('D7').records, of('D7').dates], ['not run', [], null]);
  assertValid(ledgerFile(wholeLedger(GRID), GRID));
  assertValid(ledgerFile(wholeLedger([]), []));
});

test('a plan is told with its looks, and its further seeds by their folder', () => {
  const plan = withClaims(newSeedPlan('topk-training', 'tiny', [0, 1]), ['D1'], '2026-01-02');
  const further = GRID.map((run) => {
    const seed = run.cell.seed + plan.seeds[2];
    return { ...run, cell: { ...run.cell, seed, id: run.cell.id.replace(/\d+$/, String(seed)) } };
  });
  const runs = [...GRID.filter(({ cell }) => cell.seed < 2), ...further];
  const file = ledgerFile(ledgerOfPlan(plan, runs, 'topk', topKTrainingRules), runs);
  assertValid(file);
  const [{ untilDecided, records }] = file.claims;
  assert.deepEqual([untilDecided?.since, untilDecided?.looks], ['2026-01-02', [2, 4, 8]]);
  assert.deepEqual(
    untilDecided?.taken.map(({ seeds }) => seeds),
    [2, 4],
  );
  assert.ok(records.includes('records/tiny/topk-training/code-topk--s1--seed1.json'));
  assert.ok(records.includes('until-decided/tiny/topk-training/code-topk--s1--seed3.json'));
});

test('a verdict by a plan rests on what the plan added, and not on runs of these seeds that somebody else made', () => {
  const plan = withClaims(newSeedPlan('topk-training', 'tiny', [0, 1]), ['D1'], '2026-01-02');
  const someones = GRID.map((run) => ({ ...run, date: '2020-01-01' }));
  const [entry] = ledgerOfPlan(plan, GRID, 'topk', topKTrainingRules);
  const behind = runsOf(entry, [...someones, ...GRID]);
  assert.ok(behind.length > 0 && behind.every((run) => GRID.includes(run)));
});

test('a run that is missing is named', () => {
  assert.throws(
    () => ledgerFile(wholeLedger(GRID), GRID.slice(1)),
    /Claim \w+ \(tiny\) rests on the run code-none--s1--seed0 of topk-training, which is not there/,
  );
});

test('the schema refuses numbers without records, verdicts without grounds and unknown words', () => {
  const [claim] = committed.claims.filter(({ id }) => id === 'D1');
  const refused = (change: object): boolean =>
    !isLedger({ ...committed, claims: [JSON.parse(JSON.stringify({ ...claim, ...change }))] });
  assert.ok(!refused({}));
  assert.ok(refused({ records: [] }));
  assert.ok(refused({ records: [], evidence: [], comparisons: [], engines: [], dates: null }));
  assert.ok(refused({ verdict: 'confirmed' }));
  assert.ok(refused({ evidence: [{ ...claim.evidence[0], difference: '+1.5' }] }));
  assert.ok(refused({ engine: 'wasm' }));
});
