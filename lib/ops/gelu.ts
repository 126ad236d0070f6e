// The Gaussian error linear unit.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** `y = x P(Z <= x)` for a standard normal Z, exactly: `x (1 + erf(x / sqrt(2))) / 2`, not its approximation by tanh; any shape.
 *  Source: Hendrycks & Gimpel 2016; `torch.nn.GELU()`. */
export function gelu<T extends tf.Tensor>(x: T): T {
  return withGradient(
    [x],
    (input) => {
      const below = tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
      return { y: tf.mul(input, below) as T, saved: [input, below] };
    },
    (dy, [input, below]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [tf.mul(dy, tf.add(below, tf.mul(input, density)))];
    },
  );
}
