// Layer normalisation over the last axis.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

export interface LayerNormOptions {
  /** Added to the variance before the root. Default 1e-5, PyTorch's. */
  epsilon?: number;
}

/** `y = scale * (x - mean) / sqrt(variance + epsilon) + offset`, mean and biased variance of each vector along the last axis.
 *
 *  x `[..., D]`, scale and offset `[D]`. Throws, naming the shapes, when they do not fit. Source: Ba et al. 2016; `torch.nn.LayerNorm`. */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  options: LayerNormOptions = {},
): T {
  const { epsilon = 1e-5 } = options;
  const width = x.shape[x.rank - 1];
  if (scale.size !== width || offset.size !== width) {
    throw new Error(
      `Layer norm of shape [${x.shape}] needs scale and offset [${width}], got [${scale.shape}] and [${offset.shape}].`,
    );
  }
  return withGradient(
    [x, scale, offset],
    (input, gain, shift) => {
      const centred = tf.sub(input, tf.mean(input, -1, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
      const normalised = tf.mul(centred, inverse);
      return { y: tf.add(tf.mul(normalised, gain), shift) as T, saved: [normalised, inverse, gain] };
    },
    (dy, saved) => gradient(dy, saved),
  );
}

/** With z the normalised input and g = dy * scale: `dx = (g - mean(g) - z * mean(g z)) / deviation`, means along the last axis. */
function gradient(dy: tf.Tensor, [normalised, inverse, scale]: tf.Tensor[]): tf.Tensor[] {
  const g = tf.mul(dy, scale);
  const throughVariance = tf.mul(normalised, tf.mean(tf.mul(g, normalised), -1, true));
  const dx = tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), throughVariance), inverse);
  return [dx, sumOfVectors(tf.mul(dy, normalised)), sumOfVectors(dy)];
}

function sumOfVectors(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.reshape(x, [-1, x.shape[x.rank - 1]]), 0);
}
