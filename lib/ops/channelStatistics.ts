// What AdaIN takes for the style of an image: mean and standard deviation of each of its feature maps.
import * as tf from '@tensorflow/tfjs';

/** Both `[N, 1, 1, C]`: of each image and channel, over the positions. */
export interface ChannelStatistics {
  readonly mean: tf.Tensor4D;
  readonly deviation: tf.Tensor4D;
}

/** Added to the variance. Source: Huang and Belongie 2017. */
const EPSILON = 1e-5;

/** Mean and `sqrt(variance + 1e-5)` of each map, the variance divided by one less than the positions; x `[N, H, W, C]`. Differentiable; the caller
 *  disposes both.
 *
 *  Throws on maps of one position, whose spread is not defined. Source: Huang and Belongie 2017, in the form of naoto0804's pytorch-AdaIN. */
export function channelStatistics(x: tf.Tensor4D): ChannelStatistics {
  const [, height, width] = x.shape;
  const positions = height * width;
  if (x.rank !== 4 || positions < 2) {
    throw new Error(
      `The spread of a map needs maps [N, H, W, C] of two positions or more, got [${x.shape}]. Larger images give larger maps.`,
    );
  }
  return tf.tidy(() => {
    const mean = tf.mean(x, [1, 2], true) as tf.Tensor4D;
    // Not squaredDifference: its gradient does not know that the mean is of many positions.
    const variance = tf.div(tf.sum(tf.square(tf.sub(x, mean)), [1, 2], true), positions - 1);
    return { mean, deviation: tf.sqrt(tf.add(variance, EPSILON)) as tf.Tensor4D };
  });
}
