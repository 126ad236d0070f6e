// The experiment few-shot-gan on a few small images.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { loadModel } from '../../lib/benchmark/loadModel';
import { Interrupted } from '../../lib/experiments/experiment';
import { fewShotGan } from '../../lib/experiments/fewShotGan';
import { generateImages } from '../../lib/fid/generatedImages';
import { fromRoot } from '../../lib/files';
import { type StoredTensor, writeSafetensors } from '../../lib/models/safetensors';
import { buildVgg } from '../../lib/models/vgg';
import { exportWeights } from '../../lib/models/weights';
import { readFewShotPictures } from '../../lib/results/fewShotPictures';
import type { JsonObject, RunRecord } from '../../lib/results/record';
import { writeNoise } from '../data/depthFolders';
import { MEAN_COLOUR, onnxModel, skipWithoutOnnx } from '../data/tinyOnnx';
import { type RunOptions, shrunkRuns } from './shrunkRuns';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-few-shot-gan-'));
after(() => fs.rmSync(root, { recursive: true }));

const SHRUNK: JsonObject = {
  width: 2,
  decoderWidth: 2,
  latent: 4,
  iterations: 4,
  batchSize: 4,
  everyIterations: 2,
  measurement: { during: 12, atEnd: 40 },
};

const runs = shrunkRuns(fewShotGan, SHRUNK, root);
const run = (
  id: string,
  folder: string,
  { overrides = {}, ...options }: RunOptions = {},
): Promise<RunRecord> => runs(id, folder, { ...options, overrides: { ...SHRUNK, ...overrides } });

const FEW = { data: { images: 12 } };

test('the grid: three sets, three sparsities in the report’s notation, with noise and without, three seeds', () => {
  const { config } = fewShotGan.profiles.tiny;
  const cells = fewShotGan.cells(config);
  assert.equal(cells.length, 54);
  assert.equal(new Set(cells.map(({ id }) => id)).size, 54);
  const told = cells.map((cell) => fewShotGan.cellConfig(config, cell));
  assert.deepEqual(new Set(told.map(({ sparsity }) => sparsity)), new Set(['', '32_5', '32_15']));
  assert.deepEqual(new Set(told.map(({ noise }) => noise)), new Set(['none', 'learnt']));
  assert.equal(told.filter(({ keep }) => keep).length, 18);
  assert.equal(told.filter(({ keepGenerator }) => keepGenerator).length, 1);
  const { config: paper } = fewShotGan.profiles.paper;
  assert.deepEqual([paper.imageSize, paper.width, paper.latent, paper.iterations], [256, 64, 256, 100_000]);
});

test('a cell leaves distances, novelty, pictures and its generator, whose images are those it was judged by; no tensor is left', async () => {
  const id = 'bear--none--noise-off--seed1';
  const record = await run(id, 'plain', { overrides: FEW });
  const { metrics, curves } = record;
  assert.deepEqual(curves.iteration, [2, 4]);
  for (const name of ['frechet', 'frechetReport', 'kernel', 'generator', 'paintedBig'])
    assert.equal(curves[name].length, 2, name);
  assert.deepEqual(metrics.frechet.counts, { images: 40, references: 12 });
  assert.ok(metrics.frechet.interval !== null && metrics.kernel.interval !== null);
  assert.equal(metrics['frechet.last'].value?.toPrecision(5), curves.frechet[1].toPrecision(5));
  assert.ok((metrics['frechet.bestOfThree'].value as number) <= (metrics.frechet.value as number));
  assert.ok((metrics['frechet.halfContrast'].value as number) < (metrics.frechet.value as number));
  assert.ok((metrics.novelty.value as number) > 0);
  assert.ok(!Object.keys(metrics).some((name) => name.startsWith('noise.')));
  const pictures = readFewShotPictures(record, path.join(root, 'plain'));
  assert.deepEqual([pictures?.generated.length, pictures?.nearest.length], [5, 5]);
  const file = record.artifacts.find((artifact) => artifact.file.endsWith('.safetensors'))?.file as string;
  const tensors = tf.memory().numTensors;
  const { model } = loadModel(path.join(root, 'plain', 'tiny', 'few-shot-gan', file));
  const { values } = await generateImages(model, { count: 2, seed: 1, norms: 'gathered' });
  assert.ok(values.every(Number.isFinite));
  model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('a cell with Top-K and noise that is cut off ends with the same numbers; it says what noise it learnt', async () => {
  const id = 'car--top5--noise-on--seed1';
  const whole = await run(id, 'noisy', { overrides: FEW });
  const scales = Object.keys(whole.metrics).filter((name) => name.startsWith('noise.'));
  assert.deepEqual(scales, [
    'noise.feat_8.noise1',
    'noise.feat_8.noise2',
    'noise.feat_32.noise1',
    'noise.feat_32.noise2',
  ]);
  const controller = new AbortController();
  const report = (line: string): void => {
    if (line.startsWith('iteration 2:')) controller.abort();
  };
  await assert.rejects(run(id, 'cut', { overrides: FEW, signal: controller.signal, report }), Interrupted);
  const resumed = await run(id, 'cut', { overrides: FEW });
  assert.deepEqual([resumed.curves, resumed.metrics], [whole.curves, whole.metrics]);
  assert.deepEqual(resumed.artifacts, whole.artifacts);
});

test('photographs: a folder a set; what is missing is named', async () => {
  await assert.rejects(
    run('jeep--none--noise-off--seed1', 'none', { profile: 'photographs' }),
    /no folder is given.*--data/,
  );
  const data = path.join(root, 'photographs');
  fs.mkdirSync(data);
  await assert.rejects(
    run('jeep--none--noise-off--seed1', 'none', { profile: 'photographs', data }),
    /photographs lacks jeep\//,
  );
});

const skip = skipWithoutOnnx;

test('the profile paper: LPIPS and features from files, here small ones', { skip }, async () => {
  const data = path.join(root, 'paper');
  fs.mkdirSync(path.join(data, 'jeep'), { recursive: true });
  for (let i = 0; i < 6; i++) await writeNoise(path.join(data, 'jeep', `${i}.jpg`), 3, 40 + i);
  const id = 'jeep--top15--noise-on--seed1';
  const overrides = { imageSize: 64, networks: { features: 'colour.onnx', featuresSize: 16 } };
  const paper = { profile: 'paper', data, overrides };
  await assert.rejects(run(id, 'paper-records', paper), /paper lacks weights\//);
  const weights = path.join(data, 'weights');
  fs.mkdirSync(weights);
  const vgg = buildVgg({ architecture: 'vgg16', width: 2, inputSize: 32, classes: 2, hidden: 2 }, 1);
  writeSafetensors(path.join(weights, 'vgg16.safetensors'), await exportWeights(vgg), {});
  vgg.dispose();
  await assert.rejects(run(id, 'paper-records', paper), /lacks lpips-vgg16\.safetensors/);
  const heads = [2, 4, 8, 16, 16].map(
    (channels, layer): StoredTensor => ({
      name: `lin${layer}.model.1.weight`,
      shape: [1, channels, 1, 1],
      data: new Float32Array(channels).fill(0.1),
    }),
  );
  writeSafetensors(path.join(weights, 'lpips-vgg16.safetensors'), heads, {});
  fs.writeFileSync(path.join(weights, 'colour.onnx'), onnxModel(MEAN_COLOUR));
  const record = await run(id, 'paper-records', paper);
  assert.ok((record.metrics.frechet.value as number) > 0);
  assert.equal(record.dataName, 'few-shot photographs');
});

const REAL = path.join(process.env.GESTALT_TEST_IMAGES ?? fromRoot('..', 'shared', 'data'), 'few-shot');
const without = !fs.existsSync(REAL) && 'no photographs here: set GESTALT_TEST_IMAGES';

test('real photographs: a small GAN on jeeps comes nearer to them', { skip: without }, async () => {
  const overrides = { iterations: 90, everyIterations: 45, width: 4, learningRate: 2e-3, averageDecay: 0.9 };
  const record = await run('jeep--none--noise-off--seed1', 'jeep', {
    profile: 'photographs',
    data: REAL,
    overrides,
  });
  const { metrics } = record;
  assert.equal(metrics.frechet.counts.references, 100);
  assert.ok((metrics['frechet.last'].value as number) < (metrics['frechet.untrained'].value as number));
});
