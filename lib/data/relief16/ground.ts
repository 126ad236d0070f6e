// What lies behind an object: its colours, as far as the pixels beside it tell.
import type { Picture } from './render';

/** The ground with the object taken away. */
export interface Ground {
  /** Red, green and blue, 0..255. */
  colourAt(pixel: number): ArrayLike<number>;
}

/** Wall and floor change from row to row only: each row's mean over what is not object, that of the nearest where a row is all object. */
export function groundOf({ rgb, mask }: Picture): Ground {
  const size = Math.sqrt(mask.length);
  const rows = Array.from({ length: size }, (_, row) => {
    const [start, end] = [row * size, (row + 1) * size];
    return meanOver(rgb, (pixel) => 255 - mask[pixel], start, end);
  });
  const known = [...rows.keys()].filter((row) => rows[row] !== null);
  const nearest = (row: number): number =>
    known.reduce((best, other) => (Math.abs(other - row) < Math.abs(best - row) ? other : best), known[0]);
  const grey = [128, 128, 128];
  const filled = rows.map((colour, row) => colour ?? rows[nearest(row)] ?? grey);
  return { colourAt: (pixel) => filled[Math.floor(pixel / size)] };
}

/** Mean red, green and blue (0..255) of the object or of the ground, weighted by coverage; grey where there is none. */
export function meanColour({ rgb, mask }: Picture, of: 'object' | 'ground'): readonly number[] {
  const weight = of === 'object' ? (pixel: number) => mask[pixel] : (pixel: number) => 255 - mask[pixel];
  return meanOver(rgb, weight, 0, mask.length) ?? [128, 128, 128];
}

function meanOver(
  rgb: Uint8Array,
  weight: (pixel: number) => number,
  start: number,
  end: number,
): number[] | null {
  const sums = [0, 0, 0];
  let total = 0;
  for (let pixel = start; pixel < end; pixel++) {
    const share = weight(pixel);
    total += share;
    for (let c = 0; c < 3; c++) sums[c] += share * rgb[3 * pixel + c];
  }
  return total === 0 ? null : sums.map((sum) => sum / total);
}
