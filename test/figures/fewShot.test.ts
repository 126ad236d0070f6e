import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { distanceByCountFigure } from '../../lib/figures/distanceByCount';
import {
  fewShotCurves,
  fewShotEffects,
  fewShotNeighbours,
  fewShotNoise,
  fewShotSamples,
} from '../../lib/figures/fewShot';
import { fewShotTable, protocolTable } from '../../lib/figures/fewShotTables';
import { renderSvg } from '../../lib/figures/render';
import type { RunRecord } from '../../lib/results/record';
import { fewShotRecords } from '../results/fewShotRecords';
import { withArtifacts } from '../results/locnetRecords';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-few-shot-'));
after(() => fs.rmSync(folder, { recursive: true }));

let records: RunRecord[] = [];
before(async () => {
  const grey = { width: 8, height: 8, channels: 3 as const, background: '#808080' };
  const png = (await sharp({ create: grey }).png().toBuffer()).toString('base64');
  const pictures = { sheet: png, generated: [png, png], nearest: [png, png] };
  records = fewShotRecords(
    (_, sparsity, noise) => 4 + (sparsity === 'top5' ? 0.1 : 0) - (noise === 'on' ? 0.2 : 0),
  ).map((record) =>
    record.cell.seed === 1
      ? withArtifacts(record, { 'pictures.json': JSON.stringify(pictures) }, folder)
      : record,
  );
});

test('every figure is drawn and says where it comes from; without what it shows it is left out', async () => {
  const figures = [
    fewShotSamples(records, folder),
    fewShotCurves(records),
    fewShotEffects(records),
    fewShotNeighbours(records, folder),
    fewShotNoise(records),
  ];
  for (const figure of figures) {
    assert.ok(figure !== null);
    assert.match(await renderSvg(figure.spec), /<svg/);
    assert.match(figure.caption, /seeds? 1.*engine native/);
  }
  const later = records.filter(({ cell }) => cell.seed !== 1);
  assert.deepEqual([fewShotSamples(later, folder), fewShotNeighbours(later, folder)], [null, null]);
  assert.equal(fewShotNoise(records.filter(({ cell }) => cell.noise === 'off')), null);
  assert.equal(fewShotEffects(records.filter(({ cell }) => cell.seed === 1)), null);
});

test('ours and the report’s Table 2; what each departure does, in the mean over runs', () => {
  const { rows } = fewShotTable(records);
  assert.equal(rows.length, 18 + 20);
  const row = rows.find(([, set, generator]) => set === 'b' && generator === 'Top-K 5 % + noise')!;
  assert.match(String(row[5]), /^−10\.0 \[−14\.5, −5\.5\]$/);
  assert.deepEqual(rows.at(-1)?.slice(0, 5), [
    'report, table 2b',
    'in-s3-1',
    'Top-K 15 % + noise',
    1,
    '79.15',
  ]);
  const protocol = protocolTable(records).rows;
  const share = (name: RegExp): string => String(protocol.find(([first]) => name.test(String(first)))?.[3]);
  assert.match(share(/^norms of the batch/), /^50\.0/);
  assert.match(share(/^the same, least/), /^91\.7/);
  assert.match(share(/^all four/), /^8\.3/);
});

test('distances by the number of images: a ring each, and the line to endlessly many', async () => {
  const given = [
    { n: 10, values: [4, 5] },
    { n: 100, values: [2, 2.1] },
  ];
  const options = { id: 'by-count', line: { value: 1.8, slope: 27 }, caption: 'Of cats.' };
  const figure = distanceByCountFigure(given, options);
  assert.match(await renderSvg(figure.spec), /∞/);
  assert.throws(() => distanceByCountFigure([], options), /"by-count" has no distances/);
});
