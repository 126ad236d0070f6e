// Dropout by an explicit seed.
import * as tf from '@tensorflow/tfjs';
import { Random } from '../random';
import { withGradient } from './withGradient';

export interface DropoutOptions {
  /** Probability of being set to 0; 0..1, below 1. */
  rate: number;
  /** Of the mask: the same seed and shape, the same mask on every engine. */
  seed: number;
}

/** Sets values to 0 with probability `rate` and divides the others by `1 - rate`, so that the mean stays.
 *
 *  x `[N, C]`: single values, as `torch.nn.Dropout`; x `[N, H, W, C]`: whole maps, as `torch.nn.Dropout2d`. Throws on other ranks
 *  and rates. Source: Srivastava et al. 2014; Tompson et al. 2015. */
export function dropout<T extends tf.Tensor>(x: T, { rate, seed }: DropoutOptions): T {
  if (!(rate >= 0 && rate < 1)) throw new Error(`The rate of dropout is from 0 to below 1, not ${rate}.`);
  if (x.rank !== 2 && x.rank !== 4) {
    throw new Error(`Dropout takes [N, C] or [N, H, W, C], not [${x.shape}].`);
  }
  if (rate === 0) return tf.clone(x);
  const shape = x.shape.map((side, axis) => (axis === 0 || axis === x.rank - 1 ? side : 1));
  return withGradient(
    [x],
    (input) => {
      const mask = dropoutMask(shape, rate, seed);
      return { y: tf.mul(input, mask) as T, saved: [mask] };
    },
    (dy, [mask]) => [tf.mul(dy, mask)],
  );
}

function dropoutMask(shape: number[], rate: number, seed: number): tf.Tensor {
  const random = new Random(seed);
  const kept = 1 / (1 - rate);
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  for (let i = 0; i < values.length; i++) values[i] = random.next() < rate ? 0 : kept;
  return tf.tensor(values, shape);
}
