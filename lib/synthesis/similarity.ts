// How alike two images are: where their edges lie and how strong they are, and which channels of a network are active together.
import * as tf from '@tensorflow/tfjs';
import { gramMatrix } from './textureLoss';

/** Luminance of red, green and blue. Source: ITU-R BT.601. */
const LUMINANCE = [0.299, 0.587, 0.114];
const CHANNELS = LUMINANCE.length;

/** Correlation of the edge maps of two images, in -1..1: 1 for equal images, about 0 for edges that have nothing to do with each other.
 *
 *  An edge map is the magnitude of Sobel's gradient of the luminance; `size x size x 3` both, at any scale and offset that their channels share. Null where an
 *  image has the same magnitude everywhere. Throws on images of different sizes, and on those that are not square or have no inner pixel. */
export function edgeSimilarity(a: Float32Array, b: Float32Array): number | null {
  return correlation(...edgeMaps(a, b));
}

/** How alike the edges of two images are in strength, wherever they lie, in 0..1: `1 - W / (mean a + mean b)` with the magnitudes of `edgeMap` and
 *  Wasserstein's distance W of their distributions. 1 for images with equal edges in any places, 0 where one image alone has any. Throws as `edgeSimilarity`. */
export function edgeStrengthSimilarity(a: Float32Array, b: Float32Array): number {
  const [x, y] = edgeMaps(a, b).map((map) => map.sort());
  const apart = x.reduce((sum, value, i) => sum + Math.abs(value - y[i]), 0);
  const whole = x.reduce((sum, value, i) => sum + value + y[i], 0);
  return whole === 0 ? 1 : 1 - apart / whole;
}

function edgeMaps(a: Float32Array, b: Float32Array): [Float64Array, Float64Array] {
  if (a.length !== b.length)
    throw new Error(`Images of one size are compared, got ${a.length} and ${b.length} values.`);
  return [edgeMap(a), edgeMap(b)];
}

/** `sqrt(gx^2 + gy^2)` of the luminance at the inner pixels, row by row: `(size - 2)^2` values of an image `size x size x 3`.
 *  Source: Sobel's operator, as scikit-image's `filters.sobel` weighs it (a ramp that rises by 1 a pixel has the magnitude sqrt 2). */
export function edgeMap(image: Float32Array): Float64Array {
  const size = Math.sqrt(image.length / CHANNELS);
  if (!Number.isInteger(size) || size < 3)
    throw new Error(`An edge map takes size x size x 3 values, size 3 or more; got ${image.length}.`);
  const grey = Float64Array.from({ length: size * size }, (_, pixel) =>
    LUMINANCE.reduce((sum, weight, channel) => sum + weight * image[CHANNELS * pixel + channel], 0),
  );
  const inner = size - 2;
  return Float64Array.from({ length: inner * inner }, (_, i) => {
    const centre = (Math.floor(i / inner) + 1) * size + (i % inner) + 1;
    // Across an axis the weights are 1, 2, 1; along it -1, 0, 1.
    const slope = (along: number, across: number): number => {
      const side = (at: number): number => grey[at - across] + 2 * grey[at] + grey[at + across];
      return (side(centre + along) - side(centre - along)) / 4;
    };
    return Math.hypot(slope(1, size), slope(size, 1)) / Math.SQRT2;
  });
}

/** Pearson's; null where one of them is constant. */
function correlation(a: Float64Array, b: Float64Array): number | null {
  const [x, y] = [centred(a), centred(b)];
  const square = dot(x, x) * dot(y, y);
  return square === 0 ? null : dot(x, y) / Math.sqrt(square);
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** `1 - |A - B| / (|A| + |B|)` with Frobenius' norm, for the Gram matrices A and B of two images' activations `[1, H, W, C]`; its mean over the layers. In 0..1: 1 for equal
 *  matrices, 0 where one image alone has any activations. Each layer counts alike. Leaves no tensors. Throws on layers that do not match, and on none. */
export async function gramSimilarity(a: readonly tf.Tensor4D[], b: readonly tf.Tensor4D[]): Promise<number> {
  const shown = (maps: readonly tf.Tensor4D[]): string => maps.map(({ shape }) => `[${shape}]`).join(', ');
  if (a.length === 0 || shown(a) !== shown(b))
    throw new Error(`Activations of the same layers are compared, got ${shown(a)} and ${shown(b)}.`);
  const mean = tf.tidy(() => {
    const parts = a.map((map, layer) => {
      const [x, y] = [gramMatrix(map), gramMatrix(b[layer])];
      return tf.sub(1, tf.divNoNan(tf.norm(tf.sub(x, y)), tf.add(tf.norm(x), tf.norm(y))));
    });
    return tf.div(tf.addN(parts), parts.length);
  });
  const [value] = await mean.data();
  mean.dispose();
  return value;
}
