import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import {
  ideasPainted,
  ideasTable,
  maskOverlapByStage,
  subnetworksTable,
} from '../../lib/figures/locnetIdeas';
import { locNetReflectionGallery } from '../../lib/figures/locnetReflectionGallery';
import { renderSvg } from '../../lib/figures/render';
import type { PaintedPictures } from '../../lib/results/locnetPictures';
import type { RunRecord } from '../../lib/results/record';
import { locNetRecord, withArtifacts } from '../results/locnetRecords';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-locnet-ideas-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

const MASKS: Record<string, number> = { iou: 0.4, iouByChance: 0.25, 'kept.class': 0.3, 'kept.depth': 0.5 };
for (const part of ['whole', 'class', 'depth', 'withoutClass', 'withoutDepth']) {
  MASKS[`accuracy.${part}`] = 0.5;
  MASKS[`depthError.${part}`] = 0.02;
}
for (const stage of ['stem', 'stage1', 'stage2', 'stage3', 'stage4']) {
  MASKS[`iou.${stage}`] = 0.4;
  MASKS[`iouByChance.${stage}`] = 0.25;
}

const GAINS: Readonly<Record<string, number>> = {
  baseline: 0,
  joint: 2,
  image: 4,
  'transformer-class': 1,
  transformer: 6,
};

/** Two runs of some networks; the first of each keeps pictures. */
const records = Object.entries(GAINS).flatMap(([variant, gain]) =>
  [1, 2].map((seed): RunRecord => {
    const record = locNetRecord({
      variant: variant === 'baseline' ? 'baseline' : 'joint',
      seed,
      gain,
      metrics: variant === 'joint' ? MASKS : {},
    });
    const cell = { id: `${variant}--seed${seed}`, seed, variant };
    return { ...record, experiment: 'locnet-reflection', cell };
  }),
);

test.before(async () => {
  const grey = { width: 8, height: 8, channels: 3 as const, background: '#808080' };
  const png = (await sharp({ create: grey }).png().toBuffer()).toString('base64');
  for (const [i, record] of records.entries()) {
    if (record.cell.seed === 1) records[i] = withPictures(record, png);
  }
});

function withPictures(record: RunRecord, png: string): RunRecord {
  const classes = ['airplane', 'bicycle', 'car', 'cat', 'chair', 'elephant'];
  const six = classes.map(() => png);
  const pictures: PaintedPictures = { classes, images: six, truth: six, painted: six };
  const contents = { 'steps.csv': 'step,loss\n1,2\n', 'pictures.json': JSON.stringify(pictures) };
  return withArtifacts(record, contents, folder);
}

test('every figure renders without a warning and says where its numbers come from', async () => {
  const figures = locNetReflectionGallery.figures.flatMap((draw) => draw(records, folder) ?? []);
  assert.equal(figures.length, locNetReflectionGallery.figures.length);
  for (const { id, spec, caption } of figures) {
    assert.match(await renderSvg(spec), /^<svg/, id);
    assert.match(caption, /Profile tiny: \d+ runs? on Relief-16, seeds? 1.*engine native/, id);
  }
});

test('an incomplete grid is drawn as far as it goes', async () => {
  const baselines = records.filter(({ cell }) => cell.variant === 'baseline');
  assert.equal(maskOverlapByStage(baselines), null);
  assert.equal(ideasPainted(baselines, path.join(folder, 'nowhere')), null);
  for (const draw of locNetReflectionGallery.figures) {
    const figure = draw(
      baselines.filter(({ artifacts }) => artifacts.length === 0),
      folder,
    );
    if (figure !== null) await renderSvg(figure.spec);
  }
  assert.deepEqual(
    subnetworksTable(baselines).rows.map((row) => row.slice(1)),
    Array.from({ length: 5 }, () => [null, null, null]),
  );
});

test('a network is compared with what differs from it by the idea alone', () => {
  const { rows, columns } = ideasTable(records);
  const row = (name: string) => rows.find(([network]) => network === name);
  assert.equal(columns.length, 7);
  const bias = (name: string) => row(name)?.slice(3, 6);
  assert.deepEqual(bias('baseline (class alone)')?.slice(1), [null, null]);
  assert.match(String(bias('transformer, joint')), /transformer, class alone,\+5\.0 \[/);
  assert.match(String(bias('joint, paints the image')), /joint AutoEncoder,\+2\.0 \[/);
  assert.match(String(bias('joint AutoEncoder')), /baseline \(class alone\),\+2\.0 \[/);
  assert.match(String(row('joint AutoEncoder')?.[6]), /^25\.0/);
});

test('the parts of the network stand with what they keep and do', () => {
  const { rows, caption } = subnetworksTable(records);
  assert.equal(rows[0][1], null);
  assert.match(String(rows[1][1]), /^30\.0/);
  assert.match(String(rows[2][1]), /^50\.0/);
  assert.match(String(rows[4]), /50\.0 \[.*2\.00 \[/);
  assert.match(caption, /intersection over union: 40\.0 .* random masks of the same sizes 25\.0/);
});
