// Perceptual distance of images: of the features of a network's layers, made of one length at every place.
import * as tf from '@tensorflow/tfjs';

/** Added under the root, and to the root. */
const EPSILON = 1e-10;

/** `sum over layers of mean over places of sum over channels of weight * (a / |a| - b / |b|)^2` for each image: `[N]`.
 *
 *  Features of a layer are `[N, H, W, C]`, its weights `[C]`, at least 0; |.| runs over the channels of one place. Differentiable. Throws unless there
 *  are as many layers of each and their shapes agree. Source: Zhang et al. 2018 (LPIPS v0.1, linear heads, in evaluation). */
export function perceptualDistance(
  a: readonly tf.Tensor4D[],
  b: readonly tf.Tensor4D[],
  weights: readonly tf.Tensor1D[],
): tf.Tensor1D {
  if (a.length === 0 || a.length !== b.length || a.length !== weights.length) {
    throw new Error(
      `A perceptual distance takes the features of as many layers of both images as weights, got ${a.length}, ${b.length} and ${weights.length}.`,
    );
  }
  for (const [layer, features] of a.entries()) {
    const [other, weight] = [b[layer], weights[layer]];
    if (other.shape.join() !== features.shape.join() || weight.shape[0] !== features.shape[3]) {
      throw new Error(
        `Layer ${layer} has features of shapes [${features.shape}] and [${other.shape}], and weights [${weight.shape}].`,
      );
    }
  }
  return tf.tidy(() => {
    const distances = a.map((features, layer) => {
      const apart = tf.square(tf.sub(unit(features), unit(b[layer])));
      return tf.mean(tf.sum(tf.mul(apart, weights[layer]), 3), [1, 2]);
    });
    return tf.addN(distances) as tf.Tensor1D;
  });
}

function unit(features: tf.Tensor4D): tf.Tensor {
  const length = tf.sqrt(tf.add(tf.sum(tf.square(features), 3, true), EPSILON));
  return tf.div(features, tf.add(length, EPSILON));
}
