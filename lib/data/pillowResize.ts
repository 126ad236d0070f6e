// Resizing to the byte as Pillow does it: a filter widened by the scale, whole bytes after each of the two passes.
import type { ByteImage } from './imageSource';

/** A filter: how far it reaches to each side, and its weight at a distance, both in pixels of the smaller image. */
interface Filter {
  readonly reach: number;
  weight(distance: number): number;
}

const FILTERS = {
  /** A triangle. */
  bilinear: { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  /** A sinc windowed by the first lobe of one three times as wide (Duchon 1979). */
  lanczos: { reach: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Readonly<Record<string, Filter>>;

/** Bits behind the point of Pillow's filter weights. */
const PRECISION = 22;

/** How the elements of a line follow from those of a longer or shorter one. */
interface Taps {
  readonly from: number;
  readonly to: number;
  /** Of each element: the first source element. */
  readonly first: Int32Array;
  /** `to x most`: the weights of it and its successors; 0 where an element has fewer. */
  readonly weights: Float64Array;
  readonly most: number;
}

/** The image at `width x height`, whatever its aspect ratio was. As `Image.resize((width, height), BILINEAR)`, or LANCZOS, whose overshoots
 *  are clipped to 0..255. Source: Pillow's `Resample.c`, whose rounding is followed. */
export function pillowResize(
  image: ByteImage,
  width: number,
  height: number,
  filter: keyof typeof FILTERS = 'bilinear',
): ByteImage {
  const { channels } = image;
  const taps = (from: number, to: number): Taps => tapsOf(FILTERS[filter], from, to);
  const wide =
    image.width === width
      ? image
      : { ...image, width, data: resizeLines(image.data, image.height, taps(image.width, width), channels) };
  if (wide.height === height) return wide;
  // Columns are lines whose elements are whole rows of the picture.
  const data = resizeLines(wide.data, 1, taps(wide.height, height), width * channels);
  return { width, height, channels, data };
}

/** Lines of elements of `size` bytes each. */
function resizeLines(
  data: Uint8Array,
  lines: number,
  { from, to, first, weights, most }: Taps,
  size: number,
): Uint8Array {
  const result = new Uint8Array(lines * to * size);
  const sums = new Float64Array(size);
  for (let line = 0; line < lines; line++) {
    for (let position = 0; position < to; position++) {
      // Half of the last bit that is kept, so that cutting rounds.
      sums.fill(2 ** (PRECISION - 1));
      for (let tap = 0; tap < most; tap++) {
        const weight = weights[position * most + tap];
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

function tapsOf({ reach, weight }: Filter, from: number, to: number): Taps {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = reach * widening;
  const most = 2 * Math.ceil(support) + 1;
  const first = new Int32Array(to);
  const weights = new Float64Array(to * most);
  for (let position = 0; position < to; position++) {
    const centre = (position + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(from, Math.trunc(centre + support + 0.5));
    const plain = Array.from({ length: high - low }, (_, tap) =>
      weight((low + tap - centre + 0.5) / widening),
    );
    const sum = plain.reduce((total, value) => total + value, 0);
    first[position] = low;
    for (const [tap, value] of plain.entries())
      weights[position * most + tap] = wholeBits((value / sum) * 2 ** PRECISION);
  }
  return { from, to, first, weights, most };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Halves away from 0. */
function wholeBits(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}
