// Phase noise: what is where is lost, how much of each frequency there is stays.
import { type DrawOptions, uniformDraws } from './draws';
import { centre, imageSpectrum, realImage } from './fourier';
import { greyValues } from './greyscale';
import { clippedGrey, type FloatImage } from './image';

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
  const spectrum = imageSpectrum(greyValues(image), width, height);
  const { re, im } = spectrum;
  // With the zero frequency in the middle, in the order of rows: the frequencies that have an opposite.
  const [rows, columns] = [frequencies(height), frequencies(width)];
  const draws = uniformDraws((rows.length * columns.length - 1) / 2, random);
  const turn = (place: number, cos: number, sin: number): void => {
    const at = rows[Math.floor(place / columns.length)] * width + columns[place % columns.length];
    const real = re[at];
    re[at] = real * cos - im[at] * sin;
    im[at] = real * sin + im[at] * cos;
  };
  for (let i = 0; i < draws.length; i++) {
    const shift = ((draws[i] - 0.5) * 2 * degrees * Math.PI) / 180;
    const cos = Math.cos(shift);
    const sin = Math.sin(shift);
    turn(i, cos, sin);
    turn(draws.length + 1 + i, cos, -sin);
  }
  return clippedGrey(width, height, realImage(spectrum));
}

/** Places in a spectrum along an axis, from the lowest negative frequency up; without the one of even sizes that is its own opposite. */
function frequencies(size: number): number[] {
  const first = size % 2 === 0 ? 1 : 0;
  return Array.from({ length: size - first }, (_, i) => (i + first + size - centre(size)) % size);
}
