import * as tf from '@tensorflow/tfjs';
import { averagePool, globalAveragePool } from '../../lib/ops/averagePool';
import { conv2d } from '../../lib/ops/conv2d';
import { linear } from '../../lib/ops/linear';
import { maxPool } from '../../lib/ops/maxPool';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients } from '../reference';

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

onEngines('conv2d pads as PyTorch, also where "same" would pad otherwise', () => {
  tf.tidy(() => {
    const x = tf.reshape(tf.range(1, 17), [1, 4, 4, 1]) as tf.Tensor4D;
    const sum = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
    const y = conv2d(x, sum, { stride: 2, padding: 1 });
    assertClose(y, tf.tensor4d([14, 30, 57, 99], [1, 2, 2, 1]), 'y', 0);
  });
});

onEngines('conv2d gradients equal finite differences', () => {
  tf.tidy(() => {
    for (const [size, kernel, stride, padding] of [
      [4, 3, 1, 1],
      [5, 3, 2, 1],
      [4, 3, 2, 1],
      [4, 1, 2, 0],
      [3, 2, 1, 0],
    ]) {
      const inputs = [normal([2, size, size, 2], 1), normal([kernel, kernel, 2, 3], 2)];
      assertGradients((x, k) => conv2d(x as tf.Tensor4D, k as tf.Tensor4D, { stride, padding }), inputs);
    }
  });
});

onEngines('maxPool ignores its padding and pools windows of negative values', () => {
  tf.tidy(() => {
    const x = tf.reshape(tf.range(-16, 0), [1, 4, 4, 1]) as tf.Tensor4D;
    const y = maxPool(x, { size: 3, stride: 2, padding: 1 });
    assertClose(y, tf.tensor4d([-11, -9, -3, -1], [1, 2, 2, 1]), 'y', 0);
    const spread = tf.mul(normal([2, 4, 4, 2], 3), 10);
    const negative = tf.sub(spread, 100);
    assertGradients((input) => maxPool(input as tf.Tensor4D, { size: 2 }), [negative], { tolerance: 2e-2 });
    assertGradients((input) => maxPool(input as tf.Tensor4D, { size: 3, stride: 2, padding: 1 }), [spread], {
      tolerance: 2e-2,
    });
  });
});

onEngines('average pooling: values and gradients', () => {
  tf.tidy(() => {
    const x = tf.reshape(tf.range(0, 15), [1, 3, 5, 1]) as tf.Tensor4D;
    assertClose(averagePool(x, 2), tf.tensor4d([3, 5], [1, 1, 2, 1]), 'y', 0);
    assertClose(globalAveragePool(x), tf.tensor2d([[7]]), 'global', 0);
    assertGradients((input) => averagePool(input as tf.Tensor4D, 2), [normal([2, 4, 5, 2], 1)]);
    assertGradients((input) => globalAveragePool(input as tf.Tensor4D), [normal([2, 3, 2, 2], 1)]);
  });
});

onEngines('linear: values and gradients', () => {
  tf.tidy(() => {
    const inputs = [normal([3, 4], 1), normal([4, 2], 2), normal([2], 3)];
    const f = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      linear(x as tf.Tensor2D, kernel as tf.Tensor2D, bias as tf.Tensor1D);
    assertClose(f(inputs[0], inputs[1], inputs[2]), tf.add(tf.matMul(inputs[0], inputs[1]), inputs[2]), 'y');
    assertGradients(f as (...tensors: tf.Tensor[]) => tf.Tensor, inputs);
  });
});
