import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  coverageInWords,
  expectedMisses,
  groupTable,
  lastWords,
  openTable,
  seedsOf,
  thinTable,
  verdictsTable,
} from '../../lib/figures/claimsStory';
import { readLedger, wholeLedger } from '../../lib/figures/galleries';
import type { LedgerEntry } from '../../lib/results/claims';
import { papersWithClaims, readClaimGroup, readClaimGroups } from '../../lib/results/papers';
import { checkTable, type Table } from '../../lib/results/tables';
import { syntheticGrid } from '../results/syntheticRecords';

const GROUPS = papersWithClaims().flatMap(readClaimGroups);
const group = (id: string) => GROUPS.find((each) => each.id === id)!;
const gains = (topk: number) => ({
  topk: { original: topk, stylised: topk },
  'topk-mean': { original: -5, stylised: -5 },
});
const GRID = syntheticGrid({ code: gains(5), paper: gains(0) });
const ENTRIES = wholeLedger(GRID);

function column(table: Table, name: string): unknown[] {
  const at = table.columns.indexOf(name);
  assert.ok(at >= 0, `no column ${name} in ${table.columns.join(', ')}`);
  return table.rows.map((row) => row[at]);
}

test('the questions together show every verdict once', () => {
  const { entries, runs } = readLedger();
  const table = checkTable(verdictsTable(entries, GROUPS));
  const named = table.rows.flatMap((row) => row.slice(2)).flatMap((names) => String(names ?? '').split('; '));
  assert.equal(named.filter((name) => name !== '').length, lastWords(entries).length);
  for (const each of GROUPS) checkTable(groupTable(entries, runs, each));
  checkTable(openTable(entries, runs));
  checkTable(thinTable(entries));
});

test('a question shows the numbers of the paper, ours, and why', () => {
  const table = checkTable(groupTable(ENTRIES, GRID, group('sparsity-gives-shape')));
  assert.deepEqual(column(table, 'Claim'), ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'O1']);
  assert.equal(column(table, 'Ours')[0], '+5.0 [+4.3, +5.7]');
  assert.equal(column(table, 'Weighed against')[0], '+5.0');
  assert.equal(column(table, 'Weighed against')[4], '+2.2 (set by the rule)');
  assert.equal(column(table, 'Why')[0], 'The difference, +5.0 [+4.3, +5.7], lies above 0.');
  assert.match(table.caption, /^If so, .* Profile tiny: 36 runs/);
});

test('what was only read stands once, without columns of numbers', () => {
  const long = GRID.map((run) => ({ ...run, profile: 'long' }));
  const runs = [...GRID, ...long];
  const table = groupTable(wholeLedger(runs), runs, group('text-and-code'));
  const topk = groupTable(wholeLedger(runs), runs, readClaimGroup('topk', 'text-and-code'));
  assert.deepEqual(column(topk, 'Claim'), ['R4', 'R5', 'R6', 'R7', 'R8']);
  assert.ok(!topk.columns.includes('Ours') && !topk.columns.includes('Detectable'));
  assert.deepEqual(column(table, 'Verdict'), ['not run', 'not run']);
  assert.match(topk.caption, /Read, not run\.$/);
});

test('what is open says what it would take', () => {
  const runs = GRID.filter(({ cell }) => cell.seed < 2);
  const entries = wholeLedger(runs);
  const open = lastWords(entries).filter(({ verdict }) => verdict === 'inconclusive');
  const table = checkTable(openTable(entries, runs));
  assert.deepEqual(
    [...new Set(column(table, 'Claim'))],
    open.map(({ claim }) => claim.id),
  );
  for (const seeds of column(table, 'Seeds a group')) assert.equal(seeds, 2);
  for (const [i, id] of column(table, 'Claim').entries())
    assert.equal(column(table, "A plan's last look")[i], id === 'D5' ? null : 8);
});

test('a claim that is judged without differences, or by intervals over images, asks for no seeds', () => {
  const { entries, runs } = readLedger();
  const table = openTable(entries, runs);
  const thinned = table.rows.filter(([claim]) => claim === 'M5');
  assert.deepEqual(
    thinned.map(([, , seeds, , , smallest]) => [seeds, smallest]),
    [[null, null]],
  );
  assert.doesNotMatch(JSON.stringify(table.rows), /Infinity|NaN/);
});

test('a plan has the last word, the other profiles keep theirs', () => {
  const { entries } = readLedger();
  const last = lastWords(entries);
  const of = (id: string): LedgerEntry[] => last.filter(({ claim }) => claim.id === id);
  assert.ok(of('D1').length === 1 && of('D1')[0].untilDecided !== null);
  assert.deepEqual(
    of('B5').map(({ profile }) => profile),
    ['long', 'tiny'],
  );
  assert.equal(of('R7').length, 1);
});

test('a difference that is told from 0 by little is named', () => {
  const [d1] = ENTRIES.filter(({ claim }) => claim.id === 'D1');
  const at = (interval: [number, number]): Table =>
    thinTable([{ ...d1, evidence: [{ ...d1.evidence[0], interval }] }]);
  assert.equal(at([0.2, 4]).rows.length, 1);
  assert.equal(at([-4, -0.2]).rows.length, 1);
  assert.equal(at([2, 4]).rows.length, 0);
  assert.equal(at([-0.2, 4]).rows.length, 0);
  assert.match(at([-0.2, 4]).caption, /^0 of 0 /);
});

test('coverage by profiles and misses by chance are counted', () => {
  assert.match(coverageInWords(ENTRIES, 'tiny'), /, 7 have runs of profile tiny\.$/);
  assert.match(coverageInWords(ENTRIES, 'paper'), /, 0 have runs of profile paper\.$/);
  const { intervals, misses } = expectedMisses(ENTRIES);
  assert.equal(intervals, 8);
  assert.ok(Math.abs(misses - 0.4) < 1e-9);
  assert.equal(seedsOf(ENTRIES.find(({ claim }) => claim.id === 'D1')!), 3);
});
