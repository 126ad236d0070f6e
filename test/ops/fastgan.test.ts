// What FastGAN's layers and its training compute: gradients by finite differences, DiffAugment against the reference.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { diffAugment, drawAugment, translate } from '../../lib/ops/diffAugment';
import { gatedLinearUnit, swish } from '../../lib/ops/gatedLinearUnit';
import { injectNoise, normalNoise } from '../../lib/ops/noise';
import { type KernelKind, powerIteration, spectralNorm } from '../../lib/ops/spectralNorm';
import { upsampleNearest } from '../../lib/ops/upsampleNearest';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

const numbers = <T extends tf.Tensor>(shape: number[], seed = 1): T => normalNoise<T>(shape, seed);

onEngines('gates: gradients agree with finite differences; an odd number of channels is refused', () => {
  tf.tidy(() => {
    assertGradients((x) => gatedLinearUnit(x as tf.Tensor4D), [numbers([2, 2, 3, 4])]);
    assertGradients((x) => swish(x), [numbers([2, 3])]);
    assert.throws(() => gatedLinearUnit(numbers([1, 2, 2, 3])), /odd number of 3/);
  });
});

onEngines('noise: gradients of map and scale; the same in every channel', () => {
  tf.tidy(() => {
    const noise = numbers<tf.Tensor4D>([2, 2, 3, 1], 2);
    assertGradients(
      (x, weight) => injectNoise(x as tf.Tensor4D, noise, weight),
      [numbers([2, 2, 3, 2]), tf.tensor1d([0.5])],
    );
    const added = injectNoise(tf.zeros([2, 2, 3, 2]), noise, tf.tensor1d([2]));
    const [first, second] = tf.split(added, 2, 3);
    assertClose(first, second, 'channels', 0);
    assertClose(first, tf.mul(noise, 2), 'noise', 0);
  });
});

onEngines('nearest-neighbour enlargement: values, and gradients of maps that are not square', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    const y = upsampleNearest(x, 2);
    assert.deepEqual(y.squeeze().arraySync(), [
      [1, 1, 2, 2, 3, 3],
      [1, 1, 2, 2, 3, 3],
      [4, 4, 5, 5, 6, 6],
      [4, 4, 5, 5, 6, 6],
    ]);
    assertGradients((map) => upsampleNearest(map as tf.Tensor4D, 2), [numbers([2, 2, 3, 2])]);
    assert.throws(() => upsampleNearest(x, 1.5), /whole factor above 0, got 1.5/);
  });
});

for (const [kind, shape] of [
  ['conv', [3, 2, 2, 4]],
  ['conv-transpose', [3, 2, 4, 2]],
] as const) {
  onEngines(`spectral norm of a ${kind}: many iterations find the largest singular value`, () => {
    tf.tidy(() => {
      const kernel = numbers<tf.Tensor4D>([...shape]);
      let vectors = powerIteration(kernel, numbers([4], 3), kind as KernelKind);
      for (let i = 0; i < 200; i++) vectors = powerIteration(kernel, vectors.left, kind as KernelKind);
      const normed = spectralNorm(kernel, vectors, kind as KernelKind);
      // After division the largest singular value is 1: one more product with the vectors gives it.
      const again = powerIteration(normed, vectors.left, kind as KernelKind);
      const axes = kind === 'conv' ? [3, 2, 0, 1] : [2, 3, 0, 1];
      const matrix = tf.reshape(tf.transpose(normed, axes), [4, -1]);
      const sigma = tf.dot(again.left, tf.dot(matrix, again.right)).dataSync()[0];
      assert.ok(Math.abs(sigma - 1) < 1e-4, `${sigma}`);
      // The gradient takes the vectors for constants, and so does this quotient.
      assertGradients((x) => spectralNorm(x as tf.Tensor4D, vectors, kind as KernelKind), [kernel]);
    });
  });
}

interface AugmentFixture {
  x: ReferenceArray;
  uniform_brightness: ReferenceArray;
  uniform_saturation: ReferenceArray;
  uniform_contrast: ReferenceArray;
  shift_rows: ReferenceArray;
  shift_cols: ReferenceArray;
  y: ReferenceArray;
  upstream: ReferenceArray;
  grad_x: ReferenceArray;
}

onEngines('DiffAugment equals the reference, forward and backward', () => {
  const reference = fixture<AugmentFixture>('topk/diffaugment.json');
  const draws = {
    brightness: reference.uniform_brightness.data,
    saturation: reference.uniform_saturation.data,
    contrast: reference.uniform_contrast.data,
    rows: reference.shift_rows.data,
    columns: reference.shift_cols.data,
  };
  tf.tidy(() => {
    const x = toTensor(reference.x) as tf.Tensor4D;
    assertClose(diffAugment(x, draws), toTensor(reference.y), 'output');
    const gradient = tf.grad((images) => diffAugment(images as tf.Tensor4D, draws));
    assertClose(gradient(x, toTensor(reference.upstream)), toTensor(reference.grad_x), 'gradient', 2e-5);
    assert.throws(() => diffAugment(x, { ...draws, rows: [0] }), /takes 3 values of rows, got 1/);
  });
});

onEngines(
  'a move by the whole side leaves zeros; draws follow from the seed and stay within an eighth',
  () => {
    tf.tidy(() => {
      const x = numbers<tf.Tensor4D>([1, 4, 4, 2]);
      assert.ok(
        translate(x, { rows: [9], columns: [0] })
          .dataSync()
          .every((value) => value === 0),
      );
    });
    const draws = drawAugment(500, [64, 32], 7);
    assert.deepEqual(drawAugment(500, [64, 32], 7), draws);
    assert.notDeepEqual(drawAugment(500, [64, 32], 8), draws);
    const extent = (values: ArrayLike<number>) => [
      Math.min(...Array.from(values)),
      Math.max(...Array.from(values)),
    ];
    assert.deepEqual(extent(draws.rows), [-8, 8]);
    assert.deepEqual(extent(draws.columns), [-4, 4]);
  },
);
