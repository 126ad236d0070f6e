// DiffAugment: the same differentiable changes for real and generated images, so that a discriminator cannot learn the few real ones by heart.
import * as tf from '@tensorflow/tfjs';
import { deriveSeed, Random } from '../random';
import { withGradient } from './withGradient';

/** What is drawn for each of N images. */
export interface AugmentDraws {
  /** In [0, 1): how bright, how saturated, how strong in contrast. */
  readonly brightness: ArrayLike<number>;
  readonly saturation: ArrayLike<number>;
  readonly contrast: ArrayLike<number>;
  /** Whole pixels: from where an image's first row and column are taken. */
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
}

/** Share of the side by which an image is moved at most. */
const SHIFT = 0.125;

/** Draws for images of `height x width`: uniform numbers, and moves uniform in ± an eighth of the side, rounded. */
export function drawAugment(count: number, [height, width]: [number, number], seed: number): AugmentDraws {
  const uniform = (name: string): Float64Array => {
    const random = new Random(deriveSeed(seed, name));
    return Float64Array.from({ length: count }, () => random.uniform(0, 1));
  };
  const moves = (name: string, side: number): Int32Array => {
    const most = Math.trunc(side * SHIFT + 0.5);
    return Int32Array.from(uniform(name), (u) => Math.floor(u * (2 * most + 1)) - most);
  };
  return {
    brightness: uniform('brightness'),
    saturation: uniform('saturation'),
    contrast: uniform('contrast'),
    rows: moves('rows', height),
    columns: moves('columns', width),
  };
}

/** "color,translation" of images `[N, H, W, C]` by given draws: brighter by `brightness - 0.5`; then further from their mean over channels, times
 *  `2 * saturation`; then further from their mean over the image, times `contrast + 0.5`; then moved, with zeros where nothing comes from. Values
 *  are not clipped. Differentiable. Throws unless every draw is for N images. Source: Zhao et al. 2020; section 5 of the spec. */
export function diffAugment(images: tf.Tensor4D, draws: AugmentDraws): tf.Tensor4D {
  const count = images.shape[0];
  for (const [name, values] of Object.entries(draws) as [string, ArrayLike<number>][]) {
    if (values.length !== count) {
      throw new Error(`Augmenting ${count} images takes ${count} values of ${name}, got ${values.length}.`);
    }
  }
  return tf.tidy(() => {
    const brighter = tf.add(
      images,
      perImage(draws.brightness, (u) => u - 0.5),
    );
    const saturated = spread(
      brighter,
      [3],
      perImage(draws.saturation, (u) => 2 * u),
    );
    const contrasted = spread(
      saturated,
      [1, 2, 3],
      perImage(draws.contrast, (u) => u + 0.5),
    );
    return translate(contrasted as tf.Tensor4D, draws);
  });
}

/** Rows and columns `[r + rows, c + columns]` of each image `[H, W, C]`, 0 outside; the gradient goes the way back. */
export function translate(
  images: tf.Tensor4D,
  { rows, columns }: Pick<AugmentDraws, 'rows' | 'columns'>,
): tf.Tensor4D {
  return withGradient(
    [images],
    (x) => ({ y: moved(x, rows, columns, 1), saved: [] }),
    (dy) => [moved(dy, rows, columns, -1)],
  );
}

function moved(
  images: tf.Tensor4D,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  sign: 1 | -1,
): tf.Tensor4D {
  const [count, height, width, channels] = images.shape;
  const parts = tf.unstack(images).map((image, i) => {
    const [row, column] = [clamp(sign * rows[i], height), clamp(sign * columns[i], width)];
    const from = [Math.max(row, 0), Math.max(column, 0), 0];
    const kept = [height - Math.abs(row), width - Math.abs(column), channels];
    return tf.pad(tf.slice(image, from, kept), [
      [Math.max(-row, 0), Math.max(row, 0)],
      [Math.max(-column, 0), Math.max(column, 0)],
      [0, 0],
    ]);
  });
  return tf.reshape(tf.stack(parts), [count, height, width, channels]);
}

/** A move by the whole side or more leaves nothing but zeros. */
function clamp(by: number, side: number): number {
  return Math.max(-side, Math.min(side, by));
}

/** `(x - mean) * factor + mean`. */
function spread(x: tf.Tensor, axes: number[], factor: tf.Tensor): tf.Tensor {
  const mean = tf.mean(x, axes, true);
  return tf.add(tf.mul(tf.sub(x, mean), factor), mean);
}

function perImage(values: ArrayLike<number>, of: (u: number) => number): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(values, of), [values.length, 1, 1, 1]);
}
