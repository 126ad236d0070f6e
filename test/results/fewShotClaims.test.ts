// The rules for D7 to D12, R7 and R8, on made-up distances.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judgement, Verdict } from '../../lib/results/claimRule';
import { fewShotRules, printedRatio, ratios } from '../../lib/results/fewShotClaims';
import { readFewShotPaper } from '../../lib/results/fewShotPaper';
import { fewShotRecords, type LogDistance } from './fewShotRecords';

function judge(claim: string, logOf: LogDistance, spread?: number): Judgement {
  return fewShotRules.find((rule) => rule.claim === claim)!.judge(fewShotRecords(logOf, spread));
}

const verdicts = (claim: string, cases: readonly (readonly [Verdict, LogDistance, number?])[]): void => {
  for (const [i, [verdict, logOf, spread]] of cases.entries())
    assert.equal(judge(claim, logOf, spread).verdict, verdict, `${claim}, case ${i}`);
};

const flat: LogDistance = () => 4;
const by =
  (values: Readonly<Record<string, number>>): LogDistance =>
  (_, sparsity, noise) =>
    4 + (values[sparsity] ?? 0) + (noise === 'on' ? (values.noise ?? 0) : 0);

test('ratios are differences of logarithms, by hand', () => {
  const [found] = ratios(
    fewShotRecords(by({ top5: -0.1 }), 0.02, ['a']),
    { sparsity: 'none', noise: 'off' },
    { sparsity: 'top5', noise: 'off' },
  );
  assert.ok(Math.abs(found.difference + 10) < 1e-9);
  // Deviation 2 of three seeds each, four degrees of freedom.
  const half = 2.776445 * 2 * Math.sqrt(2 / 3);
  assert.ok(Math.abs(found.interval[1] - (-10 + half)) < 1e-4, `${found.interval}`);
});

test('what the report prints, by hand', () => {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const wanted = 100 * mean([46.38 / 50.65, 40.84 / 46.76, 40.23 / 44.34, 59.31 / 70.04].map(Math.log));
  const of = (sparsity: string, noise = 'off') => ({ sparsity, noise });
  assert.ok(Math.abs(printedRatio('2a', of('none'), of('top5')) - wanted) < 1e-9);
  const fifteen = 100 * mean([151.8 / 175.88, 81.71 / 94.66].map(Math.log));
  assert.ok(Math.abs(printedRatio('2b', of('top5'), of('top15')) - fifteen) < 1e-9);
  assert.equal(readFewShotPaper().rows.length, 20);
});

test('D7, D9, D10: lower, not lower, or not decided', () => {
  verdicts('D7', [
    ['reproduced', by({ top5: -0.1 })],
    ['not reproduced', flat],
    ['not reproduced', by({ top5: 0.1 })],
    ['inconclusive', by({ top5: -0.05 }), 0.2],
  ]);
  verdicts('D9', [
    ['reproduced', by({ top5: -0.1, top15: -0.1 })],
    ['mixed', by({ top5: 0.1, top15: -0.1 })],
    ['not reproduced', by({ top5: 0.1, top15: 0.1 })],
    ['inconclusive', flat, 0.2],
  ]);
  verdicts('D10', [
    ['reproduced', by({ top5: 0.1 })],
    ['not reproduced', by({ top15: 0.1 })],
    ['inconclusive', by({ top5: 0.05 }), 0.2],
  ]);
});

/** Noise moves each set by its own. */
const noiseBySet =
  (moves: Readonly<Record<string, number>>): LogDistance =>
  (set, _, noise) =>
    4 + (noise === 'on' ? moves[set] : 0);

test('D8, D11, D12: noise, data set by data set', () => {
  verdicts('D8', [
    ['reproduced', noiseBySet({ a: -0.3, b: 0.3, c: 0 })],
    ['not reproduced', noiseBySet({ a: -0.3, b: -0.3, c: -0.3 })],
    ['not reproduced', noiseBySet({ a: 0.3, b: 0.3, c: 0.3 })],
    ['inconclusive', noiseBySet({ a: -0.3, b: 0, c: 0 })],
  ]);
  verdicts('D12', [
    ['reproduced', noiseBySet({ a: -0.3, b: 0.3, c: 0 })],
    ['not reproduced', noiseBySet({ a: -0.3, b: -0.3, c: -0.3 })],
    ['inconclusive', noiseBySet({ a: -0.3, b: 0, c: -0.3 })],
  ]);
  verdicts('D11', [
    ['reproduced', noiseBySet({ a: 0.3, b: 0, c: 0 }), 0.005],
    ['not reproduced', noiseBySet({ a: -0.3, b: -0.3, c: -0.3 }), 0.005],
    ['inconclusive', noiseBySet({ a: 0.3, b: 0.3, c: 0.3 }), 0.005],
    // Raised, but by less than the report calls a rise.
    ['reproduced', noiseBySet({ a: 0.05, b: 0.3, c: -0.3 }), 0.001],
  ]);
  assert.match(judge('D12', flat).summary, /Without Top-K: pooled/);
});

test('R7 is reproduced, R8 mixed; without runs no rule of distances says anything', () => {
  assert.equal(judge('R7', flat).verdict, 'reproduced');
  const { verdict, summary } = judge('R8', flat);
  assert.equal(verdict, 'mixed');
  assert.match(summary, /railway 105/);
  for (const rule of fewShotRules.filter(({ claim }) => claim.startsWith('D')))
    assert.equal(rule.judge([]).verdict, 'not run', rule.claim);
});
