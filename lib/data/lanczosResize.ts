// Resizing to the byte as Pillow's LANCZOS does it: a windowed sinc widened by the scale, whole bytes after each of the two passes.
import type { ByteImage } from './imageSource';

/** Lobes of the sinc on each side. */
const LOBES = 3;
/** Bits behind the point of Pillow's filter weights. */
const PRECISION = 22;

/** For every position along one axis: its first source element, and the weights of it and its successors. */
interface Filters {
  readonly first: Int32Array;
  /** `positions x taps`; 0 where a position has fewer. */
  readonly weights: Float64Array;
  readonly taps: number;
}

/** The image at `width x height`, whatever its aspect ratio was. As `Image.resize((width, height), LANCZOS)`; overshoots are clipped to 0..255.
 *
 *  Source: Duchon 1979; Pillow's `Resample.c`, whose rounding is followed. */
export function lanczosResize(image: ByteImage, width: number, height: number): ByteImage {
  const { channels } = image;
  const wide =
    image.width === width
      ? image
      : { ...image, width, data: resizeLines(image.data, image.height, image.width, width, channels) };
  if (wide.height === height) return wide;
  // Columns are lines whose elements are whole rows of the picture.
  const data = resizeLines(wide.data, 1, wide.height, height, width * channels);
  return { width, height, channels, data };
}

/** `lines` lines of `from` elements, each of `size` bytes, to lines of `to` elements. */
function resizeLines(data: Uint8Array, lines: number, from: number, to: number, size: number): Uint8Array {
  const { first, weights, taps } = filtersOf(from, to);
  const result = new Uint8Array(lines * to * size);
  const sums = new Float64Array(size);
  for (let line = 0; line < lines; line++) {
    for (let position = 0; position < to; position++) {
      // Half of the last bit that is kept, so that cutting rounds.
      sums.fill(2 ** (PRECISION - 1));
      for (let tap = 0; tap < taps; tap++) {
        const weight = weights[position * taps + tap];
        if (weight === 0) continue;
        const source = (line * from + first[position] + tap) * size;
        for (let byte = 0; byte < size; byte++) sums[byte] += weight * data[source + byte];
      }
      const target = (line * to + position) * size;
      for (let byte = 0; byte < size; byte++)
        result[target + byte] = Math.min(255, Math.max(0, Math.floor(sums[byte] / 2 ** PRECISION)));
    }
  }
  return result;
}

function filtersOf(from: number, to: number): Filters {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = LOBES * widening;
  const taps = 2 * Math.ceil(support) + 1;
  const first = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let position = 0; position < to; position++) {
    const centre = (position + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(from, Math.trunc(centre + support + 0.5));
    const plain = Array.from({ length: high - low }, (_, tap) =>
      lanczos((low + tap - centre + 0.5) / widening),
    );
    const sum = plain.reduce((total, weight) => total + weight, 0);
    first[position] = low;
    for (const [tap, weight] of plain.entries())
      weights[position * taps + tap] = wholeBits((weight / sum) * 2 ** PRECISION);
  }
  return { first, weights, taps };
}

/** `sinc(x) sinc(x / 3)` in -3 <= x < 3, 0 elsewhere. */
function lanczos(x: number): number {
  return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Halves away from 0. */
function wholeBits(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}
