import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { multiHeadAttention } from '../../lib/ops/attention';
import { gelu } from '../../lib/ops/gelu';
import { layerNorm } from '../../lib/ops/layerNorm';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

const reference =
  fixture<Record<'gelu', Record<'x' | 'y' | 'dx', ReferenceArray>>>('locnet/transformer.json');
const drawn = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
const threeOf = (shape: number[]) => [1, 2, 3].map((seed) => drawn(shape, seed)) as tf.Tensor3D[];

onEngines('gelu and its gradient equal the reference', () => {
  tf.tidy(() => {
    const x = toTensor(reference.gelu.x);
    assertClose(gelu(x), toTensor(reference.gelu.y), 'y', 2e-6);
    assertClose(tf.grad((input) => gelu(input))(x), toTensor(reference.gelu.dx), 'dx', 2e-6);
    assertGradients((input) => gelu(input), [drawn([2, 5], 1)]);
  });
});

onEngines('layerNorm gradients equal finite differences, over maps and vectors', () => {
  tf.tidy(() => {
    const normed = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
      layerNorm(x, scale as tf.Tensor1D, offset as tf.Tensor1D);
    for (const shape of [
      [3, 4],
      [2, 2, 3, 4],
    ]) {
      const inputs = [drawn(shape, 1), drawn([4], 2), drawn([4], 3)];
      assertGradients(normed as (...inputs: tf.Tensor[]) => tf.Tensor, inputs, {
        step: 5e-3,
        tolerance: 2e-2,
      });
    }
    const far = tf.add(drawn([3, 16], 4), 100);
    const y = layerNorm(far, tf.ones([16]), tf.zeros([16]));
    assertClose(tf.mean(y, -1), tf.zeros([3]), 'mean', 1e-4);
    assertClose(tf.mean(tf.square(y), -1), tf.ones([3]), 'variance', 1e-3);
  });
});

onEngines('attention takes means of the values, and each head looks for itself', () => {
  tf.tidy(() => {
    const [query, key, value] = threeOf([2, 5, 4]);
    const none = multiHeadAttention(tf.zerosLike(query), key, value, 2);
    assertClose(none, tf.tile(tf.mean(value, 1, true), [1, 5, 1]), 'without preference', 1e-6);
    const whole = multiHeadAttention(query, key, value, 2);
    for (const head of [0, 1]) {
      const part = (x: tf.Tensor3D) => tf.slice(x, [0, 0, 2 * head], [2, x.shape[1], 2]);
      const alone = multiHeadAttention(part(query), part(key), part(value), 1);
      assertClose(part(whole), alone, `head ${head}`, 1e-6);
    }
  });
});

onEngines('attention gradients equal finite differences, also with fewer queries than keys', () => {
  tf.tidy(() => {
    const attended = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
      multiHeadAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, 2);
    for (const queries of [4, 2]) {
      const inputs = [drawn([2, queries, 4], 1), drawn([2, 4, 4], 2), drawn([2, 4, 4], 3)];
      assertGradients(attended as (...inputs: tf.Tensor[]) => tf.Tensor, inputs);
    }
  });
});

onEngines('the ops leave nothing but their results', () => {
  const [query, key, value] = threeOf([2, 5, 4]);
  const [scale, offset] = [tf.ones([4]) as tf.Tensor1D, tf.zeros([4]) as tf.Tensor1D];
  tf.dispose([multiHeadAttention(query, key, value, 2), gelu(query), layerNorm(query, scale, offset)]);
  tf.dispose([query, key, value, scale, offset]);
});

test('shapes that do not fit are refused', () => {
  const [x, wide] = [tf.zeros<tf.Rank.R3>([1, 4, 6]), tf.zeros<tf.Rank.R3>([1, 4, 8])];
  assert.throws(() => multiHeadAttention(x, x, x, 4), /over 6 channels cannot be divided into 4 heads/);
  assert.throws(() => multiHeadAttention(x, x, x, 0), /into 0 heads/);
  assert.throws(() => multiHeadAttention(x, wide, wide, 1), /got \[1,4,6\], \[1,4,8\] and \[1,4,8\]/);
  assert.throws(() => multiHeadAttention(x, x, wide, 1), /Attention takes query/);
  assert.throws(
    () => layerNorm(x, tf.ones([5]), tf.ones([6])),
    /needs scale and offset \[6\], got \[5\] and \[6\]/,
  );
});
