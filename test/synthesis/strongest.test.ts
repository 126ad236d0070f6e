// What a mask leaves of a target, by hand.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { buildVgg } from '../../lib/models/vgg';
import { activationsAt, lossOfTarget, sharedStrongest } from '../../lib/synthesis/strongest';
import { LOSS_WEIGHT, type Strength } from '../../lib/synthesis/textureLoss';

before(() => useEngine({ name: 'wasm', quiet: true }));

/** A map of one channel. */
const map = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [1, 2, values.length / 2, 1]);

test('shared strongest activations are counted layer by layer, those of 0 not at all', async () => {
  const target = [map(4, 3, 0, 0), map(0, 0, 1, 0)];
  const image = [map(9, 0, 8, 0), map(0, 0, 5, 0)];
  const dead = [map(0, 0, 0, 0), map(0, 0, 0, 0)];
  const tensors = tf.memory().numTensors;
  // Half of four positions are two: of 4 and 3 one place is shared. In the second layer, 1 is the only one that is not 0.
  assert.equal(await sharedStrongest(image, target, 0.5), (0.5 + 1) / 2);
  assert.equal(await sharedStrongest(target, target, 0.5), 1);
  assert.equal(await sharedStrongest(dead, target, 0.5), 0);
  assert.equal(await sharedStrongest(target, dead, 0.5), null);
  assert.equal(tf.memory().numTensors, tensors);
  tf.dispose([target, image, dead]);
});

test("a target's own loss is the square of what its mask takes away", async () => {
  const target = [map(4, 3, 2, 1), map(0, 0, 1, 0)];
  const tensors = tf.memory().numTensors;
  const lost = async (strength: Strength) => (await lossOfTarget(target, strength)) / LOSS_WEIGHT;
  assert.ok(Math.abs((await lost({ fraction: 0.5 })) - (4 + 1)) < 1e-5);
  assert.ok(Math.abs((await lost({ fraction: 0.5, reverse: true })) - (16 + 9 + 1)) < 1e-5);
  assert.equal(await lossOfTarget(target, { fraction: 1 }), 0);
  assert.equal(tf.memory().numTensors, tensors);
  tf.dispose(target);
});

test('activations are those of the layers, whatever else is built on them; misfits are errors', () => {
  const model = buildVgg({ architecture: 'vgg16', width: 2, inputSize: 32, classes: 2, hidden: 1 }, 1);
  const image = new Float32Array(32 * 32 * 3).fill(0.5);
  const tensors = tf.memory().numTensors;
  const found = activationsAt(model, ['features.1', 'features.4'], image);
  assert.deepEqual(
    found.map(({ shape }) => shape),
    [
      [1, 32, 32, 2],
      [1, 16, 16, 2],
    ],
  );
  tf.dispose(found);
  assert.equal(activationsAt(model, ['features.4'], image).map((map) => map.dispose()).length, 1);
  assert.throws(() => activationsAt(model, ['features.99'], image), /features\.99/);
  assert.throws(() => activationsAt(model, [], image), /at least one layer/);
  assert.throws(
    () => activationsAt(model, ['features.1'], image.subarray(3)),
    /32 x 32 x 3, got 3069 values/,
  );
  assert.equal(tf.memory().numTensors, tensors);
  model.dispose();
});
