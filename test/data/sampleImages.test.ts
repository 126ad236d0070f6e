import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { imageTensor } from '../../lib/data/imageTensor';
import { cuesOf, sampleImages } from '../../lib/data/sampleImages';
import { colours } from './colours';

test('images become a tensor of values from 0 to 1', async () => {
  await tf.setBackend('cpu');
  const before = tf.memory().numTensors;
  const tensor = imageTensor([
    { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 255, 51, 255, 0, 0) },
    { width: 2, height: 1, channels: 3, data: new Uint8Array(6) },
  ]);
  assert.deepEqual(tensor.shape, [2, 1, 2, 3]);
  assert.deepEqual(
    [...tensor.dataSync()].slice(0, 3).map((x) => Number(x.toFixed(4))),
    [0, 1, 0.2],
  );
  tensor.dispose();
  assert.equal(tf.memory().numTensors, before);
});

test('images of different sizes are refused', () => {
  const image = (width: number) => ({ width, height: 1, channels: 1 as const, data: new Uint8Array(width) });
  assert.throws(() => imageTensor([image(1), image(2)]), /Image 1 is 2 x 1 x 1; the first is 1 x 1 x 1/);
  assert.throws(() => imageTensor([]), /at least one image/);
});

test('the first images of a source, and what they show', async () => {
  const source = colours(5);
  assert.equal((await sampleImages(source, 2)).length, 2);
  assert.equal((await sampleImages(source)).length, 5);
  assert.deepEqual(cuesOf(source), ['red', 'green', 'blue', 'red', 'green']);
  assert.equal(cuesOf({ ...source, textureLabels: Int32Array.of(1, 0, 0, 0, 0) })[0], 'red, green');
});
