import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { testTransform } from '../../lib/data/augment';
import { loadBatch } from '../../lib/data/batches';
import { useEngine } from '../../lib/engine/engine';
import { buildModel as buildLibraryModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { classification } from '../../lib/objectives/classification';
import { sgd } from '../../lib/objectives/sgd';
import { dataParallelRunner, singleRunner } from '../../lib/train/dataParallel';
import { largestShards, meanTerms, shardSizes, weightedMean } from '../../lib/train/shards';
import type { Learner } from '../../lib/train/step';
import { train } from '../../lib/train/train';
import { colours } from '../data/colours';
import { temporaryFolder, tinyRun, weightsOf } from './setup';
import { buildModel, tinySpec } from './tinyModel';

const OPTIMIZER = sgd({ momentum: 0.9, weightDecay: 5e-4 });

const RESNET = { architecture: 'resnet18', width: 4, inputSize: 32, classes: 3, stemStride: 2 };

let folder: string;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = temporaryFolder();
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

function learnerOf(model: ImageModel): Learner {
  return {
    model,
    objective: classification(),
    optimizer: OPTIMIZER.start(model.parameters()),
  };
}

function disposeLearner({ model, optimizer }: Learner): void {
  optimizer.dispose();
  model.dispose();
}

test('shards are nearly equal and have two images at least', () => {
  assert.deepEqual(shardSizes(32, 2), [16, 16]);
  assert.deepEqual(shardSizes(10, 4), [3, 3, 2, 2]);
  assert.deepEqual(shardSizes(5, 4), [3, 2, 0, 0]);
  assert.deepEqual(shardSizes(3, 2), [3, 0]);
  assert.deepEqual(largestShards(8, 4), [3, 2, 2, 2]);
});

test('means weigh shards by their images', () => {
  const target = new Float32Array(2);
  const shards = [
    { size: 2, values: Float32Array.of(1, 4) },
    { size: 1, values: Float32Array.of(5, 0) },
    { size: 1, values: Float32Array.of(1, 4) },
    { size: 0, values: Float32Array.of(9, 9) },
  ];
  weightedMean(shards, target);
  assert.deepEqual(Array.from(target), [2, 3]);
  weightedMean(shards.slice(1, 2), target);
  assert.deepEqual(Array.from(target), [5, 0]);
  const terms = meanTerms([
    { count: 3, terms: { loss: 1 } },
    { count: 1, terms: { loss: 5 } },
  ]);
  assert.deepEqual(terms, { loss: 2 });
});

/** Steps on batches of these sizes, in one thread and in several from the same start: the same up to rounding. */
async function requireSame(
  build: () => ImageModel,
  workers: number,
  counts: readonly number[],
): Promise<void> {
  const [one, several] = [learnerOf(build()), learnerOf(build())];
  const size = one.model.network.inputs[0].shape[1] as number;
  const single = singleRunner(one);
  const parallel = await dataParallelRunner(several, {
    workers,
    shape: [Math.max(...counts), size, size, 3],
    optimizer: OPTIMIZER,
  });
  const transform = testTransform({ size, resize: 'fit' });
  for (const count of counts) {
    const indices = Array.from({ length: count }, (_, i) => i);
    const batch = await loadBatch(colours(8, size), indices, transform, 0);
    const [expected, found] = [
      await single.step(batch, { learningRate: 0.1 }),
      await parallel.step(batch, { learningRate: 0.1 }),
    ];
    assert.deepEqual([found.count, found.correct], [expected.count, expected.correct]);
    assert.ok(Math.abs(found.terms.crossEntropy - expected.terms.crossEntropy) < 1e-5);
  }
  await parallel.dispose();
  const expected = weightsOf(one.model);
  for (const [name, values] of Object.entries(weightsOf(several.model))) {
    const differs = values.findIndex((value, i) => Math.abs(value - expected[name][i]) > 1e-5);
    assert.equal(differs, -1, `${name}[${differs}]: ${values[differs]} and ${expected[name][differs]}`);
  }
  disposeLearner(one);
  disposeLearner(several);
}

test('without batch statistics three threads do what one does, up to rounding', async () => {
  // Equal shards, unequal shards, and a batch too small for all threads.
  const build = (): ImageModel => buildModel(tinySpec({ centre: false }), 1000);
  await requireSame(build, 3, [6, 8, 3, 8]);
});

test('a ResNet with frozen batch norm learns in two threads as in one, up to rounding', async () => {
  const build = (): ImageModel => buildLibraryModel({ ...RESNET, frozenBatchNorm: true }, 1000);
  await requireSame(build, 2, [8, 7]);
});

test('a ResNet trains in two threads', async () => {
  const model = buildLibraryModel(RESNET, 1000);
  const options = tinyRun({
    model,
    source: colours(16, 32),
    transform: testTransform({ size: 32, resize: 'fit' }),
    epochs: 2,
    workers: 2,
  });
  const before = tf.memory().numTensors;
  const result = await train(options);
  assert.equal(result.workers, 2);
  assert.ok(Number.isFinite(result.curve[1].loss));
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
});

test('two threads repeat themselves to the last bit, also across an interruption', async () => {
  const whole = tinyRun({ workers: 2 });
  const expected = await train(whole);
  const checkpoint = { file: path.join(folder, 'two.safetensors') };
  const abort = new AbortController();
  const callbacks = [{ onStep: ({ step }: { step: number }) => void (step === 8 && abort.abort()) }];
  const first = tinyRun({ workers: 2, checkpoint, signal: abort.signal, callbacks });
  assert.equal((await train(first)).stopped, 'interrupted');
  const second = tinyRun({ workers: 2, checkpoint });
  assert.deepEqual((await train(second)).curve, expected.curve);
  assert.deepEqual(weightsOf(second.model), weightsOf(whole.model));
  const other = tinyRun({ workers: 1, checkpoint });
  await assert.rejects(train(other), /another run: workers was 2, now 1/);
  for (const { model } of [whole, first, second, other]) model.dispose();
});

test('a worker that dies stops the run, named, with the checkpoint intact', async () => {
  const checkpoint = { file: path.join(folder, 'dying.safetensors') };
  const options = tinyRun({ workers: 3, checkpoint }, { workerDiesAt: 9 });
  const before = tf.memory().numTensors;
  await assert.rejects(
    train(options),
    /stopped after step 8: Worker [12] of 2 died: out of order\. The last checkpoint.*dying\.safetensors/,
  );
  assert.equal(tf.memory().numTensors, before);
  assert.match(fs.readFileSync(checkpoint.file).toString('latin1'), /step\\*":6/);
  options.model.dispose();
});

test('a worker that cannot start is named', async () => {
  const origin = { module: path.join(folder, 'absent'), builder: 'buildModel' };
  const options = tinyRun({ workers: 2, model: { ...buildModel(tinySpec(), 1000), origin } });
  await assert.rejects(train(options), /Worker 1 of 1 died: Cannot find module/);
  options.model.dispose();
});

test('more workers than pairs of images are not started, and that is said', async () => {
  const options = tinyRun({ workers: 5, batchSize: 4, epochs: 1 });
  const { workers, notes } = await train(options);
  assert.equal(workers, 2);
  assert.deepEqual(notes, ['2 workers instead of 5: each needs two images of a batch of 4.']);
  options.model.dispose();
});
