import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimsEffects } from '../../lib/figures/claimsEffects';
import { readLedger, wholeLedger } from '../../lib/figures/galleries';
import { renderSvg } from '../../lib/figures/render';
import { syntheticGrid } from '../results/syntheticRecords';

const gains = { topk: { original: 2, stylised: 5 }, 'topk-mean': { original: -5, stylised: -5 } };
const GRID = syntheticGrid({ code: gains, paper: gains });

interface Panel {
  title?: string;
  data: { values: { row: string; difference: number; low: number; high: number; claimed: number }[] };
}

function panelsOf(figure: ReturnType<typeof claimsEffects>): Panel[] {
  return (figure?.spec as unknown as { vconcat: Panel[] }).vconcat;
}

test('without runs there is no figure of effects', () => {
  assert.equal(claimsEffects(wholeLedger([]), []), null);
});

test('each difference is a row under its question, with what it is weighed against', async () => {
  const figure = claimsEffects(wholeLedger(GRID), GRID);
  const [panel, ...others] = panelsOf(figure);
  assert.equal(panel.title, 'Does activation sparsity give shape bias?');
  assert.deepEqual(others, []);
  assert.deepEqual(
    panel.data.values.map(({ row }) => row.replace(/: widest.*/, ': widest')),
    [
      'D1 tiny',
      'D2 tiny',
      'D3 tiny',
      'D4 tiny: gain in Code-Spec',
      'D4 tiny: its loss in Paper-Spec',
      'D5 tiny',
      'D6 tiny',
      'O1 tiny: widest',
    ],
  );
  const [d1] = panel.data.values;
  assert.ok(Math.abs(d1.difference - 5) < 1e-9 && d1.low < 5 && d1.high > 5);
  assert.ok(Math.abs(d1.claimed - 5.05) < 1e-9);
  assert.match(figure?.caption ?? '', /Profile tiny: 36 runs on Relief-16/);
  await renderSvg(figure!.spec);
});

test('the committed records render, one row for each difference of the ledger', async () => {
  const { entries, runs } = readLedger();
  const figure = claimsEffects(entries, runs);
  const rows = panelsOf(figure).flatMap(({ data }) => data.values.map(({ row }) => row));
  assert.equal(rows.length, entries.flatMap(({ evidence }) => evidence).length);
  assert.equal(new Set(rows).size, rows.length, 'a row comes twice');
  assert.ok(rows.some((row) => row.endsWith('until decided')));
  await renderSvg(figure!.spec);
});
