import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';
import type { Verdict } from '../../lib/results/claimRule';
import { ledger as judgeClaims, type LedgerEntry } from '../../lib/results/claims';
import { readClaims, readTopKTable } from '../../lib/results/papers';
import type { RunRecord } from '../../lib/results/record';
import { detectable, difference, runsNeeded, twoSidedP } from '../../lib/results/statistics';
import { topKTrainingRules } from '../../lib/results/topkClaims';
import { findingOf, verdictOfParts } from '../../lib/results/verdicts';
import { type Gains, syntheticGrid, syntheticRecord } from './syntheticRecords';

const ledger = (records: readonly RunRecord[]): LedgerEntry[] =>
  judgeClaims(records, 'topk', topKTrainingRules);

function verdicts(entries: readonly LedgerEntry[]): Record<string, Verdict> {
  return Object.fromEntries(entries.map((entry) => [entry.claim.id, entry.verdict]));
}

function judge(code: Gains, paper: Gains, paperBonus?: number): Record<string, Verdict> {
  return verdicts(ledger(syntheticGrid({ code, paper, paperBonus })));
}

const gains = (topk: number, mean: number, original = topk): Gains => ({
  topk: { original, stylised: topk },
  'topk-mean': { original: mean, stylised: mean },
});

test('every claim is not run without records', () => {
  const entries = ledger([]);
  assert.deepEqual(
    entries.map((entry) => entry.claim.id),
    readClaims('topk').map((claim) => claim.id),
  );
  assert.ok(entries.every((entry) => entry.verdict === 'not run' && entry.profile === null));
});

test('runs like the report reproduce D1 to D6 and O1', () => {
  const found = judge(gains(5, -5), gains(-3, -5, 0.2), 20);
  for (const id of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'O1']) assert.equal(found[id], 'reproduced', id);
  assert.equal(found.D7, 'not run');
});

test('runs unlike the report reproduce none of them', () => {
  const found = judge(gains(-5, 5), gains(3, 5), -20);
  for (const id of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'O1']) assert.equal(found[id], 'not reproduced', id);
});

test('a gain on one subset with a loss on another is mixed', () => {
  const records = syntheticGrid({ code: gains(4, -4), paper: gains(0, -4) }).map((record) => {
    const { subset, spec, variant, seed } = record.cell;
    if (subset !== 's2' || spec !== 'code' || variant !== 'topk') return record;
    return syntheticRecord({ spec, variant, subset, seed, original: 0.68, stylised: 0.38 });
  });
  const found = verdicts(ledger(records));
  assert.equal(found.D1, 'mixed');
  assert.equal(found.D2, 'mixed');
});

test('subsets with one seed are left out, and a claim without any other is not run', () => {
  const records = [0, 1].map((i) => syntheticRecord({ variant: i === 0 ? 'none' : 'topk' }));
  const entry = ledger(records).find(({ claim }) => claim.id === 'D1');
  assert.equal(entry?.verdict, 'not run');
  assert.equal(entry?.profile, 'tiny');
});

test('evidence names numbers, cells and profile; profiles are judged apart', () => {
  const tiny = syntheticGrid({ code: gains(5, -5), paper: gains(0, -5) });
  const paper = tiny.map((record) => ({ ...record, profile: 'paper' }));
  const entries = ledger([...tiny, ...paper]).filter(({ claim }) => claim.id === 'D1');
  assert.deepEqual(
    entries.map((entry) => entry.profile),
    ['paper', 'tiny'],
  );
  assert.equal(entries[0].cells.length, 12);
  assert.match(
    entries[0].summary,
    /^s1 \+5\.0 \[\+3\.9, \+6\.1\] \(p < 0\.01, detectable 1\.\d\), s2 .*; pooled \+5\.0 \[\+4\.3, \+5\.7\] \(p < 0\.01, detectable \d\.\d\); claimed \+5\.0$/,
  );
});

test('an interval shows, refutes or leaves undecided, ends included', () => {
  assert.equal(findingOf([0.01, 3], 5), 'shown');
  assert.equal(findingOf([0, 3], 5), 'refuted');
  assert.equal(findingOf([0, 5], 5), 'undecided');
  assert.equal(findingOf([-1, 4.99], 5), 'refuted');
  assert.equal(findingOf([-4, 9], 5), 'undecided');
  assert.equal(findingOf([-9, -1], 5), 'refuted');
  assert.equal(findingOf([6, 9], 5), 'shown');
  assert.equal(findingOf([-9, -0.01], -5), 'shown');
  assert.equal(findingOf([-9, 0], -5), 'undecided');
  assert.equal(findingOf([-4.99, 1], -5), 'refuted');
});

test('several statements: all shown, none refuted, some refuted', () => {
  assert.equal(verdictOfParts(['shown', 'shown']), 'reproduced');
  assert.equal(verdictOfParts(['shown', 'undecided']), 'inconclusive');
  assert.equal(verdictOfParts(['undecided', 'undecided']), 'inconclusive');
  assert.equal(verdictOfParts(['shown', 'refuted', 'undecided']), 'mixed');
  assert.equal(verdictOfParts(['refuted', 'undecided']), 'not reproduced');
});

/** Runs in which Top-K and mean replacement differ from the plain network by these points, with a spread of so many over five seeds. */
function spreadOut(points: Partial<Record<'topk' | 'topk-mean', number>>, spread: number): LedgerEntry[] {
  const records = (['code', 'paper'] as const).flatMap((spec) =>
    (['none', 'topk', 'topk-mean'] as const).flatMap((variant) =>
      ['s1', 's2'].flatMap((subset) =>
        [-2, -1, 0, 1, 2].map((step, seed) => {
          const gain = variant === 'none' ? 0 : (points[variant] ?? 0);
          // Five steps of one have a sample deviation of 1.58.
          const stylised = (40 + gain + (step * spread) / 1.5811) / 100;
          return syntheticRecord({ spec, variant, subset, seed, original: stylised + 0.3, stylised });
        }),
      ),
    ),
  );
  return ledger(records);
}

test('what decides nothing is inconclusive, with the seeds that would decide it', () => {
  const wide = spreadOut({ topk: 1, 'topk-mean': -3 }, 8);
  const found = verdicts(wide);
  for (const id of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'O1']) assert.equal(found[id], 'inconclusive', id);
  const [pooled] = wide.find(({ claim }) => claim.id === 'D1')!.evidence;
  // By the formula for known degrees of freedom: (2.1199 + 0.8647) * 0.4472 * 8 = 10.7.
  const size = detectable(pooled.contrast);
  assert.ok(size > 10.7 && size < 11.2, String(size));
  const seeds = runsNeeded(pooled.claimed, pooled.contrast) as number;
  assert.ok(seeds > 18 && seeds < 22, String(seeds));
  assert.ok(Math.abs(pooled.claimed - 5.05) < 1e-9);
});

test('the same differences decide when the runs spread less', () => {
  const found = verdicts(spreadOut({ topk: 1, 'topk-mean': -3 }, 1.5));
  assert.equal(found.D1, 'not reproduced');
  assert.equal(found.D3, 'reproduced');
  assert.equal(found.D6, 'reproduced');
  assert.equal(found.D2, 'inconclusive', 'a gain of 1 beside a claimed 2.2');
});

test('at the thresholds: half widths of pooled intervals over two subsets and five seeds', () => {
  // Four equal spreads s of five runs: SE = s sqrt(4 / 4 / 5), 16 degrees of freedom, so the half width is 2.1199 * 0.4472 s.
  const half = 0.948;
  assert.equal(verdicts(spreadOut({ topk: half * 1.01 }, 1)).D2, 'reproduced');
  assert.equal(verdicts(spreadOut({ topk: half * 0.99 }, 1)).D2, 'not reproduced');
  assert.equal(verdicts(spreadOut({ topk: 2.225 - half * 0.99 }, 1.4)).D2, 'inconclusive');
  assert.equal(verdicts(spreadOut({ topk: 2.225 - half * 1.01 }, 1)).D5, 'reproduced');
  assert.equal(verdicts(spreadOut({ topk: 2.225 - half * 0.99 }, 1)).D5, 'not reproduced');
  assert.equal(verdicts(spreadOut({ topk: half * 0.99 }, 2)).D5, 'inconclusive');
  assert.equal(verdicts(spreadOut({ 'topk-mean': half * 1.01 }, 1)).D3, 'not reproduced');
  assert.equal(verdicts(spreadOut({ 'topk-mean': half * 0.99 }, 1)).D3, 'mixed');
  assert.equal(verdicts(spreadOut({ 'topk-mean': -half * 1.01 }, 1)).D3, 'reproduced');
  assert.equal(verdicts(spreadOut({ 'topk-mean': -half * 0.99 }, 1)).D3, 'mixed');
});

test('the earlier rules stand beside: on the same runs they took wide intervals for decisions', () => {
  const wide = spreadOut({ topk: -0.5, 'topk-mean': -3 }, 8);
  const earlier = Object.fromEntries(wide.map(({ claim, earlier }) => [claim.id, earlier?.verdict]));
  assert.equal(earlier.D1, 'not reproduced');
  assert.equal(earlier.D2, 'not reproduced');
  assert.equal(earlier.D3, 'reproduced');
  assert.equal(earlier.D7, undefined);
  assert.equal(wide[0].earlier?.until, '2026-11-26');
});

test('the earlier rule for D1 asked for p below 0.05, not for less', () => {
  const verdictAt = (spread: number): Verdict | undefined =>
    spreadOut({ topk: 1 }, spread).find(({ claim }) => claim.id === 'D1')?.earlier?.verdict;
  // Two groups of five with the spread s: t = 1 / (s sqrt(2 / 5)), 8 degrees of freedom, 2.306 at p = 0.05.
  assert.equal(verdictAt(0.68), 'reproduced');
  assert.equal(verdictAt(0.69), 'mixed');
  assert.equal(verdictAt(1.5), 'not reproduced');
});

test('each rule belongs to a claim of the report and is stated in words', () => {
  const ids = readClaims('topk').map((claim) => claim.id);
  for (const rule of topKTrainingRules) {
    assert.ok(ids.includes(rule.claim), rule.claim);
    for (const verdict of ['Reproduced: ', 'Not reproduced: ', 'Mixed: ', 'Inconclusive: '])
      assert.ok(rule.text.includes(verdict), `${rule.claim}: ${verdict}`);
    assert.match(rule.earlier?.text ?? '', /Reproduced: .*Not reproduced: .*(mixed|Mixed)/);
  }
});

test('the stored Table 1 is the reference, with the p-values derived from it', (context) => {
  const reference = fromRoot('..', 'shared', 'reference', 'topk', 'table1.json');
  if (!fs.existsSync(reference)) return context.skip('the reference numbers are not here');
  const { rows, derived_comparisons } = JSON.parse(fs.readFileSync(reference, 'utf8'));
  const stored = readTopKTable();
  assert.equal(stored.length, 24);
  const specs: Record<string, string> = { CS: 'code', PS: 'paper' };
  const variants: Record<string, string> = { none: 'none', topk: 'topk', mean_replace: 'topk-mean' };
  const find = (spec: string, variant: string, subset: string) =>
    stored.find(
      (row) => row.spec === specs[spec] && row.variant === variants[variant] && row.subset === subset,
    )!;
  for (const row of rows) {
    for (const [subset, { mean, std }] of Object.entries<{ mean: number; std: number }>(row.stylised)) {
      assert.deepEqual(find(row.spec, row.topk, subset).stylised, [mean, std]);
    }
  }
  for (const row of derived_comparisons.rows.filter(({ spec }: { spec: string }) => spec in specs)) {
    const set = row.set as 'original' | 'stylised';
    const [a, b] = [find(row.spec, 'none', row.subset)[set], find(row.spec, row.variant, row.subset)[set]];
    const summary = ([mean, deviation]: readonly [number, number]) => ({ mean, deviation, count: 3 });
    const found = twoSidedP(difference(summary(a), summary(b))!);
    assert.ok(Math.abs((found ?? 0) - row.p_two_sided) < 1e-4, JSON.stringify(row));
  }
});
