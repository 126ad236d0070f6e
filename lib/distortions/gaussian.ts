// Gaussian filters of grey images.
import { lineTransform } from './fourier';

/** Grey that surrounds the image, the background of the experiments' screen. */
export const BACKGROUND = 0.4423;

/** Longer windows are faster as a product of spectra. */
const LONGEST_DIRECT_RADIUS = 12;

/** Separable Gaussian of standard deviation `deviation` (pixels), cut at 4 deviations and normalised; outside the image lies
 *  `BACKGROUND`. A deviation of 0 changes nothing. Source: Geirhos et al. 2018 (`scipy.ndimage.gaussian_filter`). */
export function gaussianFilter(
  values: Float64Array,
  width: number,
  height: number,
  deviation: number,
): Float64Array {
  if (!(deviation >= 0 && Number.isFinite(deviation))) {
    throw new Error(`The filter's standard deviation is at least 0 and finite, got ${deviation}.`);
  }
  const radius = Math.trunc(4 * deviation + 0.5);
  if (radius === 0) return values.slice();
  const weights = gaussianWeights(deviation, radius);
  const filterRows = radius <= LONGEST_DIRECT_RADIUS ? filterRowsDirectly : filterRowsBySpectrum;
  // Relative to the background, outside is nothing.
  const centred = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) centred[i] = values[i] - BACKGROUND;
  const across = transpose(filterRows(centred, width, height, weights), width, height);
  const both = transpose(filterRows(across, height, width, weights), height, width);
  for (let i = 0; i < both.length; i++) both[i] += BACKGROUND;
  return both;
}

/** Weights of the distances 0 to `radius`; both sides together sum to 1. */
function gaussianWeights(deviation: number, radius: number): Float64Array {
  const weights = Float64Array.from({ length: radius + 1 }, (_, x) => Math.exp(-0.5 * (x / deviation) ** 2));
  const total = 2 * weights.reduce((sum, weight) => sum + weight, 0) - weights[0];
  return weights.map((weight) => weight / total);
}

function filterRowsDirectly(
  values: Float64Array,
  width: number,
  height: number,
  weights: Float64Array,
): Float64Array {
  const radius = weights.length - 1;
  const result = new Float64Array(values.length);
  const padded = new Float64Array(width + 2 * radius);
  for (let row = 0; row < height; row++) {
    padded.set(values.subarray(row * width, (row + 1) * width), radius);
    for (let column = 0; column < width; column++) {
      const middle = column + radius;
      let sum = weights[0] * padded[middle];
      for (let x = 1; x <= radius; x++) sum += weights[x] * (padded[middle - x] + padded[middle + x]);
      result[row * width + column] = sum;
    }
  }
  return result;
}

/** Two rows at a time as real and imaginary parts: the weights are symmetric, so their spectrum is real. */
function filterRowsBySpectrum(
  values: Float64Array,
  width: number,
  height: number,
  weights: Float64Array,
): Float64Array {
  const reach = Math.min(weights.length - 1, width - 1);
  const size = 2 ** Math.ceil(Math.log2(width + reach));
  const { forward } = lineTransform(size);
  const line = new Float64Array(2 * size);
  const spectrum = new Float64Array(2 * size);
  for (let x = 0; x <= reach; x++) {
    line[2 * x] = weights[x];
    line[2 * ((size - x) % size)] = weights[x];
  }
  forward(spectrum, line);
  const gains = Float64Array.from({ length: size }, (_, k) => spectrum[2 * k] / size);
  const result = new Float64Array(values.length);
  for (let row = 0; row < height; row += 2) {
    const next = row + 1 < height;
    line.fill(0);
    for (let column = 0; column < width; column++) {
      line[2 * column] = values[row * width + column];
      if (next) line[2 * column + 1] = values[(row + 1) * width + column];
    }
    forward(spectrum, line);
    for (let k = 0; k < size; k++) {
      line[2 * k] = spectrum[2 * k] * gains[k];
      line[2 * k + 1] = -spectrum[2 * k + 1] * gains[k];
    }
    forward(spectrum, line);
    for (let column = 0; column < width; column++) {
      result[row * width + column] = spectrum[2 * column];
      if (next) result[(row + 1) * width + column] = -spectrum[2 * column + 1];
    }
  }
  return result;
}

function transpose(values: Float64Array, width: number, height: number): Float64Array {
  const result = new Float64Array(values.length);
  // In blocks, so that reading and writing stay in the cache.
  for (let top = 0; top < height; top += 16) {
    const bottom = Math.min(height, top + 16);
    for (let column = 0; column < width; column++) {
      for (let row = top; row < bottom; row++) result[column * height + row] = values[row * width + column];
    }
  }
  return result;
}
