// Leaky rectifier.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** `y = x` where x > 0, `slope * x` elsewhere; any shape. The gradient at 0 is `slope`, as that of `torch.nn.LeakyReLU`.
 *
 *  Throws unless 0 < slope < 1: with such a slope y has the sign of x, so that the gradient needs nothing but y, which the next
 *  layer keeps anyway. */
export function leakyRelu<T extends tf.Tensor>(x: T, slope = 0.01): T {
  if (!(slope > 0 && slope < 1)) {
    throw new Error(`The slope of a leaky rectifier lies between 0 and 1, not at ${slope}.`);
  }
  return withGradient(
    [x],
    (input) => {
      const y = tf.leakyRelu(input, slope) as T;
      return { y, saved: [y] };
    },
    (dy, [y]) => [tf.mul(dy, tf.step(y, slope))],
  );
}
