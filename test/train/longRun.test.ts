// What only shows after many steps, or with a batch that no heap can hold.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { testTransform } from '../../lib/data/augment';
import { batches } from '../../lib/data/batches';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { classification } from '../../lib/objectives/classification';
import { sgd } from '../../lib/objectives/sgd';
import { predict } from '../../lib/train/evaluate';
import { computeGradients, disposeGradients, trainStep } from '../../lib/train/step';
import { train } from '../../lib/train/train';
import { colours } from '../data/colours';
import { temporaryFolder, tinyRun, weightsOf } from './setup';

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
});

test('200 steps of a Top-K ResNet leave no tensors and take no memory after the first', async () => {
  const spec = { architecture: 'resnet18', width: 2, inputSize: 32, classes: 3, activation: 'topk' };
  const model = buildModel(spec, 1000);
  const optimizer = sgd({ momentum: 0.9, weightDecay: 5e-4 }).start(model.parameters());
  const learner = { model, objective: classification(), optimizer };
  const transform = testTransform({ size: 32, resize: 'fit' });
  let steps = 0;
  let afterFirst: tf.MemoryInfo | undefined;
  for await (const batch of batches({ source: colours(400, 32), transform, batchSize: 2, seed: 1 })) {
    await trainStep(learner, batch, { learningRate: 0.01 });
    steps++;
    afterFirst ??= tf.memory();
  }
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  assert.equal(steps, 200);
  assert.deepEqual(
    { numTensors, numDataBuffers, numBytes },
    {
      numTensors: afterFirst?.numTensors,
      numDataBuffers: afterFirst?.numDataBuffers,
      numBytes: afterFirst?.numBytes,
    },
  );
  optimizer.dispose();
  model.dispose();
});

/** The model with its images enlarged 4096 times on the way: no batch of two fits the wasm heap. */
function enlarging(model: ImageModel): ImageModel {
  return {
    ...model,
    forward: (images, options) =>
      tf.tidy(() => {
        const [, height, width] = images.shape;
        const large = tf.image.resizeNearestNeighbor(images, [4096 * height, 4096 * width]);
        return model.forward(tf.image.resizeNearestNeighbor(large, [height, width]), options);
      }),
  };
}

test('a step that fails halfway through the network leaves no tensors', async () => {
  const model = buildModel({ architecture: 'resnet18', width: 2, inputSize: 32, classes: 3 }, 0);
  const objective = classification();
  const failing = {
    ...objective,
    terms: () => {
      throw new Error('no more memory');
    },
  };
  const images = tf.zeros<tf.Rank.R4>([2, 32, 32, 3]);
  const labels = tf.tensor1d([0, 1], 'int32');
  const before = tf.memory();
  assert.throws(() => computeGradients(model, failing, { images, labels, targets: {} }), /no more memory/);
  assert.equal(tf.memory().numTensors, before.numTensors);
  assert.equal(tf.memory().numDataBuffers, before.numDataBuffers);
  disposeGradients(computeGradients(model, objective, { images, labels, targets: {} }));
  assert.equal(tf.memory().numTensors, before.numTensors);
  tf.dispose([images, labels]);
  model.dispose();
});

test('a batch too large for the heap stops the run by name, with weights and checkpoint as they were', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'checkpoint.safetensors');
  const whole = tinyRun({ epochs: 2, checkpoint: { file } });
  const abort = new AbortController();
  const stopper = { onEpoch: () => void abort.abort() };
  await train({ ...whole, signal: abort.signal, callbacks: [stopper] });
  const [weights, checkpoint] = [weightsOf(whole.model), fs.readFileSync(file)];
  const before = tf.memory();
  const large = { ...whole, model: enlarging(whole.model) };
  await assert.rejects(
    train(large),
    /stopped after step 6: .* batch of 8 images of 8 x 8\. Use a smaller batchSize.*wasm heap is exhausted: \d+ bytes.*checkpoint\.safetensors/,
  );
  const transform = testTransform({ size: 8, resize: 'fit' });
  await assert.rejects(predict(large.model, colours(4), transform), /The wasm heap is exhausted/);
  assert.equal(tf.memory().numTensors, before.numTensors);
  assert.equal(tf.memory().numDataBuffers, before.numDataBuffers);
  assert.deepEqual(weightsOf(whole.model), weights);
  assert.deepEqual(fs.readFileSync(file), checkpoint);
  const resumed = await train(whole);
  assert.deepEqual([resumed.stopped, resumed.steps], ['finished', 12]);
  whole.model.dispose();
  fs.rmSync(folder, { recursive: true });
});
