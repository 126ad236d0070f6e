// Gaussian filters of grey images.

import { greyInRoom } from './greyscale';
import type { FloatImage } from './image';
import { pixelKernels } from './wasm/pixels';

/** Grey that surrounds the image, the background of the experiments' screen. */
export const BACKGROUND = 0.4423;

/** The kernels work on this many columns at a time. */
const STRIP = 16;

/** An image in grey, and that filtered by a separable Gaussian of standard deviation `deviation` (pixels), cut at 4 deviations and
 *  normalised; outside the image lies `BACKGROUND`. Both lie in the kernels' memory: see `pixelRoom`. Throws on a deviation below 0.
 *  Source: Geirhos et al. 2018 (`scipy.ndimage.gaussian_filter`). */
export function greyAndFiltered(image: FloatImage, deviation: number): [Float32Array, Float32Array] {
  if (!(deviation >= 0 && Number.isFinite(deviation))) {
    throw new Error(`The filter's standard deviation is at least 0 and finite, got ${deviation}.`);
  }
  const { width, height } = image;
  const count = width * height;
  const weights = gaussianWeights(deviation);
  // Weights of places that are never inside change nothing.
  const [across, down] = [width, height].map((side) => Math.min(weights.length, side) - 1);
  const pitch = STRIP * Math.ceil(width / STRIP);
  const [grey, filtered, used, line, rows, both] = greyInRoom(
    image,
    count,
    Math.max(across, down) + 1,
    pitch + 2 * across,
    height * pitch,
    height * pitch,
  );
  if (weights.length === 1) {
    filtered.set(grey);
    return [grey, filtered];
  }
  used.set(weights.subarray(0, used.length));
  const { filterRows, filterColumns, joinRows } = pixelKernels();
  filterRows(
    grey.byteOffset,
    width,
    height,
    BACKGROUND,
    used.byteOffset,
    across,
    line.byteOffset,
    rows.byteOffset,
    pitch,
  );
  filterColumns(rows.byteOffset, pitch, height, used.byteOffset, down, both.byteOffset);
  joinRows(both.byteOffset, pitch, width, height, BACKGROUND, filtered.byteOffset);
  return [grey, filtered];
}

/** Weights of the distances 0 to `trunc(4 deviation + 0.5)`; both sides together sum to 1. */
function gaussianWeights(deviation: number): Float64Array {
  const radius = Math.trunc(4 * deviation + 0.5);
  const weights = Float64Array.from({ length: radius + 1 }, (_, x) =>
    x === 0 ? 1 : Math.exp(-0.5 * (x / deviation) ** 2),
  );
  const total = 2 * weights.reduce((sum, weight) => sum + weight, 0) - weights[0];
  return weights.map((weight) => weight / total);
}
