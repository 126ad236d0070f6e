import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { Random } from '../../lib/random';
import { batchNormReference, relativeError } from './references';

before(() => useEngine({ name: 'wasm', quiet: true }));

const random = new Random(7);
const values = (size: number, mean = 0): Float32Array =>
  Float32Array.from({ length: size }, () => mean + random.normal());
const run = <T extends tf.Tensor | tf.Tensor[]>(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes = {},
): T => tf.engine().runKernel(name, inputs, attributes) as T;

for (const channels of [1, 3, 4, 6, 16, 35]) {
  test(`training batch norm and its gradient against double precision, ${channels} channels`, () => {
    const shape: [number, number, number, number] = [2, 9, 11, channels];
    // A mean far above the deviation: one-pass variances fail here.
    const x = tf.tensor4d(values(2 * 9 * 11 * channels, 100), shape);
    const dy = tf.tensor4d(values(2 * 9 * 11 * channels), shape);
    const [scale, offset] = [tf.tensor1d(values(channels)), tf.tensor1d(values(channels))];
    const [y, mean, variance] = run<tf.Tensor[]>('BatchNormTrain', { x, scale, offset }, { epsilon: 1e-5 });
    const [dx, dScale, dOffset] = run<tf.Tensor[]>(
      'BatchNormTrainGrad',
      { x, dy, scale, mean, variance },
      { epsilon: 1e-5 },
    );
    const expected = batchNormReference(
      x.dataSync(),
      dy.dataSync(),
      scale.dataSync(),
      offset.dataSync(),
      1e-5,
    );
    assert.ok(relativeError(y.dataSync(), expected.y) < 1e-5, 'y');
    assert.ok(relativeError(mean.dataSync(), expected.mean) < 1e-6, 'mean');
    assert.ok(relativeError(variance.dataSync(), expected.variance) < 1e-5, 'variance');
    // The gradient starts from the mean as a float32, here off by up to 4e-6 deviations.
    assert.ok(relativeError(dx.dataSync(), expected.dx) < 1e-4, 'dx');
    assert.ok(relativeError(dScale.dataSync(), expected.dScale) < 1e-4, 'dScale');
    assert.ok(relativeError(dOffset.dataSync(), expected.dOffset) < 1e-5, 'dOffset');
    tf.dispose([x, dy, scale, offset, y, mean, variance, dx, dScale, dOffset]);
    assert.equal(tf.memory().numTensors, 0);
  });
}

test('max-pool gives the gradient to the first maximum, in windows that are all negative too', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([-4, -3, -2, -1, -8, -7, -6, -1, 1, 2, 3, 4, 5, 6, 7, 8], [1, 4, 4, 1]);
    const dy = tf.tensor4d([10, 20, 30, 40], [1, 2, 2, 1]);
    const dx = tf.grad((a) => tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid'))(x, dy);
    assert.deepEqual([...dx.dataSync()], [0, 10, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 0, 40]);
  });
  assert.equal(tf.memory().numTensors, 0);
});

test('overlapping, padded max-pool windows add up, for any number of channels', () => {
  tf.tidy(() => {
    // The middle pixel is the largest of all nine 3x3 windows around it.
    for (const channels of [1, 3, 5, 8]) {
      const data = new Float32Array(25 * channels).fill(-2);
      data.fill(-1, 12 * channels, 13 * channels);
      const x = tf.tensor4d(data, [1, 5, 5, channels]);
      const dx = tf.grad((a) => tf.maxPool(a as tf.Tensor4D, 3, 1, 1))(x, tf.ones([1, 5, 5, channels]));
      const centre = dx.slice([0, 2, 2, 0], [1, 1, 1, channels]).dataSync();
      assert.deepEqual([...centre], new Array(channels).fill(9));
      assert.equal(dx.sum().dataSync()[0], 25 * channels);
    }
  });
});

test('average-pool spreads the gradient over what lies inside the image', () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 3, 3, 3]);
    const dy = tf.ones<tf.Rank.R4>([1, 2, 2, 3]);
    const dx = tf.grad((a) => tf.avgPool(a as tf.Tensor4D, 2, 2, 'same'))(x, dy);
    const quarters = dx.slice([0, 0, 0, 0], [1, 3, 3, 1]).dataSync();
    assert.deepEqual([...quarters], [0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1]);
  });
});

test('Top-K masks match a sort, ties to the lowest position', () => {
  for (const [pixels, channels, k] of [
    [16, 1, 3],
    [49, 3, 9],
    [64, 4, 64],
    [63, 7, 1],
    [256, 18, 51],
  ]) {
    // A few distinct values, so that ties abound, zeros of both signs among them.
    const data = Float32Array.from({ length: 2 * pixels * channels }, () => random.integer(9) - 4 || -0);
    const mask = tf.tidy(() =>
      run<tf.Tensor>('TopKMask', { x: tf.tensor4d(data, [2, pixels, 1, channels]) }, { k }),
    );
    assert.deepEqual(mask.dataSync(), sortedMask(data, pixels, channels, k));
    mask.dispose();
  }
  assert.equal(tf.memory().numTensors, 0);
});

function sortedMask(data: Float32Array, pixels: number, channels: number, k: number): Float32Array {
  const mask = new Float32Array(data.length);
  for (let image = 0; image < data.length / (pixels * channels); image++) {
    for (let channel = 0; channel < channels; channel++) {
      const at = (pixel: number): number => (image * pixels + pixel) * channels + channel;
      const order = Array.from({ length: pixels }, (_, pixel) => pixel);
      order.sort((a, b) => Math.abs(data[at(b)]) - Math.abs(data[at(a)]) || a - b);
      for (const pixel of order.slice(0, k)) mask[at(pixel)] = 1;
    }
  }
  return mask;
}

test('Relu passes the gradient where its output is positive', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([-1, 0, 2, -3, 4, 5, -6]);
    const dx = tf.grad((a) => tf.relu(a))(x, tf.tensor1d([1, 2, 3, 4, 5, 6, 7]));
    assert.deepEqual([...dx.dataSync()], [0, 0, 3, 0, 5, 6, 0]);
  });
  assert.equal(tf.memory().numTensors, 0);
});

test('matrix products, transposed and batched, against double precision', () => {
  const [batch, rows, inner, columns] = [3, 7, 13, 10];
  for (const [transposeA, transposeB] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ]) {
    const a = values(batch * rows * inner);
    const b = values(batch * inner * columns);
    const expected = new Float64Array(batch * rows * columns);
    for (let n = 0; n < batch; n++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          for (let m = 0; m < inner; m++) {
            const left = a[n * rows * inner + (transposeA ? m * rows + i : i * inner + m)];
            const right = b[n * inner * columns + (transposeB ? j * inner + m : m * columns + j)];
            expected[(n * rows + i) * columns + j] += left * right;
          }
        }
      }
    }
    tf.tidy(() => {
      const left = tf.tensor3d(a, transposeA ? [batch, inner, rows] : [batch, rows, inner]);
      const right = tf.tensor3d(b, transposeB ? [batch, columns, inner] : [batch, inner, columns]);
      const product = tf.matMul(left, right, transposeA, transposeB);
      assert.deepEqual(product.shape, [batch, rows, columns]);
      assert.ok(relativeError(product.dataSync(), expected) < 1e-6);
    });
  }
});

test('a matrix product whose operands have batches of their own and of one', () => {
  tf.tidy(() => {
    const many = tf.tensor3d([1, 2, 3, 4], [4, 1, 1]);
    const one = tf.tensor3d([10], [1, 1, 1]);
    assert.deepEqual([...tf.matMul(many, one).dataSync()], [10, 20, 30, 40]);
    assert.deepEqual([...tf.matMul(one, many).dataSync()], [10, 20, 30, 40]);
  });
});

test('clones share their data and outlive each other', () => {
  const first = tf.tensor1d([1, 2, 3]);
  const second = first.clone();
  first.dispose();
  assert.deepEqual([...second.dataSync()], [1, 2, 3]);
  second.dispose();
  assert.equal(tf.memory().numTensors, 0);
  assert.equal(tf.memory().numDataBuffers, 0);
});
