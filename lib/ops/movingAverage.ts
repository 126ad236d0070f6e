// Running statistics.
import * as tf from '@tensorflow/tfjs';

export interface MovingAverageOptions {
  /** Of the new batch, in [0, 1]. */
  share: number;
  /** The batch's statistic is multiplied by it first. Default 1. */
  factor?: number;
}

/** A running statistic after one more batch, as a new tensor of the same shape: `(1 - share) * running + share * (factor * batch)`.
 *  Source: `torch.nn.BatchNorm2d`. Not differentiable. */
export function movingAverage(
  running: tf.Tensor,
  batch: tf.Tensor,
  options: MovingAverageOptions,
): tf.Tensor {
  const { share, factor = 1 } = options;
  if (tf.getKernel('MovingAverage', tf.getBackend())) {
    return tf.engine().runKernel('MovingAverage', { running, batch }, { share, factor });
  }
  return tf.tidy(() => {
    const scaled = factor === 1 ? batch : tf.mul(batch, factor);
    return tf.add(tf.mul(running, 1 - share), tf.mul(scaled, share));
  });
}
