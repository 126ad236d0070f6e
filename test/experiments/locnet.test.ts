import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { loadModel } from '../../lib/benchmark/loadModel';
import { CATEGORIES } from '../../lib/categories';
import { Interrupted } from '../../lib/experiments/experiment';
import { locNet } from '../../lib/experiments/locnet';
import { metricsOf, type SetAnswers } from '../../lib/experiments/locnetAnswers';
import { runCell } from '../../lib/experiments/runCell';
import { sha256 } from '../../lib/files';
import type { RunRecord } from '../../lib/results/record';
import { makeDepthFolders, SYNSETS, writeNoise } from '../data/depthFolders';
import { SHRUNK, shrunkRuns } from './shrunkRuns';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-locnet-'));
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

const run = shrunkRuns(locNet, SHRUNK, root);

test('the paper profile trains on photographs with depth maps, and answers the stimuli that are there', async () => {
  const data = path.join(root, 'photographs');
  await makeDepthFolders(data, ({ one }) => one, ['train', 'val']);
  for (const { category } of SYNSETS) {
    await writeNoise(path.join(data, 'stimuli', 'silhouette', category, `${category}1.png`), 3, 48, 48);
  }
  const overrides = {
    width: 2,
    imageSize: 32,
    epochs: 2,
    batchSize: 6,
    rate: { warmUpEpochs: 1 },
    loss: { restEpochs: 1 },
    randAugment: true,
  };
  const options = { experiment: locNet, profile: 'paper', overrides, folder: path.join(root, 'paper') };
  const signal = new AbortController().signal;
  const checkpointRoot = path.join(root, 'paper', 'checkpoints');
  await assert.rejects(
    runCell('joint--seed1', { ...options, signal, checkpointRoot }),
    /Give their folder with --data <folder>; it holds images/,
  );
  const record = await runCell('joint--seed1', { ...options, inputs: { data }, signal, checkpointRoot });
  assert.equal(record.dataName, 'ImageNet-16');
  assert.deepEqual(Object.keys(record.metrics).sort(), [
    'depthError',
    'depthErrorOfMean',
    'top1.silhouette',
    'top5.silhouette',
  ]);
  assert.equal(record.metrics.depthError.counts.images, 17);
  assert.equal(record.curves.testSquaredError.length, 2);
  assert.ok(!JSON.stringify(record).includes(root), 'a record holds no path of the machine');
});

function artifact(record: RunRecord, folder: string, name: string): string {
  const found = record.artifacts.find(({ file }) => file.endsWith(name));
  assert.ok(found, `${record.cell.id} keeps ${name}`);
  const content = fs.readFileSync(path.join(root, folder, 'tiny', 'locnet', found.file), 'utf8');
  assert.equal(sha256(content), found.sha256);
  return content;
}

test('the grid of the profile tiny: three networks, five seeds, one of them with pictures', () => {
  const { config } = locNet.profiles.tiny;
  const cells = locNet.cells(config);
  assert.equal(cells.length, 15);
  assert.deepEqual(cells[1], { id: 'joint--seed1', seed: 1, variant: 'joint' });
  const [baseline, joint, other] = [cells[2], cells[1], cells[4]].map((cell) =>
    locNet.cellConfig(config, cell),
  );
  assert.equal(baseline.model.architecture, 'resnet50');
  assert.equal(joint.model.architecture, 'autoencoder');
  assert.deepEqual([joint.keep, other.keep], [true, false]);
});

test('the profile long is tiny with more steps, without the U-Net', () => {
  const [tiny, long] = [locNet.profiles.tiny.config, locNet.profiles.long.config];
  assert.deepEqual(
    locNet.cells(long).map(({ id }) => id),
    ['joint--seed1', 'baseline--seed1', 'joint--seed2', 'baseline--seed2'],
  );
  const changed = Object.keys(long).filter(
    (key) =>
      JSON.stringify(long[key as keyof typeof long]) !== JSON.stringify(tiny[key as keyof typeof tiny]),
  );
  assert.deepEqual(changed.sort(), ['epochs', 'loss', 'rate', 'seeds', 'variants']);
});

test('the baseline leaves accuracies of 17 sets, a shape bias and the spread of its maps, and no depth', async () => {
  const record = await run('baseline--seed1', 'whole');
  assert.equal(Object.keys(record.metrics).filter((name) => name.startsWith('top1.')).length, 17);
  assert.equal(record.metrics['top5.sketch'].counts.images, 16);
  assert.ok('shapeBias' in record.metrics && 'camEntropyShallow' in record.metrics);
  assert.ok(!('depthError' in record.metrics));
  assert.deepEqual(record.curves.testAccuracy.length, 2);
});

test('every metric of the sets can be computed again from the answers beside the record', async () => {
  const record = await run('joint--seed1', 'whole');
  const answers: Record<string, SetAnswers> = JSON.parse(artifact(record, 'whole', 'answers.json'));
  for (const [set, given] of Object.entries(answers)) {
    for (const [name, metric] of Object.entries(metricsOf(set, given))) {
      assert.deepEqual(record.metrics[name], JSON.parse(JSON.stringify(metric)), name);
    }
  }
  assert.equal(Object.keys(answers).length, 17);
});

/** The file of the best network beside a cell's checkpoint. */
function bestOf(cell: string, folder: string): string {
  const checkpoints = path.join(root, folder, 'checkpoints', 'tiny', 'locnet');
  const own = fs.readdirSync(checkpoints).find((name) => name.startsWith(`${cell}-`));
  assert.ok(own, `${cell} has a checkpoint`);
  return path.join(checkpoints, own, 'best.safetensors');
}

test('an interrupted U-Net resumes and ends with the same numbers, pictures, steps and best network', async () => {
  const whole = await run('unet--seed1', 'whole');
  const controller = new AbortController();
  const report = (line: string): undefined => {
    if (line.startsWith('epoch 1/2')) controller.abort();
  };
  await assert.rejects(run('unet--seed1', 'cut', { signal: controller.signal, report }), Interrupted);
  const resumed = await run('unet--seed1', 'cut');
  assert.deepEqual([resumed.curves, resumed.metrics], [whole.curves, whole.metrics]);
  assert.deepEqual(resumed.artifacts, whole.artifacts);
  const best = bestOf('unet--seed1', 'cut');
  assert.deepEqual(fs.readFileSync(best), fs.readFileSync(bestOf('unet--seed1', 'whole')));
  const { model, classes } = loadModel(best);
  assert.deepEqual([model.spec.architecture, classes], ['unet', CATEGORIES]);
  model.dispose();
  for (const name of ['depthErrorSkipsZero', 'depthErrorSkipsExchanged', 'depthErrorToOther']) {
    assert.ok((resumed.metrics[name].value as number) > 0, name);
  }
  const steps = artifact(resumed, 'cut', 'steps.csv').trim().split('\n');
  assert.equal(
    steps[0],
    'step,epoch,learningRate,loss,crossEntropy,squaredError,crossEntropyWeight,squaredErrorWeight',
  );
  assert.equal(steps.length, 1 + 2 * 4);
  const pictures = JSON.parse(artifact(resumed, 'cut', 'pictures.json'));
  assert.deepEqual([pictures.painted.length, pictures.depth.length, pictures.camDeep.length], [6, 6, 6]);
  assert.equal(Buffer.from(pictures.painted[0], 'base64').toString('latin1', 1, 4), 'PNG');
});
