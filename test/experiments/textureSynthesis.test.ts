import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { loadModel } from '../../lib/benchmark/loadModel';
import { Interrupted } from '../../lib/experiments/experiment';
import { textureSynthesis } from '../../lib/experiments/textureSynthesis';
import { metricsOf } from '../../lib/experiments/textureSynthesisResults';
import type { SynthesisRun, TargetRuns } from '../../lib/experiments/textureSynthesisRuns';
import { writeSafetensors } from '../../lib/models/safetensors';
import { buildVgg } from '../../lib/models/vgg';
import { exportWeights } from '../../lib/models/weights';
import { readArtifact } from '../../lib/results/artifact';
import type { JsonObject } from '../../lib/results/record';
import { modeName, synthesisModes } from '../../lib/results/synthesisModes';
import { readSynthesisPictures } from '../../lib/results/synthesisPictures';
import { writeNoise } from '../data/depthFolders';
import { shrunkRuns } from './shrunkRuns';

const OVERRIDES: JsonObject = {
  data: { trainPerClass: 2, testPerClass: 1 },
  model: { width: 2, inputSize: 32, hidden: 8 },
  training: { epochs: 1, batchSize: 16 },
  synthesis: { steps: 1, iterations: 4 },
  images: 2,
  shown: 1,
};

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-texture-synthesis-'));
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

const run = shrunkRuns(textureSynthesis, OVERRIDES, root);

test('the grid: a cell a seed, with targets of its own; as the authors, 5 % and steps of 1 and 10', () => {
  const { config } = textureSynthesis.profiles.tiny;
  const cells = textureSynthesis.cells(config).map((cell) => textureSynthesis.cellConfig(config, cell));
  assert.deepEqual(
    cells.map(({ images: { from, count } }) => [from, count]),
    [
      [0, 8],
      [8, 8],
    ],
  );
  assert.deepEqual(
    cells.map(({ keep }) => keep),
    [true, false],
  );
  assert.deepEqual([config.synthesis.fraction, config.synthesis.rates], [0.05, [1, 10]]);
  assert.equal(synthesisModes([1, 10]).map(modeName).length, 13);
  assert.equal(new Set(synthesisModes([1, 10]).map(modeName)).size, 13);
});

test('a cell leaves means of every mode, the details of each target, pictures and its network; no tensor is left', async () => {
  const record = await run('seed0', 'whole');
  const { metrics } = record;
  for (const mode of synthesisModes([1, 10]).map(modeName)) {
    assert.equal(metrics[`converged.${mode}`].counts.images, 2);
    assert.ok((metrics[`fall.${mode}`].value as number) > 0, mode);
    const { value, interval, counts } = metrics[`gram.${mode}`];
    assert.ok(value !== null && value > 0 && value <= 1 && interval !== null && counts.deviation >= 0);
  }
  assert.deepEqual(
    Object.keys(metrics).filter((name) => name.startsWith('lostEdges.')),
    ['lostEdges.gram.top', 'lostEdges.gram.rest'],
  );
  assert.equal(Object.keys(metrics).filter((name) => name.startsWith('belowTarget.')).length, 4);
  const details = JSON.parse(String(readArtifact(record, 'syntheses.json', path.join(root, 'whole'))));
  assert.deepEqual([details.length, details[1].index], [2, 1]);
  assert.equal(details[0].runs['gram.all'].picture, undefined);
  const pictures = readSynthesisPictures(record, path.join(root, 'whole'));
  assert.equal(pictures?.images.length, 1);
  assert.equal(Object.keys(pictures?.made ?? {}).length, 13);
  const file = record.artifacts.find(({ file }) => file.endsWith('.safetensors'))?.file as string;
  const tensors = tf.memory().numTensors;
  const { model } = loadModel(path.join(root, 'whole', 'tiny', 'texture-synthesis', file));
  assert.deepEqual([model.spec.architecture, model.spec.pooling], ['vgg16', 'average']);
  model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('a cell that is cut off between two syntheses ends with the same numbers', async () => {
  const whole = await run('seed0', 'whole');
  const controller = new AbortController();
  const report = (line: string): void => {
    if (line.startsWith('target 1/2')) controller.abort();
  };
  await assert.rejects(run('seed0', 'cut', { signal: controller.signal, report }), Interrupted);
  const resumed = await run('seed0', 'cut');
  assert.deepEqual([resumed.curves, resumed.metrics], [whole.curves, whole.metrics]);
  assert.deepEqual(resumed.artifacts, whole.artifacts);
});

test('a seed without so many held-out images is an error', async () => {
  const overrides = { ...OVERRIDES, seeds: [8] };
  await assert.rejects(run('seed8', 'far', { overrides }), /has 16 images; the cell takes 2 from number 17/);
});

test('pretrained weights and images on disk: the paper profile, made small', async () => {
  const overrides: JsonObject = {
    model: { inputSize: 32 },
    synthesis: { steps: 1, iterations: 2, rates: [1] },
    images: 2,
    shown: 0,
  };
  await assert.rejects(run('seed0', 'paper', { profile: 'paper', overrides }), /Give a folder with --data/);
  const data = path.join(root, 'data');
  for (const i of [0, 1]) await writeNoise(path.join(data, 'images', `${i}.png`), 3, 40, 36);
  await assert.rejects(run('seed0', 'paper', { profile: 'paper', overrides, data }), /lacks weights\//);
  const model = buildVgg({ architecture: 'vgg19', width: 2, inputSize: 32, classes: 2, hidden: 2 }, 1);
  fs.mkdirSync(path.join(data, 'weights'));
  writeSafetensors(path.join(data, 'weights', 'vgg19.safetensors'), await exportWeights(model), {});
  model.dispose();
  const tensors = tf.memory().numTensors;
  const record = await run('seed0', 'paper', { profile: 'paper', overrides, data });
  assert.equal(tf.memory().numTensors, tensors);
  assert.equal(record.dataName, 'photographs, VGG-19 from ImageNet');
  assert.ok((record.metrics['fall.gram.all'].value as number) > 0);
  assert.ok(!JSON.stringify(record).includes(root), 'a record holds no path of the machine');
});

/** Runs of one target in all modes. */
function targetRuns(index: number, of: (mode: string) => Partial<SynthesisRun>): TargetRuns {
  const common: SynthesisRun = {
    first: 1000,
    best: 10,
    curve: [100, 50, 20, 10],
    ended: 'limit',
    evaluations: 40,
    edges: 0.5,
    edgesOfOthers: 0.1,
    edgeStrength: 0.75,
    gram: 0.9,
    ofTarget: null,
    shared: null,
    picture: null,
  };
  const modes = synthesisModes([1]).map(modeName);
  return {
    index,
    name: 'cat',
    sharedAtStart: 0.25,
    runs: Object.fromEntries(modes.map((mode) => [mode, { ...common, ...of(mode) }])),
  };
}

test('metrics by hand: convergence at a hundredfold, settled losses, differences of a target', () => {
  const settings = { fraction: 0.05, rates: [1], steps: 4, iterations: 20 };
  const metrics = metricsOf(
    [
      targetRuns(0, (mode) =>
        mode === 'gram.rest' ? { best: 10.1, edges: 0.25, curve: [99, 50, 10.2, 10.1] } : {},
      ),
      targetRuns(1, (mode) => (mode === 'gram.rest' ? { ended: 'diverged', edges: 0 } : {})),
      targetRuns(2, (mode) =>
        mode === 'gram.rest'
          ? { edges: null, ended: 'converged' }
          : mode === 'match.top.target.rate1'
            ? { ofTarget: 100 }
            : {},
      ),
    ],
    settings,
  );
  assert.equal(metrics['converged.gram.all'].value, 1);
  assert.deepEqual(metrics['converged.gram.rest'].counts, { hits: 1, images: 3 });
  assert.deepEqual(metrics['settled.gram.rest'].counts, { hits: 2, images: 3 });
  assert.equal(metrics['settled.gram.all'].value, 0);
  assert.equal(metrics['diverged.gram.rest'].value, 1 / 3);
  assert.equal(metrics['fall.gram.all'].value, 2);
  assert.ok(Math.abs((metrics['ownEdges.gram.all'].value as number) - 0.4) < 1e-12);
  const { value, counts } = metrics['lostEdges.gram.rest'];
  assert.deepEqual([value, counts.images], [0.375, 2]);
  assert.ok(Math.abs(counts.deviation - 0.25 / Math.SQRT2) < 1e-12);
  assert.equal(metrics['targetFall.match.top.target.rate1'].value, 1);
  assert.equal(metrics['belowTarget.match.top.target.rate1'].counts.hits, 1);
  assert.ok(!('belowTarget.match.top.both.rate1' in metrics) && !('lostEdges.gram.all' in metrics));
  assert.equal(metrics['shared.start'].value, 0.25);
});
