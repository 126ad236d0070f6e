// Figures, tables and the page of the bias measures.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import type { NetworkAnswers } from '../../lib/benchmark/measures/answers';
import { measureResult } from '../../lib/benchmark/measures/measureResult';
import { exactFigure, ranksFigure, relianceCurves } from '../../lib/figures/measuresFigures';
import { writeMeasuresReport } from '../../lib/figures/measuresReport';
import { categoriesTable, levelsTable, measuresTable } from '../../lib/figures/measuresTables';
import { renderSvg } from '../../lib/figures/render';
import { toMarkdown } from '../../lib/results/tables';
import { simulate } from '../benchmark/measures/simulatedAnswers';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-measures-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

const OPTIONS = { resamples: 50 };
const simulated = simulate({
  classes: 4,
  perClass: 20,
  accuracy: 0.9,
  left: {
    'patch-shuffle': { '2': 0.8, '4': 0.3 },
    'gaussian-blur': { 'k3-s0.33': 1 },
    grey: { '0.2': 1, '1.0': 0 },
    'bilateral-and-grey': { 'd4-s50': 0 },
  },
  seed: 2,
});
const answers: NetworkAnswers = {
  ...simulated,
  conflict: {
    ...simulated.original,
    textureRanks: simulated.original.shapeRanks.map((rank) => 3 - rank),
    shapeLabels: simulated.labels,
    textureLabels: simulated.labels.map((label) => (label + 1) % 4),
  },
  exact: { 'flat-colour': simulated.suppressed['patch-shuffle']['2'] },
};
const result = measureResult('net <1>', answers, OPTIONS);
const onlyConflict = measureResult(
  'net',
  { ...answers, labels: [], original: { decisions: [], shapeRanks: [] }, suppressed: {}, exact: {} },
  OPTIONS,
);
const guesses = measureResult('net', { ...answers, original: simulated.suppressed.grey['1.0'] }, OPTIONS);

test('every figure renders without a warning and says where its numbers are from', async () => {
  for (const draw of [relianceCurves, ranksFigure, exactFigure]) {
    const { spec, caption } = draw(result, 'Invented.') ?? assert.fail(draw.name);
    assert.match(await renderSvg(spec), /^<svg/);
    assert.match(caption, /95 % intervals over images.* Invented\.$/);
  }
});

test('a curve begins at the original image, and each cue has a chart', () => {
  const { concat } = relianceCurves(result, '')?.spec as unknown as {
    concat: { title: { text: string }; data: { values: { level: string; left: number }[] } }[];
  };
  assert.deepEqual(
    concat.map(({ title }) => title.text),
    ['shape', 'texture', 'colour', 'texture and colour'].map((cue) => `${cue} suppressed`),
  );
  assert.deepEqual(
    concat[0].data.values.map(({ level }) => level),
    ['original', '2', '4'],
  );
  assert.equal(concat[0].data.values[0].left, 1);
});

test('what was not shown, or cannot be measured, has no figure', () => {
  assert.equal(relianceCurves(onlyConflict, ''), undefined);
  assert.equal(exactFigure(onlyConflict, ''), undefined);
  assert.equal(levelsTable(onlyConflict, ''), undefined);
  assert.equal(relianceCurves(guesses, ''), undefined);
  assert.equal(exactFigure(guesses, ''), undefined);
  assert.equal(ranksFigure(measureResult('net', { ...answers, conflict: null }, OPTIONS), ''), undefined);
});

test('tables hold every number with its interval, and what chance would get', () => {
  const humans = { value: 0.959, counts: {}, interval: [0.952, 0.964] } as const;
  const overview = toMarkdown(measuresTable(result, humans, 'Invented.'));
  assert.match(overview, /\| accuracy on the original images \(%\) \| \d\d\.\d \[.*\] \| 25\.0 \| – \|/);
  assert.match(overview, /\| shape bias \(%\) \| .* \| 50\.0 \| 95\.9 \[95\.2, 96\.4\] \|/);
  assert.match(overview, /\| mean reciprocal rank of the texture \| 0\.\d\d \[.*\] \| 0\.52 \| – \|/);
  assert.match(overview, /\| reliance on shape: patch-shuffle, area over 2 levels \| 0\.\d\d \[/);
  assert.match(overview, /\| reliance on texture: flat-colour, exact \| 0\.\d\d \[/);
  const levels = toMarkdown(levelsTable(result, '')!);
  assert.match(levels, /\| nothing \| none \| – \| \d\d\.\d \[.*\] \| 1 \|\n/);
  assert.match(levels, /\| colour \| grey \| 1\.0 \| /);
  const categories = categoriesTable(result, '');
  assert.deepEqual(categories.columns, [
    'Class',
    'Accuracy (%)',
    'Shape bias (%)',
    'Rank of the shape',
    'Rank of the texture',
    'Reliance: patch-shuffle',
    'Reliance: gaussian-blur',
    'Reliance: grey',
    'Reliance: flat-colour, exact',
  ]);
  assert.equal(categories.rows.length, 4);
  assert.ok(!JSON.stringify([overview, levels, categories]).includes('-0.00'));
  assert.deepEqual(categoriesTable(onlyConflict, '').columns.slice(0, 2), ['Class', 'Shape bias (%)']);
});

test('the page says in words what each measure can and cannot say, as Markdown and as one file of HTML', async () => {
  const files = await writeMeasuresReport(result, { folder, about: 'Invented.', notes: ['A <note>.'] });
  const names = files.map((file) => path.basename(file));
  assert.deepEqual(names.slice(-2), ['measures.md', 'measures.html']);
  for (const name of [
    'measures-table.csv',
    'measures-levels-table.md',
    'measures-by-category-table.csv',
    'measures-reliance.svg',
  ])
    assert.ok(names.includes(name), name);
  const [markdown, html] = files.slice(-2).map((file) => fs.readFileSync(file, 'utf8'));
  assert.equal(markdown.match(/\*\*What it can say\.\*\*/g)?.length, 6);
  assert.equal(html.match(/What it cannot say\./g)?.length, 6);
  for (const [, picture] of markdown.matchAll(/\]\(([^)]+)\)/g))
    assert.ok(fs.existsSync(path.join(folder, picture)), picture);
  assert.ok(html.includes('net &lt;1&gt;') && html.includes('A &lt;note&gt;.'));
  const addresses = [...html.matchAll(/(?:src|href)="([^"]{0,30})/g)].map(([, address]) => address);
  assert.ok(
    addresses.length === 4 && addresses.every((address) => address.startsWith('data:')),
    `${addresses}`,
  );
});

test('a network at chance is told so, and conflict images alone make a page of their own', async () => {
  const read = async (measured: typeof result): Promise<string> => {
    const files = await writeMeasuresReport(measured, { folder, about: 'Invented.' });
    return fs.readFileSync(files.at(-2) as string, 'utf8');
  };
  assert.match(await read(guesses), /which may be chance \(one in 4\): what it relies on cannot be measured/);
  const conflict = await read(onlyConflict);
  assert.ok(conflict.includes('## Shape bias on conflicting cues') && !conflict.includes('## Reliance'));
});
