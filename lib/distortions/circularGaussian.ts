// Gaussians of square images whose borders meet.
import { lineTransform } from './fourier';

/** Blurs `side x side` values by a Gaussian of a standard deviation in pixels, sampled and not normalised:
 *  `exp(-x² / 2 s²) / (sqrt(2 pi) s)` along each axis, over the whole side. */
export type CircularGaussian = (values: Float64Array, deviation: number) => Float64Array;

/** Gaussians for squares of a side that is a power of two.
 *
 *  With `overLineEnds` rows are one long line, as in the eidolon code of the papers: what leaves a row on the right enters the
 *  next one on the left, and the left half of the Gaussian lies one row lower. */
export function circularGaussian(side: number, overLineEnds: boolean): CircularGaussian {
  return (values, deviation) => {
    const kernel = Float64Array.from({ length: side }, (_, place) => {
      const distance = place < side / 2 ? place : place - side;
      return Math.exp(-(distance ** 2) / (2 * deviation ** 2)) / (Math.sqrt(2 * Math.PI) * deviation);
    });
    const across = overLineEnds ? alongOneLine(values, side, kernel) : alongRows(values, side, kernel);
    return transposed(alongRows(transposed(across, side), side, kernel), side);
  };
}

/** Each row with itself in a circle. */
function alongRows(values: Float64Array, side: number, kernel: Float64Array): Float64Array {
  const result = new Float64Array(side * side);
  const filter = lineFilter(side, kernel);
  for (let row = 0; row < side; row += 2) {
    const from = row * side;
    const out = filter(values, from, from + side, side);
    for (let column = 0; column < side; column++) {
      result[from + column] = out[2 * column];
      result[from + side + column] = -out[2 * column + 1];
    }
  }
  return result;
}

/** All rows as one line in a circle, each row's share reaching into the next. */
function alongOneLine(values: Float64Array, side: number, kernel: Float64Array): Float64Array {
  const result = new Float64Array(side * side);
  const filter = lineFilter(2 * side, kernel);
  for (let row = 0; row < side; row += 2) {
    const from = row * side;
    const out = filter(values, from, from + side, side);
    const after = ((row + 2) % side) * side;
    for (let column = 0; column < side; column++) {
      result[from + column] += out[2 * column];
      result[from + side + column] += out[2 * (column + side)] - out[2 * column + 1];
      result[after + column] -= out[2 * (column + side) + 1];
    }
  }
  return result;
}

/** Convolves two lines of `count` values at once with `kernel`, in a circle of `size`: the first comes out as real parts, the second
 *  as negative imaginary parts. */
function lineFilter(
  size: number,
  kernel: Float64Array,
): (values: Float64Array, first: number, second: number, count: number) => Float64Array {
  const { forward } = lineTransform(size);
  const line = new Float64Array(2 * size);
  const spectrum = new Float64Array(2 * size);
  for (const [place, weight] of kernel.entries()) line[2 * place] = weight;
  const gains = new Float64Array(2 * size);
  forward(gains, line);
  return (values, first, second, count) => {
    line.fill(0);
    for (let i = 0; i < count; i++) {
      line[2 * i] = values[first + i];
      line[2 * i + 1] = values[second + i];
    }
    forward(spectrum, line);
    for (let k = 0; k < 2 * size; k += 2) {
      const [re, im] = [spectrum[k], spectrum[k + 1]];
      line[k] = (re * gains[k] - im * gains[k + 1]) / size;
      line[k + 1] = -(re * gains[k + 1] + im * gains[k]) / size;
    }
    forward(spectrum, line);
    return spectrum;
  };
}

function transposed(values: Float64Array, side: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) result[column * side + row] = values[row * side + column];
  }
  return result;
}
