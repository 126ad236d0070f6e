// Batch norm with running statistics over variables that a layer owns: of the layer `BatchNorm2d`, and of layers with several.
import type * as tf from '@tensorflow/tfjs';
import { batchNorm, batchNormEvaluation } from '../ops/batchNorm';
import { movingAverage } from '../ops/movingAverage';

/** All `[C]`. */
export interface NormVariables {
  readonly scale: tf.LayerVariable;
  readonly offset: tf.LayerVariable;
  readonly mean: tf.LayerVariable;
  readonly variance: tf.LayerVariable;
}

export interface RunningNormOptions {
  epsilon: number;
  /** Share of the new batch in the running statistics. */
  momentum: number;
  /** Normalise by the batch and move the running statistics; else by the running ones. */
  training: boolean;
  /** Whose norm it is, as errors begin: "Batch norm bn1". */
  owner: string;
}

/** Batch norm of x `[N, H, W, C]`. In training it normalises by the batch (biased variance) and moves the running statistics: `running = (1 -
 *  momentum) * running + momentum * batch`, with the unbiased variance. Within a tidy only: in training it leaves the batch's statistics to it.
 *  Throws in training where a channel has a single value. */
export function runningNorm(
  x: tf.Tensor4D,
  { scale, offset, mean, variance }: NormVariables,
  { epsilon, momentum, training, owner }: RunningNormOptions,
): tf.Tensor4D {
  const [gain, shift] = [scale.read() as tf.Tensor1D, offset.read() as tf.Tensor1D];
  if (!training) {
    const statistics = { mean: mean.read() as tf.Tensor1D, variance: variance.read() as tf.Tensor1D };
    return batchNormEvaluation(x, gain, shift, statistics, { epsilon });
  }
  const count = x.size / gain.size;
  if (count < 2) {
    throw new Error(
      `${owner} cannot train on shape [${x.shape}]: one value a channel has no variance. Use larger batches or images.`,
    );
  }
  const batch = batchNorm(x, gain, shift, { epsilon });
  mean.write(movingAverage(mean.read(), batch.mean, { share: momentum }));
  variance.write(
    movingAverage(variance.read(), batch.variance, { share: momentum, factor: count / (count - 1) }),
  );
  return batch.y;
}
