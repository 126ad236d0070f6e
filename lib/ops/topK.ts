// Top-K activation: of every map, only the strongest positions pass.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** How many positions of each H x W map are selected: exactly one of the two. */
export interface Selection {
  /** Share of the positions, in (0, 1]; k = max(1, fraction * H * W), truncated. */
  fraction?: number;
  /** k itself, an integer in 1..H*W. */
  count?: number;
}

export interface TopKOptions extends Selection {
  /** Keep what is *not* among the k strongest. Default false. */
  reverse?: boolean;
}

/** Keeps the k positions of largest `|x|` of every image and channel, signed, and zeroes the rest: `y = mask * x`.
 *
 *  x `[N, H, W, C]`, y likewise. Channels do not compete. Ties go to the lowest index in row-major order over H, W. The mask
 *  counts as a constant: `dx = mask * dy`. Throws on a shape that is not 4-D and on k outside 1..H*W.
 *  Source: Li et al. 2023, the Top-K layer; the order of ties is ours (theirs is unspecified). */
export function topK(x: tf.Tensor4D, options: TopKOptions): tf.Tensor4D {
  const k = selectedCount(x, options);
  const { reverse = false } = options;
  return withGradient(
    [x],
    (input) => {
      const mask = maskOf(input, k, reverse);
      return { y: tf.mul<tf.Tensor4D>(input, mask), saved: [mask] };
    },
    (dy, [mask]) => [tf.mul(dy, mask)],
  );
}

/** The mask of `topK`: 1 where a position passes, else 0; float32, x's shape, no gradient. */
export function topKMask(x: tf.Tensor4D, options: TopKOptions): tf.Tensor4D {
  const k = selectedCount(x, options);
  const { reverse = false } = options;
  return withGradient(
    [x],
    (input) => ({ y: maskOf(input, k, reverse), saved: [] }),
    (dy) => [tf.zerosLike(dy)],
  );
}

/** k for maps of x's size. Throws, naming shape and value, unless x is `[N, H, W, C]` and 1 <= k <= H*W. */
export function selectedCount(x: tf.Tensor, { fraction, count }: Selection): number {
  if (x.rank !== 4) {
    throw new Error(`Top-K needs a tensor [N, H, W, C], not one of shape [${x.shape}].`);
  }
  if ((fraction === undefined) === (count === undefined)) {
    throw new Error(`Top-K takes either a fraction or a count, got fraction ${fraction} and count ${count}.`);
  }
  const [, height, width] = x.shape;
  if (fraction !== undefined) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new Error(`Top-K fraction must be in (0, 1], got ${fraction} (shape [${x.shape}]).`);
    }
    return Math.trunc(Math.max(1, fraction * height * width));
  }
  const k = count as number;
  if (!Number.isInteger(k) || k < 1 || k > height * width) {
    throw new Error(
      `Top-K count must be an integer from 1 to H*W = ${height * width}, got ${k} (shape [${x.shape}]).`,
    );
  }
  return k;
}

function maskOf(x: tf.Tensor4D, k: number, reverse: boolean): tf.Tensor4D {
  const mask = magnitudeMask(x, k);
  return reverse ? tf.sub(1, mask) : mask;
}

function magnitudeMask(x: tf.Tensor4D, k: number): tf.Tensor4D {
  if (tf.getKernel('TopKMask', tf.getBackend())) {
    return tf.engine().runKernel('TopKMask', { x }, { k }) as tf.Tensor4D;
  }
  return largestMask(tf.abs(x), k);
}

/** 1 at the k largest scores of every image and channel, ties to the lowest index; on any backend.
 *
 *  Everything above the k-th largest score is in; of the scores equal to it, the first ones until k are in. */
export function largestMask(scores: tf.Tensor4D, k: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [images, height, width, channels] = scores.shape;
    const positions = height * width;
    if (k === positions) return tf.onesLike(scores);
    const maps = tf.transpose(tf.reshape(scores, [images, positions, channels]), [0, 2, 1]);
    const threshold = tf.slice(tf.topk(maps, k, true).values, [0, 0, k - 1], [images, channels, 1]);
    const above = tf.cast(tf.greater(maps, threshold), 'float32');
    const equal = tf.cast(tf.equal(maps, threshold), 'float32');
    const placesLeft = tf.sub(k, tf.sum(above, 2, true));
    const first = tf.cast(tf.lessEqual(tf.cumsum(equal, 2), placesLeft), 'float32');
    const mask = tf.add(above, tf.mul(equal, first));
    return tf.reshape(tf.transpose(mask, [0, 2, 1]), scores.shape);
  });
}
