// Non-local means of 8-bit pictures in whole numbers, as OpenCV's: takes texture away where it repeats.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirroredPlanes } from './mirroredBorder';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

/** The source asks for 14, which OpenCV takes as the next odd number: 7 pixels on each side. */
const TEMPLATE_RADIUS = 7;
const SEARCH_RADIUS = 10;
const TEMPLATE_PIXELS = (2 * TEMPLATE_RADIUS + 1) ** 2;
const SEARCH_PIXELS = (2 * SEARCH_RADIUS + 1) ** 2;
/** The weight of a pixel whose surroundings are the same: the largest with which sums over the search window stay below 2^31. */
const FULL_WEIGHT = Math.floor((2 ** 31 - 1) / (SEARCH_PIXELS * 255));
/** Smaller shares of it count as nothing. */
const LEAST_SHARE = 0.001;
/** Sums over a template are divided by 256, the next power of two, in place of its 225 pixels. */
const TEMPLATE_SHIFT = 8;

export interface NonLocalMeansOptions {
  /** Above 0: differences in brightness, of 0 to 255, that count as noise. */
  strength: number;
}

/** Each pixel becomes a mean of the 21 x 21 around it, weighted by `exp(-d / (channels strength²))` of the mean squared distance `d` between
 *  the 15 x 15 pixels around the one and around the other, over all channels at once; beyond the border the picture goes on as in a mirror.
 *  Equal to OpenCV's fastNlMeansDenoising with a template of 14 or 15 and a search of 21.
 *  8-bit grey or RGB in and out, in new memory or at the start of `target`. Throws on a strength that is not above 0. Source: Buades et al. 2005, as Burgert et al. 2025 use it. */
export function nonLocalMeans(
  picture: ByteImageLike,
  { strength }: NonLocalMeansOptions,
  target?: Uint8Array,
): ByteImageLike {
  requirePicture(picture);
  if (!(strength > 0)) throw new Error(`The strength of non-local means is above 0, got ${strength}.`);
  const { width, height, channels, data } = picture;
  const weights = weightsByDistance(strength, channels);
  const kernels = suppressionKernels();
  const memory = new KernelMemory();
  const { address, plane, pitch, start } = mirroredPlanes(memory, picture, SEARCH_RADIUS + TEMPLATE_RADIUS);
  const sums = memory.zeros(4 * plane * Int32Array.BYTES_PER_ELEMENT);
  const table = memory.put(weights);
  const ring = memory.reserve((2 * TEMPLATE_RADIUS + 1) * pitch * Int32Array.BYTES_PER_ELEMENT);
  const lines = memory.reserve(4 * pitch * Int32Array.BYTES_PER_ELEMENT);
  for (const [x, y] of HALF_OF_SEARCH) {
    // All pixels that lie in the picture themselves, or of which the other one does.
    const first = start - y * pitch - Math.max(0, x);
    kernels.addMoved(
      ...[address, sums, plane, pitch, first, width + Math.abs(x), height + y, y * pitch + x],
      ...[table, weights.length, TEMPLATE_SHIFT, ring, lines],
    );
  }
  const to = memory.reserve(data.length);
  kernels.means(...[address, sums, plane, pitch, start, FULL_WEIGHT, width, height, channels, to]);
  return { ...picture, data: memory.take(to, data.length, target) };
}

/** One of each two opposite ways from a pixel to another one of its search window. */
const HALF_OF_SEARCH: readonly [number, number][] = Array.from(
  { length: (SEARCH_PIXELS - 1) / 2 },
  (_, i) => {
    const place = i + (SEARCH_PIXELS + 1) / 2;
    const side = 2 * SEARCH_RADIUS + 1;
    return [(place % side) - SEARCH_RADIUS, Math.floor(place / side) - SEARCH_RADIUS];
  },
);

/** By the shifted sum of squared distances; ends with the first of those that are all 0. */
function weightsByDistance(strength: number, channels: number): Int32Array {
  const scale = 2 ** TEMPLATE_SHIFT / TEMPLATE_PIXELS;
  const weights: number[] = [];
  while (weights.at(-1) !== 0) {
    const distance = weights.length * scale;
    const weight = Math.round(FULL_WEIGHT * Math.exp(-distance / (strength * strength * channels)));
    weights.push(weight < LEAST_SHARE * FULL_WEIGHT ? 0 : weight);
  }
  return Int32Array.from(weights);
}
