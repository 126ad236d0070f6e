import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { Random } from '../../lib/random';
import { type ConvolutionCase, convolutionReference, relativeError } from './references';

before(() => useEngine({ name: 'wasm', quiet: true }));

const CASES: ConvolutionCase[] = [];
for (const size of [1, 3, 7]) {
  for (const stride of [1, 2]) {
    for (const padding of size === 1 ? [0, 1] : [0, size >> 1]) {
      for (const [height, width] of [
        [8, 8],
        [9, 7],
      ]) {
        CASES.push({
          batch: 2,
          height,
          width,
          inputs: 8,
          outputs: 16,
          filter: [size, size],
          stride: [stride, stride],
          padding: [padding, padding, padding, padding],
        });
      }
    }
  }
}
const base: ConvolutionCase = {
  batch: 3,
  height: 10,
  width: 11,
  inputs: 3,
  outputs: 5,
  filter: [3, 3],
  stride: [1, 1],
  padding: [1, 1, 1, 1],
};
CASES.push(
  base,
  { ...base, stride: [2, 2], padding: [0, 1, 0, 1] },
  { ...base, stride: [2, 1], padding: [2, 0, 1, 3] },
  { ...base, filter: [2, 5], stride: [3, 2], padding: [0, 2, 3, 0] },
  { ...base, filter: [1, 1], stride: [3, 3], padding: [0, 0, 0, 0] },
  { ...base, filter: [1, 1], stride: [1, 1], padding: [2, 2, 2, 2] },
  { ...base, inputs: 1, outputs: 1, filter: [7, 7], stride: [2, 2], padding: [3, 3, 3, 3] },
  { ...base, inputs: 13, outputs: 30, filter: [10, 11], padding: [0, 0, 0, 0] },
);

for (const [seed, c] of CASES.entries()) {
  const [sameTop, bottom, left, right] = c.padding;
  const name = `${c.filter.join('x')} stride ${c.stride} padding ${c.padding} on ${c.height}x${c.width}x${c.inputs} to ${c.outputs}`;
  test(`convolution and its gradients against double precision: ${name}`, () => {
    const random = new Random(seed);
    const normal = (shape: number[]): tf.Tensor4D =>
      tf.tensor4d(
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
        shape as [number, number, number, number],
      );
    const x = normal([c.batch, c.height, c.width, c.inputs]);
    const filter = normal([...c.filter, c.inputs, c.outputs]);
    const convolve = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D =>
      tf.conv2d(a, b, c.stride, [
        [0, 0],
        [sameTop, bottom],
        [left, right],
        [0, 0],
      ]);
    const y = convolve(x, filter);
    const dy = normal(y.shape);
    const dyData = dy.dataSync();
    const [dx, dFilter] = tf.grads((a, b) => convolve(a as tf.Tensor4D, b as tf.Tensor4D))([x, filter], dy);
    const expected = convolutionReference(x.dataSync(), filter.dataSync(), (i) => dyData[i], c);
    assert.deepEqual(y.shape, [c.batch, expected.outHeight, expected.outWidth, c.outputs]);
    assert.ok(relativeError(y.dataSync(), expected.y) < 2e-6, 'y');
    assert.ok(relativeError(dx.dataSync(), expected.dx) < 2e-6, 'dx');
    assert.ok(relativeError(dFilter.dataSync(), expected.dFilter) < 2e-6, 'dFilter');
    tf.dispose([x, filter, y, dy, dx, dFilter]);
    assert.equal(tf.memory().numTensors, 0);
  });
}
