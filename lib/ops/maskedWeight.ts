// Learned binary masks over weights: which of a frozen network's weights a task needs.
import * as tf from '@tensorflow/tfjs';
import { Random } from '../random';
import { withGradient } from './withGradient';

export interface MaskNoise {
  seed: number;
  /** Divides score and noise; in (0, infinity). Default 1. */
  temperature?: number;
}

export interface BinaryMaskOptions {
  /** Samples the mask: a weight is kept with probability sigmoid(score). Default: no noise. */
  noise?: MaskNoise;
}

/** 1 where sigmoid(score) > 0.5, that is score > 0, else 0: any shape to the same, float32.
 *
 *  The step has no gradient; the backward pass is that of the sigmoid instead (straight through): `dy * s * (1 - s) / temperature` with
 *  `s = sigmoid(score / temperature)`. With noise, `log(u / (1 - u))` of seeded uniform u is added to every score first, which is the difference
 *  of two Gumbel variables. Throws on a temperature that is not positive. Source: Csordás et al. 2021; Bengio et al. 2013. */
export function binaryMask<T extends tf.Tensor>(scores: T, { noise }: BinaryMaskOptions = {}): T {
  const temperature = noise?.temperature ?? 1;
  if (!(temperature > 0)) throw new Error(`The temperature of a mask must be above 0, got ${temperature}.`);
  return withGradient(
    [scores],
    (given) => {
      const moved = noise === undefined ? given : tf.add(given, logisticNoise(given.shape, noise.seed));
      const soft = tf.sigmoid(temperature === 1 ? moved : tf.div(moved, temperature));
      return { y: tf.cast(tf.greater(moved, 0), 'float32') as T, saved: [soft] };
    },
    (dy, [soft]) => {
      const slope = tf.mul(soft, tf.sub(1, soft));
      return [tf.mul(dy, temperature === 1 ? slope : tf.div(slope, temperature))];
    },
  );
}

/** The mean of sigmoid(score) over all scores together: the share of weights that noisy masks would keep, a scalar in (0, 1); smooth,
 *  so that a loss may hold it down. The gradient of each score is its slope over the number of scores: a loss of a large network
 *  takes a weight, or an optimizer, of that scale. Throws when there are no scores. */
export function maskDensity(scores: readonly tf.Tensor[]): tf.Scalar {
  const count = scores.reduce((sum, { size }) => sum + size, 0);
  if (count === 0) throw new Error('The density of no masks at all was asked for.');
  return tf.tidy(
    () => tf.div(tf.addN(scores.map((score) => sumByAxes(tf.sigmoid(score)))), count) as tf.Scalar,
  );
}

/** One axis at a time: engines add up in single precision, which stops counting within a million values. */
function sumByAxes(x: tf.Tensor): tf.Tensor {
  return x.rank === 0 ? x : sumByAxes(tf.sum(x, -1));
}

function logisticNoise(shape: number[], seed: number): tf.Tensor {
  const random = new Random(seed);
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    // Half a step of the generator, so that neither 0 nor 1 is met.
    const u = random.next() + 2 ** -33;
    return Math.log(u / (1 - u));
  });
  return tf.tensor(values, shape);
}
