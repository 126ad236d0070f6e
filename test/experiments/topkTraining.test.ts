import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { Interrupted } from '../../lib/experiments/experiment';
import { planGrid } from '../../lib/experiments/plan';
import { findExperiment } from '../../lib/experiments/registry';
import { runCell } from '../../lib/experiments/runCell';
import { topKTraining } from '../../lib/experiments/topkTraining';
import { Random } from '../../lib/random';
import type { JsonObject, RunRecord } from '../../lib/results/record';

const CLASSES = ['stripes', 'spots'];
const SHRUNK: JsonObject = {
  subsets: [{ id: 'made', classes: CLASSES }],
  seeds: [0],
  imageSize: 32,
  width: 4,
  epochs: 2,
  batchSize: 4,
};

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-topk-'));
const images = path.join(root, 'images');
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

before(async () => {
  for (const name of CLASSES) {
    await makeImages(path.join(images, 'train', name), 8);
    await makeImages(path.join(images, 'test', name), 3);
    await makeImages(path.join(images, 'stylised_test', name), 3);
    for (const texture of CLASSES) await makeImages(path.join(images, 'cue_conflict', name, texture), 2);
  }
});

async function makeImages(folder: string, count: number): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  const random = new Random(folder.length);
  for (let i = 0; i < count; i++) {
    const pixels = Uint8Array.from({ length: 40 * 36 * 3 }, () => random.integer(256));
    const image = sharp(pixels, { raw: { width: 40, height: 36, channels: 3 } });
    await image.jpeg().toFile(path.join(folder, `${i}.jpeg`));
  }
}

function run(
  id: string,
  overrides: JsonObject,
  folder: string,
  { signal = new AbortController().signal, report = (_: string) => undefined } = {},
): Promise<RunRecord> {
  return runCell(id, {
    experiment: findExperiment('topk-training'),
    profile: 'paper',
    overrides: { ...SHRUNK, ...overrides },
    inputs: { data: images },
    folder: path.join(root, folder),
    checkpointRoot: path.join(root, folder, 'checkpoints'),
    signal,
    report,
  });
}

test('the paper profile trains on image folders and leaves a complete record', async () => {
  const record = await run('paper-topk--made--seed0', {}, 'whole');
  assert.equal(record.dataName, 'ImageNet');
  assert.deepEqual(record.metrics.original.counts.images, 6);
  assert.equal(record.metrics.stylised.counts.images, 6);
  assert.deepEqual(
    [record.metrics.shapeBias.counts.images, record.metrics.shapeBias.counts.conflictImages],
    [8, 4],
  );
  assert.equal(record.curves.loss.length, 2);
  assert.ok(!JSON.stringify(record).includes(root), 'a record holds no path of the machine');
});

test('an interrupted cell resumes and ends with the same numbers', async () => {
  const whole = await run('code-none--made--seed0', {}, 'whole');
  const controller = new AbortController();
  const report = (line: string): undefined => {
    if (line.startsWith('epoch 1/2')) controller.abort();
  };
  await assert.rejects(
    run('code-none--made--seed0', {}, 'cut', { signal: controller.signal, report }),
    Interrupted,
  );
  const resumed = await run('code-none--made--seed0', {}, 'cut');
  assert.deepEqual(resumed.curves, whole.curves);
  assert.deepEqual(resumed.metrics, whole.metrics);
});

test('missing folders and classes are named', async () => {
  const id = 'code-none--made--seed0';
  const withoutData = {
    experiment: findExperiment('topk-training'),
    profile: 'paper',
    overrides: SHRUNK,
    checkpointRoot: path.join(root, 'checkpoints'),
  };
  const signal = new AbortController().signal;
  await assert.rejects(
    runCell(id, { ...withoutData, folder: root, signal }),
    /Give them with --data <folder>/,
  );
  const other = { subsets: [{ id: 'made', classes: ['stripes', 'dots'] }] };
  await assert.rejects(run(id, other, 'missing'), /Unknown class "dots"/);
});

test('class subsets can be added beside the images', async () => {
  const folder = path.join(root, 'lists');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'subsets.json'), JSON.stringify({ 'IN-S2': ['a', 'b'] }));
  const complete = topKTraining.complete?.(topKTraining.profiles.paper.config, { data: folder });
  assert.deepEqual(
    complete?.subsets.map(({ id }) => id),
    ['IN-S1', 'IN-S2'],
  );
  fs.writeFileSync(path.join(folder, 'subsets.json'), '{ "IN-S2": "a" }');
  assert.throws(
    () => topKTraining.complete?.(topKTraining.profiles.paper.config, { data: folder }),
    /subsets\.json: field "IN-S2" must be a list/,
  );
});

test("the grids are the report's, with five seeds on tiny: 60 cells tiny, 18 a subset on ImageNet", () => {
  const { tiny, paper } = topKTraining.profiles;
  assert.equal(topKTraining.cells(tiny.config).length, 60);
  assert.equal(topKTraining.cells(tiny.config)[0].id, 'code-none--s1--seed0');
  const cells = topKTraining.cells(paper.config);
  assert.equal(cells.length, 18);
  const { model, optimizer } = topKTraining.cellConfig(paper.config, cells[0]);
  assert.deepEqual([model.width, model.inputSize, model.stemStride, paper.config.epochs], [64, 224, 2, 50]);
  assert.deepEqual(optimizer, { momentum: 0.9, weightDecay: 5e-4 });
  const classes = new Set(tiny.config.subsets.flatMap((subset) => subset.classes));
  assert.equal(classes.size, 16);
});

test('a cell does not depend on the other cells of its grid', async () => {
  const plan = (overrides: JsonObject) =>
    planGrid({ experiment: findExperiment('topk-training'), profile: 'paper', overrides });
  const [alone] = await plan({ seeds: [1] });
  const among = await plan({ seeds: [0, 1, 2] });
  const same = among.find(({ cell }) => cell.id === alone.cell.id);
  assert.equal(same?.key.configHash, alone.key.configHash);
  assert.equal(same?.key.dataHash, null);
});
