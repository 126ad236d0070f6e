// The affine map of a fully connected layer.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** `y = x kernel + bias`: x `[N, in]`, kernel `[in, out]`, bias `[out]`, y `[N, out]`. */
export function linear(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return withGradient(
    [x, kernel, bias],
    (input, weight, offset) => ({
      y: tf.add<tf.Tensor2D>(tf.matMul(input, weight), offset),
      saved: [input, weight],
    }),
    // Transposing first: wasm multiplies transposed operands on a path that is ten times slower.
    (dy, [input, weight]) => [
      tf.matMul(dy, tf.transpose(weight)),
      tf.matMul(tf.transpose(input), dy),
      tf.sum(dy, 0),
    ],
  );
}
