// Gaussians of square images whose borders meet.
import { lineTransform } from './fourier';

/** Blurs `side x side` values by Gaussians of standard deviations in pixels, sampled and not normalised:
 *  `exp(-x² / 2 s²) / (sqrt(2 pi) s)` along each axis, over the whole side. One blurred copy for each deviation. */
export type CircularGaussians = (values: Float64Array, deviations: readonly number[]) => Float64Array[];

/** Images come in sets of one size: the spectra of the last. */
let last:
  | { readonly side: number; readonly overLineEnds: boolean; readonly gaussians: CircularGaussians }
  | undefined;

/** Gaussians for squares of a side that is a power of two; made once for a side.
 *
 *  With `overLineEnds` rows are one long line, as in the eidolon code of the papers: what leaves a row on the right enters the
 *  next one on the left, and the left half of the Gaussian lies one row lower. */
export function circularGaussians(side: number, overLineEnds: boolean): CircularGaussians {
  if (last?.side !== side || last.overLineEnds !== overLineEnds) {
    last = { side, overLineEnds, gaussians: overLineEnds ? onOneLine(side) : inThePlane(side) };
  }
  return last.gaussians;
}

/** Weights by place, the distance 0 first and negative distances last. */
function weights(side: number, deviation: number): Float64Array {
  return Float64Array.from({ length: side }, (_, place) => {
    const distance = place < side / 2 ? place : place - side;
    return Math.exp(-(distance ** 2) / (2 * deviation ** 2)) / (Math.sqrt(2 * Math.PI) * deviation);
  });
}

/** All rows as one line in a circle, filtered by the rows of the square Gaussian as one line. */
function onOneLine(side: number): CircularGaussians {
  const { filter, gainsOf } = lineFilter(side * side);
  const gains = new Map<number, Float64Array>();
  const remembered = (deviation: number): Float64Array => {
    const found = gains.get(deviation) ?? gainsOf(squareWeights(side, deviation));
    gains.set(deviation, found);
    return found;
  };
  return (values, deviations) => filter(values, deviations.map(remembered));
}

function squareWeights(side: number, deviation: number): Float64Array {
  const along = weights(side, deviation);
  const square = new Float64Array(side * side);
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++, at++) square[at] = along[row] * along[column];
  }
  return square;
}

/** Each row, then each column, with itself in a circle. */
function inThePlane(side: number): CircularGaussians {
  const { filter, gainsOf } = lineFilter(side);
  return (values, deviations) =>
    deviations.map((deviation) => {
      const gains = [gainsOf(weights(side, deviation))];
      const alongRows = (square: Float64Array): Float64Array => {
        const result = new Float64Array(side * side);
        for (let start = 0; start < result.length; start += side) {
          result.set(filter(square.subarray(start, start + side), gains)[0], start);
        }
        return result;
      };
      return transposed(alongRows(transposed(alongRows(values), side)), side);
    });
}

function transposed(values: Float64Array, side: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) result[column * side + row] = values[row * side + column];
  }
  return result;
}

interface LineFilter {
  /** A line of `size` values convolved in a circle with one or more kernels, of which the gains are given. */
  filter(values: Float64Array, gains: readonly Float64Array[]): Float64Array[];
  /** The transform of a kernel of `size` weights; opposite frequencies are conjugates, so half of it holds all. */
  gainsOf(kernel: Float64Array): Float64Array;
}

function lineFilter(size: number): LineFilter {
  const { forward } = lineTransform(size);
  const line = new Float64Array(2 * size);
  const out = new Float64Array(2 * size);
  const halfSpectrum = (values: Float64Array): Float64Array => {
    for (let i = 0; i < size; i++) {
      line[2 * i] = values[i];
      line[2 * i + 1] = 0;
    }
    forward(out, line);
    return out.slice(0, size + 2);
  };
  const filter: LineFilter['filter'] = (values, gains) => {
    const spectrum = halfSpectrum(values);
    const results: Float64Array[] = [];
    // Two results are the real and the imaginary part of one line.
    for (let first = 0; first < gains.length; first += 2) {
      const second = gains[first + 1];
      multiplyPair(spectrum, gains[first], second ?? gains[first], line);
      // The inverse transform is the forward one of the conjugate, conjugated.
      forward(out, line);
      results.push(everySecond(out, 0, 1 / size));
      if (second !== undefined) results.push(everySecond(out, 1, -1 / size));
    }
    return results;
  };
  return { filter, gainsOf: halfSpectrum };
}

/** The conjugate of `spectrum (first + i second)`, from the half of each that determines the other. */
function multiplyPair(
  spectrum: Float64Array,
  first: Float64Array,
  second: Float64Array,
  line: Float64Array,
): void {
  for (let k = 0; k < spectrum.length; k += 2) {
    const re = spectrum[k];
    const im = spectrum[k + 1];
    const firstRe = re * first[k] - im * first[k + 1];
    const firstIm = re * first[k + 1] + im * first[k];
    const secondRe = re * second[k] - im * second[k + 1];
    const secondIm = re * second[k + 1] + im * second[k];
    line[k] = firstRe - secondIm;
    line[k + 1] = -firstIm - secondRe;
    const opposite = k === 0 ? 0 : line.length - k;
    line[opposite] = firstRe + secondIm;
    line[opposite + 1] = firstIm - secondRe;
  }
}

function everySecond(values: Float64Array, from: number, factor: number): Float64Array {
  const result = new Float64Array(values.length / 2);
  for (let i = 0, at = from; i < result.length; i++, at += 2) result[i] = factor * values[at];
  return result;
}
