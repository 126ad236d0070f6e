import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { batchNorm } from '../../lib/ops/batchNorm';
import { Random } from '../../lib/random';

before(() => useEngine({ name: 'wasm', quiet: true }));

type Loss = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Compares the gradient of sum(weights f(inputs)) with central differences of step 0.01. */
function checkGradient(f: Loss, shapes: number[][]): void {
  const random = new Random(3);
  const data = shapes.map((shape) =>
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
  );
  const tensors = (): tf.Tensor[] => data.map((values, i) => tf.tensor(values, shapes[i]));
  tf.tidy(() => {
    const y = f(...tensors());
    const weights = tf.tensor(
      Float32Array.from({ length: y.size }, () => random.normal()),
      y.shape,
    );
    const loss: Loss = (...inputs) => tf.sum(tf.mul(f(...inputs), weights));
    const gradients = tf.grads(loss)(tensors());
    for (const [input, values] of data.entries()) {
      const analytic = gradients[input].dataSync();
      for (let i = 0; i < values.length; i++) {
        const original = values[i];
        const at = (value: number): number => {
          values[i] = value;
          const result = tf.tidy(() => loss(...tensors()).dataSync()[0]);
          values[i] = original;
          return result;
        };
        const numeric = (at(original + 0.01) - at(original - 0.01)) / 0.02;
        const scale = Math.max(1, Math.abs(numeric));
        assert.ok(Math.abs(analytic[i] - numeric) / scale < 0.02, `input ${input}, element ${i}`);
      }
    }
  });
  assert.equal(tf.memory().numTensors, 0);
}

const convolution =
  (stride: number, padding: number): Loss =>
  (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, padding);

test('convolution, stride 1, padded', () =>
  checkGradient(convolution(1, 1), [
    [1, 4, 4, 2],
    [3, 3, 2, 3],
  ]));

test('convolution, stride 2, padded, odd size', () =>
  checkGradient(convolution(2, 1), [
    [2, 5, 3, 2],
    [3, 3, 2, 2],
  ]));

test('training batch norm in x, scale and offset', () =>
  checkGradient(
    (x, scale, offset) => batchNorm(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D).y,
    [[2, 3, 3, 3], [3], [3]],
  ));

test('max-pool', () => checkGradient((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), [[1, 4, 4, 2]]));

test('average-pool', () => checkGradient((x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), [[1, 5, 5, 2]]));

test('mean over the map', () => checkGradient((x) => tf.mean(x, [1, 2]), [[2, 3, 3, 5]]));

test('matrix product', () =>
  checkGradient(
    (a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D),
    [
      [3, 4],
      [4, 5],
    ],
  ));

test('padding by zeros', () =>
  checkGradient(
    (x) =>
      tf.pad4d(x as tf.Tensor4D, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
    [[1, 2, 2, 2]],
  ));

test('softmax cross-entropy', () =>
  checkGradient((x) => tf.losses.softmaxCrossEntropy(tf.oneHot([1, 0], 3), x as tf.Tensor2D), [[2, 3]]));
