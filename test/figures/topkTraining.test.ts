import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { claimsTable } from '../../lib/figures/claimsTable';
import { wholeLedger } from '../../lib/figures/galleries';
import { renderSvg } from '../../lib/figures/render';
import { topKTable } from '../../lib/figures/topkTables';
import { accuracyByVariant, learningCurves, shapeBiasAgainstAccuracy } from '../../lib/figures/topkTraining';
import { writeClaims, writeFigures } from '../../lib/figures/write';
import { ROOT } from '../../lib/files';
import { recordFile, writeRecord } from '../../lib/results/record';
import { toMarkdown } from '../../lib/results/tables';
import { syntheticGrid } from '../results/syntheticRecords';

const gains = { topk: { original: 2, stylised: 5 }, 'topk-mean': { original: -3, stylised: -6 } };
const records = syntheticGrid({ code: gains, paper: gains });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-figures-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

test('every figure renders without a warning and says where its numbers come from', async () => {
  for (const figure of [accuracyByVariant, learningCurves, shapeBiasAgainstAccuracy]) {
    const { id, spec, caption } = figure(records);
    assert.match(await renderSvg(spec), /^<svg/, id);
    assert.match(
      caption,
      /Profile tiny: 36 runs on Relief-16, seeds 0, 1, 2; engine wasm.*2026-01-02; Test CPU/,
      id,
    );
  }
});

test('figures are functions of records: an incomplete grid is drawn, no runs at all are refused', async () => {
  const some = records.slice(0, 4);
  for (const figure of [accuracyByVariant, learningCurves, shapeBiasAgainstAccuracy])
    await renderSvg(figure(some).spec);
  assert.throws(() => accuracyByVariant([]), /No records/);
});

test('ours and the report have marks of their own', async () => {
  const svg = await renderSvg(accuracyByVariant(records).spec);
  for (const name of ['ours, plain', 'ours, Top-K 20 %', 'ours, Top-K mean', 'the report, on ImageNet'])
    assert.ok(svg.includes(`>${name}</text>`), name);
});

test('no mark of the shape bias figure lies on its frame', () => {
  const { spec } = shapeBiasAgainstAccuracy(records);
  const { encoding } = (spec as unknown as { spec: { encoding: { x: { scale: { domain: number[] } } } } })
    .spec;
  const [low, high] = encoding.x.scale.domain;
  const accuracies = records.map(({ metrics }) => 100 * (metrics.original.value ?? 0));
  assert.ok(low < Math.min(...accuracies) && Math.max(...accuracies) < high, `${low} to ${high}`);
});

test('Table 1 shows our means beside the report and says that the data differ', () => {
  const table = topKTable(records);
  assert.equal(table.rows.length, 12 + 24);
  assert.deepEqual(table.rows[0].slice(0, 7), [
    'ours, Relief-16',
    'Code-Spec',
    'plain',
    's1',
    3,
    '70.0 ± 0.5 [68.8, 71.2]',
    '40.0 ± 0.5 [38.8, 41.2]',
  ]);
  assert.deepEqual(table.rows[12].slice(0, 7), [
    'report, ImageNet',
    'Code-Spec',
    'plain',
    'IN-S1',
    3,
    '88.4 ± 0.3',
    '67.2 ± 1.8',
  ]);
  assert.match(table.caption, /other data/);
});

test('the ledger is a table with a row for each claim', () => {
  const markdown = toMarkdown(claimsTable(wholeLedger(records), records));
  assert.match(markdown, /\| topk \| D1 \|.*\| tiny \| reproduced \|/);
  assert.match(markdown, /\| D7 \|.*\| not run \|/);
});

test('all figures and tables are written from a folder of records, the same bytes each time', async () => {
  const stored = path.join(folder, 'records');
  for (const record of records)
    writeRecord(recordFile('tiny', record.experiment, record.cell.id, stored), record);
  const out = path.join(folder, 'figures');
  const where = { records: stored, montages: path.join(folder, 'none'), folder: out };
  const files = await writeFigures(where);
  writeClaims({ records: stored, folder: out });
  assert.equal(files.length, 4 * 3 + 3);
  assert.ok(fs.existsSync(path.join(out, 'claims.html')));
  const contents = files.map((file) => fs.readFileSync(file, 'utf8'));
  await writeFigures(where);
  assert.deepEqual(
    files.map((file) => fs.readFileSync(file, 'utf8')),
    contents,
  );
});

test('writing figures loads neither TensorFlow nor danfo', () => {
  const script = `
    require('./lib/figures/write.ts');
    const loaded = Object.keys(require.cache).filter((file) => /node_modules.(@tensorflow|danfojs)/.test(file));
    console.log(JSON.stringify(loaded.slice(0, 3)));`;
  const output = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(output), []);
});
