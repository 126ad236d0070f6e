// Two groups of runs side by side, what intervals say, and how that is put into words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../lib/results/claimRule';
import { ledger } from '../../lib/results/claims';
import { compare, describe, matching, metricValues, pool, subsetsOf } from '../../lib/results/comparisons';
import { difference } from '../../lib/results/statistics';
import { evidenceInWords, inWords, signed } from '../../lib/results/verdicts';
import { runsAt } from './runsAt';
import { syntheticRecord } from './syntheticRecords';

const PLAIN = { spec: 'code', variant: 'none' };
const TOPK = { spec: 'code', variant: 'topk' };

test('runs are found by their coordinates, in the order of their seeds', () => {
  const runs = [2, 0, 1].map((seed) => syntheticRecord({ seed, original: (70 + seed) / 100 }));
  const others = [syntheticRecord({ spec: 'paper' }), syntheticRecord({ subset: 's2' })];
  const where = { ...PLAIN, subset: 's1' };
  assert.deepEqual(
    matching([...others, ...runs], where).map(({ cell }) => cell.seed),
    [0, 1, 2],
  );
  assert.deepEqual(
    metricValues([...others, ...runs], 'original', where).map((value) => Math.round(value)),
    [70, 71, 72],
  );
  const of = (subset: string) => syntheticRecord({ subset });
  assert.deepEqual(subsetsOf([of('s2'), of('s3'), of('s1'), of('s2')]), ['s1', 's2', 's3']);
});

test('runs without the metric, or with an undefined one, are left out', () => {
  const [a, b, c] = [0, 1, 2].map((seed) => syntheticRecord({ seed }));
  const { shapeBias: _, ...rest } = b.metrics;
  const runs = [
    a,
    { ...b, metrics: rest },
    { ...c, metrics: { ...c.metrics, shapeBias: { ...c.metrics.shapeBias, value: null } } },
  ];
  assert.deepEqual(metricValues(runs, 'shapeBias', PLAIN), [25]);
  assert.equal(metricValues(runs, 'original', PLAIN).length, 3);
});

test('two seeds of both groups are enough; one of either is not', () => {
  const run = (variant: string, seed: number) =>
    syntheticRecord({ variant, seed, original: (variant === 'none' ? 0.7 : 0.75) + seed / 100 });
  const [none, topk] = ['none', 'topk'].map((variant) => [1, 0].map((seed) => run(variant, seed)));
  const [found] = compare([...topk, ...none], 'original', PLAIN, TOPK);
  assert.ok(Math.abs(found.difference - 5) < 1e-9);
  assert.deepEqual(found.cells, [
    'code-none--s1--seed0',
    'code-none--s1--seed1',
    'code-topk--s1--seed0',
    'code-topk--s1--seed1',
  ]);
  assert.deepEqual(compare([...none, topk[0]], 'original', PLAIN, TOPK), []);
  assert.deepEqual(compare([none[0], ...topk], 'original', PLAIN, TOPK), []);
  assert.throws(() => pool([]), /No subset to compare/);
});

test('numbers carry their sign, 0 a plus', () => {
  assert.deepEqual([1.26, 0, -0.04, -3].map(signed), ['+1.3', '+0.0', '−0.0', '−3.0']);
});

test('p has two digits from 0.01 on; without any spread there is none', () => {
  const summary = (mean: number, deviation: number) => ({ mean, deviation, count: 5 });
  const found = describe(difference(summary(1, 1), summary(2, 1))!);
  assert.match(inWords('s1', { ...found, p: 0.01 }), /\(p 0\.01, detectable 2\.\d\)$/);
  assert.match(inWords('s1', { ...found, p: 0.0099 }), /\(p < 0\.01, detectable 2\.\d\)$/);
  const exact = describe(difference(summary(1, 0), summary(2, 0))!);
  assert.equal(inWords('s1', exact), 's1 +1.0 [+1.0, +1.0] (detectable 0.0)');
  assert.match(
    evidenceInWords({ ...exact, name: 'pooled', claimed: -2 }),
    /^pooled \+1\.0 .*; claimed −2\.0$/,
  );
});

test('a rule judges the runs of its own experiment; one that was never changed has no earlier verdict', () => {
  const runs = runsAt({ code: { none: { s1: 40 } } }, 1);
  const strangers = runs.map((run) => ({ ...run, experiment: 'another', profile: 'paper' }));
  const seen: number[] = [];
  const rule = {
    claim: 'D1',
    experiment: 'topk-training',
    text: 'always',
    judge: (records: readonly unknown[]) => {
      seen.push(records.length);
      return { verdict: 'mixed', summary: '', comparisons: [], evidence: [] } as const;
    },
  };
  const [entry, unruled] = ledger([...strangers, ...runs], 'topk', [rule]);
  assert.deepEqual([entry.profile, entry.verdict, entry.earlier], ['tiny', 'mixed', null]);
  assert.deepEqual(seen, [5]);
  const earlier = { text: 'once', until: '2026-01-01', judge: (): Verdict => 'not reproduced' };
  const [changed] = ledger(runs, 'topk', [{ ...rule, earlier }]);
  assert.deepEqual(changed.earlier, { verdict: 'not reproduced', rule: 'once', until: '2026-01-01' });
  const [absent] = ledger(strangers, 'topk', [rule]);
  assert.match(absent.summary, /no record of topk-training/);
  for (const { verdict, comparisons, evidence, cells } of [unruled, absent])
    assert.deepEqual([verdict, comparisons, evidence, cells], ['not run', [], [], []]);
});
