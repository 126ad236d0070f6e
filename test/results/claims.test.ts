import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';
import type { Verdict } from '../../lib/results/claimRule';
import { ledger as judgeClaims, type LedgerEntry } from '../../lib/results/claims';
import { readClaims, readTopKTable } from '../../lib/results/papers';
import type { RunRecord } from '../../lib/results/record';
import { welchTest } from '../../lib/results/statistics';
import { topKTrainingRules } from '../../lib/results/topkClaims';
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
  const found = judge(gains(5, -5), gains(-0.5, -5, 0.2), 10);
  for (const id of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'O1']) assert.equal(found[id], 'reproduced', id);
  assert.equal(found.D7, 'not run');
});

test('runs unlike the report reproduce none of them', () => {
  const found = judge(gains(-5, 5), gains(3, 5), -4);
  for (const id of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'O1']) assert.equal(found[id], 'not reproduced', id);
});

test('a gain on one subset only is mixed', () => {
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
    /^s1 \+5\.0 \(p 0\.00\), s2 \+5\.0 \(p 0\.00\); pooled \+5\.0 \[\+4\.\d, \+5\.\d\]$/,
  );
});

test('each rule belongs to a claim of the report and is stated in words', () => {
  const ids = readClaims('topk').map((claim) => claim.id);
  for (const rule of topKTrainingRules) {
    assert.ok(ids.includes(rule.claim), rule.claim);
    assert.match(rule.text, /Reproduced: .*Not reproduced: .*(mixed|Mixed)/);
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
    const found = welchTest(summary(a), summary(b));
    assert.ok(Math.abs((found?.p ?? 0) - row.p_two_sided) < 1e-4, JSON.stringify(row));
  }
});
