// Batch normalisation over N, H and W, in its training and its evaluation form.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

export interface BatchNormOptions {
  /** Added to the variance before the root. Default 1e-5, PyTorch's. */
  epsilon?: number;
}

export interface BatchNormResult {
  y: tf.Tensor4D;
  /** Mean of each channel over N, H, W: `[C]`. */
  mean: tf.Tensor1D;
  /** Biased variance of each channel (divided by N*H*W): `[C]`. */
  variance: tf.Tensor1D;
}

/** Normalises by the batch's own statistics: `y = scale * (x - mean) / sqrt(variance + epsilon) + offset`.
 *
 *  x `[N, H, W, C]`, scale and offset `[C]`. Differentiable in x, scale and offset, through the statistics too; mean and
 *  variance are results for running averages and carry no gradient. Source: Ioffe & Szegedy 2015; `torch.nn.BatchNorm2d`. */
export function batchNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  options: BatchNormOptions = {},
): BatchNormResult {
  const { epsilon = 1e-5 } = options;
  let statistics: tf.Tensor[] = [];
  const y = withGradient(
    [x, scale, offset],
    (input, gain, shift) => {
      const [output, mean, variance, ...reserve] = normaliseByBatch(input, gain, shift, epsilon);
      statistics = [tf.keep(mean), tf.keep(variance)];
      return { y: output as tf.Tensor4D, saved: [input, gain, mean, variance, ...reserve] };
    },
    (dy, saved) => gradient(dy, saved, epsilon),
  );
  const [mean, variance] = statistics.map(handOver);
  return { y, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

export interface BatchNormStatistics {
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

/** Normalises by given statistics: `y = scale * (x - mean) / sqrt(variance + epsilon) + offset`.
 *
 *  x `[N, H, W, C]`, everything else `[C]`. Differentiable in x, scale and offset; the statistics are constants. */
export function batchNormEvaluation(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  { mean, variance }: BatchNormStatistics,
  options: BatchNormOptions = {},
): tf.Tensor4D {
  const { epsilon = 1e-5 } = options;
  return tf.tidy(() => {
    const factor = tf.mul(scale, inverseDeviation(variance, epsilon));
    return tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(mean, factor)));
  });
}

/** y, mean, variance, and what the engine's own gradient needs besides. */
function normaliseByBatch(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor[] {
  if (tf.getKernel('BatchNormTrain', tf.getBackend())) {
    return tf.engine().runKernel('BatchNormTrain', { x, scale, offset }, { epsilon });
  }
  const mean = tf.mean(x, [0, 1, 2]);
  const centred = tf.sub(x, mean);
  // Two passes: the mean of squares minus the squared mean cancels in single precision.
  const variance = tf.mean(tf.square(centred), [0, 1, 2]);
  const y = tf.add(tf.mul(centred, tf.mul(scale, inverseDeviation(variance, epsilon))), offset);
  return [y, mean, variance];
}

/** With n = N*H*W and z the normalised input:
 *  `doffset = sum(dy)`, `dscale = sum(dy * z)`, `dx = scale / deviation * (dy - doffset / n - z * dscale / n)`. */
function gradient(dy: tf.Tensor, saved: tf.Tensor[], epsilon: number): tf.Tensor[] {
  const [x, scale, mean, variance, ...reserve] = saved;
  if (tf.getKernel('BatchNormTrainGrad', tf.getBackend())) {
    const kept = Object.fromEntries(reserve.map((tensor, i) => [`reserve${i}`, tensor]));
    return tf
      .engine()
      .runKernel('BatchNormTrainGrad', { x, dy, scale, mean, variance, ...kept }, { epsilon });
  }
  const count = x.size / mean.size;
  const inverse = inverseDeviation(variance, epsilon);
  const normalised = tf.mul(tf.sub(x, mean), inverse);
  const dOffset = tf.sum(dy, [0, 1, 2]);
  const dScale = tf.sum(tf.mul(dy, normalised), [0, 1, 2]);
  const throughMean = tf.div(dOffset, count);
  const throughVariance = tf.mul(normalised, tf.div(dScale, count));
  const dx = tf.mul(tf.sub(tf.sub(dy, throughMean), throughVariance), tf.mul(scale, inverse));
  return [dx, dScale, dOffset];
}

function inverseDeviation(variance: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.rsqrt(tf.add(variance, epsilon));
}

/** The same values as an ordinary tensor of the current scope: what was kept is released. */
function handOver(kept: tf.Tensor): tf.Tensor {
  const tensor = tf.clone(kept);
  kept.dispose();
  return tensor;
}
