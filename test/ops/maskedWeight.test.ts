import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { linear } from '../../lib/ops/linear';
import { binaryMask, maskDensity } from '../../lib/ops/maskedWeight';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients } from '../reference';

const drawn = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

onEngines('a mask keeps what scores above 0; its gradient is the slope of the sigmoid', () => {
  tf.tidy(() => {
    const scores = tf.tensor1d([-3, -1e-6, 0, 1e-6, 2]);
    assert.deepEqual([...binaryMask(scores).dataSync()], [0, 0, 0, 1, 1]);
    const dy = tf.tensor1d([1, 2, -1, 1, 3]);
    const soft = tf.sigmoid(scores);
    const expected = tf.mul(dy, tf.mul(soft, tf.sub(1, soft)));
    assertClose(tf.grad((s) => binaryMask(s))(scores, dy), expected, 'gradient', 1e-6);
  });
});

onEngines('on a linear layer the gradient of the scores is x^T dy * weight * sigmoid slope', () => {
  tf.tidy(() => {
    const [x, weight, dy] = [drawn([5, 3], 1), drawn([3, 2], 2), drawn([5, 2], 3)] as tf.Tensor2D[];
    const scores = tf.tensor2d([1, -1, 0.5, 2, -0.2, 0.1], [3, 2]);
    const layer = (s: tf.Tensor) => linear(x, tf.mul(weight, binaryMask(s)), tf.zeros([2]));
    const mask = tf.tensor2d([1, 0, 1, 1, 0, 1], [3, 2]);
    assertClose(layer(scores), tf.matMul(x, tf.mul(weight, mask)), 'y', 1e-6);
    const soft = tf.sigmoid(scores);
    const throughMask = tf.mul(tf.matMul(x, dy, true), weight);
    const expected = tf.mul(throughMask, tf.mul(soft, tf.sub(1, soft)));
    assertClose(tf.grad(layer)(scores, dy), expected, 'gradient of the scores');
  });
});

onEngines(
  'a noisy mask keeps the share sigmoid(score), follows its seed, and divides by its temperature',
  () => {
    tf.tidy(() => {
      const scores = tf.fill([20000], 1);
      const noisy = (seed: number, temperature = 1) => binaryMask(scores, { noise: { seed, temperature } });
      assertClose(tf.mean(noisy(1)), tf.sigmoid(1), 'share', 0.01);
      assertClose(noisy(1), noisy(1), 'same seed', 0);
      assertClose(noisy(1), noisy(1, 0.5), 'the temperature moves no threshold', 0);
      assert.notDeepEqual(noisy(1).dataSync(), noisy(2).dataSync());
      // The slope at the noisy score m is sigmoid'(m / t) / t, at most 1 / (4 t).
      for (const temperature of [0.5, 1]) {
        const slope = tf.grad((s) => binaryMask(s, { noise: { seed: 1, temperature } }))(scores);
        assertClose(tf.max(slope), tf.scalar(0.25 / temperature), `slope at ${temperature}`, 1e-3);
      }
    });
  },
);

onEngines('the density is the mean of all sigmoids together; its gradient equals finite differences', () => {
  tf.tidy(() => {
    const [a, b] = [drawn([3, 2], 1), drawn([2], 2)];
    const expected = tf.mean(tf.sigmoid(tf.concat([tf.reshape(a, [-1]), b])));
    assertClose(maskDensity([a, b]), expected, 'density', 1e-6);
    assertGradients((...scores) => maskDensity(scores), [a, b]);
  });
});

onEngines('the density of a million scores is counted to the end', () => {
  tf.tidy(() => {
    assertClose(maskDensity([tf.fill([3, 3, 400, 400], 2)]), tf.sigmoid(2), 'density', 2e-6);
  });
});

test('a temperature of 0 and a density of nothing are refused', () => {
  const scores = tf.zeros([2]);
  const noise = { seed: 1, temperature: 0 };
  assert.throws(() => binaryMask(scores, { noise }), /temperature of a mask must be above 0, got 0/);
  assert.throws(() => maskDensity([]), /no masks at all/);
  scores.dispose();
});
