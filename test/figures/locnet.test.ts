import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { locNetGallery } from '../../lib/figures/locnetGallery';
import { gradCamPanels } from '../../lib/figures/locnetPanels';
import { topOneBySet } from '../../lib/figures/locnetSets';
import { locNetTable } from '../../lib/figures/locnetTable';
import { renderSvg } from '../../lib/figures/render';
import type { LocNetPictures } from '../../lib/results/locnetPictures';
import { type RunRecord, recordFile, writeRecord } from '../../lib/results/record';
import { locNetGrid, withArtifacts } from '../results/locnetRecords';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-locnet-figures-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

const records = locNetGrid({ joint: 3, unet: 1 });
const kept: RunRecord[] = [];

test.before(async () => {
  const grey = { width: 8, height: 8, channels: 3 as const, background: '#808080' };
  const png = (await sharp({ create: grey }).png().toBuffer()).toString('base64');
  for (const record of records) kept.push(record.cell.seed === 1 ? withPictures(record, png) : record);
  for (const record of kept) writeRecord(recordFile('tiny', 'locnet', record.cell.id, folder), record);
});

/** Puts pictures and steps beside a record. */
function withPictures(record: RunRecord, png: string): RunRecord {
  const six = Array.from({ length: 6 }, () => png);
  const painted = record.cell.variant === 'baseline' ? [] : six;
  const pictures: LocNetPictures = {
    classes: ['airplane', 'bicycle', 'car', 'cat', 'chair', 'elephant'],
    images: six,
    depth: painted,
    painted,
    sketches: six,
    camShallow: six,
    camDeep: six,
  };
  const steps = 'step,learningRate,crossEntropyWeight\n1,0.01,0\n2,0.02,0.5\n';
  const contents = { 'pictures.json': JSON.stringify(pictures), 'steps.csv': steps };
  return withArtifacts(record, contents, folder);
}

test('every figure renders without a warning and says where its numbers come from', async () => {
  const figures = locNetGallery.figures.flatMap((draw) => draw(kept, folder) ?? []);
  assert.equal(figures.length, locNetGallery.figures.length);
  for (const { id, spec, caption } of figures) {
    assert.match(await renderSvg(spec), /^<svg/, id);
    assert.match(caption, /Profile tiny: \d+ runs? on Relief-16, seeds?.*engine native.*Test CPU/, id);
  }
  assert.equal(new Set(figures.map(({ id }) => id)).size, figures.length);
});

test('an incomplete grid is drawn as far as it goes; what it does not hold yet is left out', async () => {
  const baselines = records.filter(({ cell }) => cell.variant === 'baseline');
  const figures = locNetGallery.figures.flatMap((draw) => draw(baselines, folder) ?? []);
  for (const { spec } of figures) await renderSvg(spec);
  const ids = figures.map(({ id }) => id);
  assert.ok(ids.includes('locnet-top1') && !ids.includes('locnet-validation-depth'), ids.join());
});

test('a picture that is not what the run wrote is refused', () => {
  const [joint] = kept.filter(({ cell, artifacts }) => cell.variant === 'joint' && artifacts.length > 0);
  const file = path.join(folder, 'tiny', 'locnet', joint.artifacts[0].file);
  const content = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, content.replace('airplane', 'aeroplane'));
  assert.throws(() => gradCamPanels(kept, folder), /pictures\.json is not what its run wrote.*git checkout/);
  fs.rmSync(file);
  assert.throws(() => gradCamPanels(kept, folder), /pictures\.json is missing: joint--seed1 left it/);
  fs.writeFileSync(file, content);
});

test('Table 1 has a row for each set and kind of accuracy, ours beside the paper', () => {
  const table = locNetTable(records);
  assert.equal(table.rows.length, 34);
  const sketch = table.rows.find((row) => row[0] === 'sketch' && row[1] === 'top-1') ?? [];
  assert.match(String(sketch[5]), /^\+3\.0 \[/);
  assert.deepEqual(sketch.slice(-3), ['43.0', '39.0', '+4.0']);
  assert.match(table.caption, /other data/);
});

test('the figure of the sets shows the networks of the paper too', () => {
  assert.match(JSON.stringify(topOneBySet(records).spec), /the paper, ImageNet/);
});
