// The ops that LocNet brought: transposed convolution, leaky rectifier, bilinear resizing, dropout.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { conv2d } from '../../lib/ops/conv2d';
import { convTranspose2d } from '../../lib/ops/convTranspose2d';
import { dropout } from '../../lib/ops/dropout';
import { leakyRelu } from '../../lib/ops/leakyRelu';
import { resizeBilinear } from '../../lib/ops/resizeBilinear';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, assertNumbersClose } from '../reference';

const normal = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number) =>
  tf.randomNormal<R>(shape, 0, 1, 'float32', seed);

onEngines('convTranspose2d is the adjoint of conv2d', () => {
  tf.tidy(() => {
    for (const [size, kernel, stride, padding] of [
      [3, 2, 2, 0],
      [3, 3, 1, 1],
      [4, 3, 2, 1],
      [3, 4, 2, 1],
    ]) {
      const weights = normal<tf.Rank.R4>([kernel, kernel, 3, 2], 1);
      const x = normal<tf.Rank.R4>([2, size, size, 2], 2);
      const y = convTranspose2d(x, weights, { stride, padding });
      assert.deepEqual(y.shape, [2, (size - 1) * stride - 2 * padding + kernel, y.shape[2], 3]);
      const other = normal<tf.Rank.R4>(y.shape, 3);
      const left = tf.sum(tf.mul(y, other)).dataSync();
      const right = tf.sum(tf.mul(conv2d(other, weights, { stride, padding }), x)).dataSync();
      assertNumbersClose(left, right, `kernel ${kernel}, stride ${stride}`, 1e-4);
      assertGradients(
        (input, k) => convTranspose2d(input as tf.Tensor4D, k as tf.Tensor4D, { stride, padding }),
        [tf.slice(x, [0, 0, 0, 0], [1, size, size, 2]), weights],
      );
    }
  });
});

onEngines('leakyRelu: values, the gradient at 0, slopes that it refuses', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([-2, -0.5, 0, 0.5, 2]);
    assertClose(leakyRelu(x, 0.1), tf.tensor1d([-0.2, -0.05, 0, 0.5, 2]), 'y', 1e-7);
    const gradient = tf.grad((input) => leakyRelu(input, 0.1))(x, tf.tensor1d([1, 2, 3, 4, 5]));
    assertClose(gradient, tf.tensor1d([0.1, 0.2, 0.3, 4, 5]), 'gradient', 1e-7);
  });
  for (const slope of [0, 1, -0.1, Number.NaN]) {
    assert.throws(() => tf.tidy(() => leakyRelu(tf.zeros([1]), slope)), /slope of a leaky rectifier/);
  }
});

onEngines('resizeBilinear: half-pixel centres, the border repeated, its gradient', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    // torch.nn.functional.interpolate(x, scale_factor = 2, mode = 'bilinear')
    const expected = [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4];
    assertNumbersClose(resizeBilinear(x, [4, 4]).dataSync(), expected, 'twice', 1e-6);
    assertNumbersClose(resizeBilinear(x, [1, 1]).dataSync(), [2.5], 'once', 1e-6);
    assertClose(resizeBilinear(x, [2, 2]), x, 'the same size', 0);
    const maps = normal<tf.Rank.R4>([2, 3, 2, 2], 1);
    const uneven = resizeBilinear(maps, [5, 3]);
    assert.deepEqual(uneven.shape, [2, 5, 3, 2]);
    const stock =
      tf.getBackend() === 'tensorflow' ? uneven : tf.image.resizeBilinear(maps, [5, 3], false, true);
    assertClose(uneven, stock, 'TensorFlow.js', 1e-5);
    assertGradients((input) => resizeBilinear(input as tf.Tensor4D, [5, 3]), [maps]);
  });
  assert.throws(() => tf.tidy(() => resizeBilinear(tf.zeros([1, 2, 2, 1]), [0, 2])), /not to 0 x 2/);
});

onEngines('dropout: by seed, values or whole maps, the mean stays, the gradient passes the same mask', () => {
  tf.tidy(() => {
    const ones = tf.ones([40, 50]);
    const [first, again, other] = [1, 1, 2].map((seed) => dropout(ones, { rate: 0.2, seed }).dataSync());
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
    const dropped = first.filter((value) => value === 0).length / first.length;
    assert.ok(Math.abs(dropped - 0.2) < 0.03, `${dropped} dropped`);
    assert.ok(first.every((value) => value === 0 || Math.abs(value - 1.25) < 1e-6));
    const maps = dropout(tf.ones([2, 3, 3, 8]), { rate: 0.5, seed: 3 });
    assertClose(tf.max(maps, [1, 2]), tf.min(maps, [1, 2]), 'a map is dropped whole', 0);
    const gradient = tf.grad((x) => dropout(x, { rate: 0.2, seed: 1 }))(ones);
    assert.deepEqual(gradient.dataSync(), first);
    assertClose(dropout(ones, { rate: 0, seed: 1 }), ones, 'rate 0', 0);
    assert.throws(() => dropout(ones, { rate: 1, seed: 1 }), /rate of dropout is from 0 to below 1, not 1/);
    assert.throws(
      () => dropout(tf.ones([3]), { rate: 0.1, seed: 1 }),
      /\[N, C\] or \[N, H, W, C\], not \[3\]/,
    );
  });
});
