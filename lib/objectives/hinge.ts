// Hinge losses of a discriminator and its generator, with FastGAN's random margin.
import * as tf from '@tensorflow/tfjs';
import { deriveSeed, Random } from '../random';

/** The margin is uniform between these. */
const MARGIN = { least: 0.8, most: 1 };

/** A margin for each of `count` logits. */
export function drawMargins(count: number, seed: number): Float32Array {
  const random = new Random(deriveSeed(seed, 'margins'));
  return Float32Array.from({ length: count }, () => random.uniform(MARGIN.least, MARGIN.most));
}

/** `mean(relu(margin - logit))` for real images, `mean(relu(margin + logit))` for generated ones; a margin a logit. Throws on another number of margins. */
export function discriminatorHinge(
  logits: tf.Tensor,
  margins: Float32Array,
  images: 'real' | 'generated',
): tf.Scalar {
  if (margins.length !== logits.size) {
    throw new Error(`${logits.size} logits take as many margins, got ${margins.length}.`);
  }
  return tf.tidy(() => {
    const margin = tf.tensor(margins, logits.shape);
    const short = images === 'real' ? tf.sub(margin, logits) : tf.add(margin, logits);
    return tf.mean(tf.relu(short)) as tf.Scalar;
  });
}

/** `-mean(logits)` of generated images. */
export function generatorHinge(logits: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.neg(tf.mean(logits)) as tf.Scalar);
}
