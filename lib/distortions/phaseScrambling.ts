// Phase noise: what is where is lost, how much of each frequency there is stays.
import { type DrawOptions, requireDraws } from './draws';
import { centre, imageSpectrum, realImage, type Spectrum } from './fourier';
import { greyInRoom } from './greyscale';
import { clippedGrey, type FloatImage } from './image';
import { pixelKernels, pixelRoom } from './wasm/pixels';

export interface PhaseScramblingOptions extends DrawOptions {
  /** Phases move by up to this many degrees either way, 0 to 180. */
  width: number;
}

/** Adds to each phase of the grey image a number uniform in [-width, width), cut to [0, 1].
 *
 *  As in the papers' code, the opposite frequencies get the same numbers in the same order rather than in the reverse one, so that
 *  the spectrum is not quite symmetric; the imaginary part that results is dropped. Along even sides the highest frequency
 *  keeps its phase. Throws on a width that is not in [0, 180]. Source: Geirhos et al. 2018. */
export function phaseScrambling(
  image: FloatImage,
  { width: degrees, ...random }: PhaseScramblingOptions,
): FloatImage {
  if (!(degrees >= 0 && degrees <= 180)) {
    throw new Error(`The width of the phase noise is 0 to 180 degrees, got ${degrees}.`);
  }
  const { width, height } = image;
  const [grey] = greyInRoom(image);
  const spectrum = imageSpectrum(grey, width, height);
  turnPhases(spectrum, degrees, random);
  return clippedGrey(width, height, realImage(spectrum));
}

/** Of the frequencies that have an opposite, from the lowest negative one up in the order of rows, number `i` of the first half is
 *  turned by shift `i`, and number `i` of the second half back by it. The opposite of number `i` of the first half is the last but `i` of
 *  the second. Dropping the imaginary part leaves the mean of a frequency and its opposite's conjugate: that of two turns, of shift `i`
 *  and of the last shift but `i`. */
function turnPhases(spectrum: Spectrum, degrees: number, random: DrawOptions): void {
  const { width, height, columns, pitch, values } = spectrum;
  // Along even sides the first frequency is its own opposite.
  const [top, left] = [height, width].map((side) => (side % 2 === 0 ? 1 : 0));
  const across = width - left;
  const count = (across * (height - top) - 1) / 2;
  const [cosines, sines] = shiftTurns(count, degrees, random);
  const [middle, centreColumn] = [centre(height), centre(width)];
  for (let v = 0; v < columns; v++) {
    const column = (v + centreColumn) % width;
    if (column < left) continue;
    for (let u = 0, at = v * pitch; u < height; u++, at += 2) {
      const row = u + middle < height ? u + middle : u + middle - height;
      const place = (row - top) * across + column - left;
      if (row < top || place === count) continue;
      const forth = place < count;
      const i = forth ? place : place - count - 1;
      const cos = (cosines[i] + cosines[count - 1 - i]) / 2;
      const mean = (sines[i] + sines[count - 1 - i]) / 2;
      const sin = forth ? mean : -mean;
      const real = values[at];
      values[at] = real * cos - values[at + 1] * sin;
      values[at + 1] = real * sin + values[at + 1] * cos;
    }
  }
}

/** Cosines and sines of `count` shifts, in the kernels' memory. */
function shiftTurns(
  count: number,
  degrees: number,
  { seed = 0, draws }: DrawOptions,
): [Float32Array, Float32Array] {
  const [drawn, cosines, sines] = pixelRoom(count, count, count);
  const { uniform, turns } = pixelKernels();
  if (draws === undefined) uniform(drawn.byteOffset, count, seed);
  else drawn.set(requireDraws(draws, count));
  turns(drawn.byteOffset, count, (2 * degrees * Math.PI) / 180, cosines.byteOffset, sines.byteOffset);
  return [cosines, sines];
}
