// Adaptive instance normalisation: the features of one image with the means and spreads of another.
import * as tf from '@tensorflow/tfjs';
import { type ChannelStatistics, channelStatistics } from './channelStatistics';

/** AdaIN and its blend with the content:
 *  `alpha * (deviation_style * (x - mean_x) / deviation_x + mean_style) + (1 - alpha) * x`.
 *
 *  x `[N, H, W, C]`; the style's statistics `[N, 1, 1, C]`, or `[1, 1, 1, C]` for all images; alpha 0 (the content) .. 1 (the default). Differentiable.
 *  Throws on statistics of other channels or images, on an alpha outside 0..1, and as `channelStatistics`. Source: Huang and Belongie 2017, equation 8
 *  and section 7.2. */
export function adaptiveInstanceNorm(x: tf.Tensor4D, style: ChannelStatistics, alpha = 1): tf.Tensor4D {
  if (!(alpha >= 0 && alpha <= 1)) throw new Error(`AdaIN's alpha is a number from 0 to 1, not ${alpha}.`);
  const [images, , , channels] = x.shape;
  for (const { shape } of [style.mean, style.deviation]) {
    const isFitting = [1, images].includes(shape[0]) && shape.slice(1).join() === `1,1,${channels}`;
    if (!isFitting)
      throw new Error(
        `The style of maps [${x.shape}] has the shape [${images}, 1, 1, ${channels}], got [${shape}].`,
      );
  }
  return tf.tidy(() => {
    const { mean, deviation } = channelStatistics(x);
    const styled = tf.add(tf.mul(tf.div(tf.sub(x, mean), deviation), style.deviation), style.mean);
    if (alpha === 1) return styled as tf.Tensor4D;
    return tf.add(tf.mul(styled, alpha), tf.mul(x, 1 - alpha)) as tf.Tensor4D;
  });
}
