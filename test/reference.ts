// Reference numbers and how tests compare with them.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { fromRoot } from '../lib/files';

/** An array of a fixture; images are NCHW. */
export interface ReferenceArray {
  shape: number[];
  data: number[];
}

/** The JSON of `test/fixtures/<name>`. */
export function fixture<T>(name: string): T {
  return JSON.parse(fs.readFileSync(fromRoot('test/fixtures', name), 'utf8')) as T;
}

/** A fixture's array as a tensor in the layout of the library: NCHW to NHWC, OIHW to HWIO, `[out, in]` to `[in, out]`. */
export function toTensor({ shape, data }: ReferenceArray, kind: 'image' | 'weight' = 'image'): tf.Tensor {
  const axes = kind === 'image' ? [0, 2, 3, 1] : [2, 3, 1, 0];
  return tf.tidy(() => {
    const tensor = tf.tensor(data, shape, 'float32');
    if (shape.length === 4) return tf.transpose(tensor, axes);
    return shape.length === 2 ? tf.transpose(tensor) : tensor;
  });
}

/** Asserts that two tensors agree within `tolerance` (absolute, and relative to the larger magnitude); disposes neither. */
export function assertClose(actual: tf.Tensor, expected: tf.Tensor, what: string, tolerance = 1e-5): void {
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  assertNumbersClose(actual.dataSync(), expected.dataSync(), what, tolerance);
}

/** The same for plain arrays. */
export function assertNumbersClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  tolerance = 1e-5,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  for (let i = 0; i < actual.length; i++) {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]));
    const difference = Math.abs(actual[i] - expected[i]);
    assert.ok(difference <= allowed, `${what}[${i}]: ${actual[i]} instead of ${expected[i]}`);
  }
}

/** Asserts that the gradients of `sum(weights * f(...inputs))` agree with central differences; for tiny inputs. */
export function assertGradients(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  { step = 1e-2, tolerance = 5e-3 } = {},
): void {
  tf.tidy(() => {
    const output = f(...inputs);
    const weights = tf.randomNormal(output.shape, 0, 1, 'float32', 7);
    const analytic = tf.grads(f)([...inputs], weights);
    const loss = (values: tf.Tensor[]) => tf.tidy(() => tf.sum(tf.mul(f(...values), weights)).dataSync()[0]);
    for (const [which, input] of inputs.entries()) {
      const numeric = Array.from({ length: input.size }, (_, i) => {
        const moved = (by: number) => inputs.map((other, j) => (j === which ? shifted(other, i, by) : other));
        return (loss(moved(step)) - loss(moved(-step))) / (2 * step);
      });
      assertNumbersClose(analytic[which].dataSync(), numeric, `gradient of input ${which}`, tolerance);
    }
  });
}

function shifted(tensor: tf.Tensor, index: number, by: number): tf.Tensor {
  const values = Float32Array.from(tensor.dataSync());
  values[index] += by;
  return tf.tensor(values, tensor.shape);
}
