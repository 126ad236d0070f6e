// Non-local means of 8-bit pictures in whole numbers, as OpenCV's: takes texture away where it repeats.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirrored } from './mirroredBorder';

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
 *  8-bit grey or RGB in and out. Throws on a strength that is not above 0. Source: Buades et al. 2005, as Burgert et al. 2025 use it. */
export function nonLocalMeans(picture: ByteImageLike, { strength }: NonLocalMeansOptions): ByteImageLike {
  requirePicture(picture);
  if (!(strength > 0)) throw new Error(`The strength of non-local means is above 0, got ${strength}.`);
  const { width, height, channels, data } = picture;
  const weights = weightsByDistance(strength, channels);
  const border = SEARCH_RADIUS + TEMPLATE_RADIUS;
  const [wide, high] = [width + 2 * border, height + 2 * border];
  const extended = new Uint8Array(wide * high * channels);
  for (let row = 0, to = 0; row < high; row++) {
    for (let column = 0; column < wide; column++) {
      const from = (mirrored(row - border, height) * width + mirrored(column - border, width)) * channels;
      for (let channel = 0; channel < channels; channel++) extended[to++] = data[from + channel];
    }
  }
  const sums = new Int32Array(data.length);
  const totals = new Int32Array(width * height);
  const squares = new Int32Array((width + 2 * TEMPLATE_RADIUS) * (height + 2 * TEMPLATE_RADIUS));
  for (let y = 0; y <= 2 * SEARCH_RADIUS; y++) {
    for (let x = 0; x <= 2 * SEARCH_RADIUS; x++) {
      addShifted(x, y);
    }
  }
  const result = Uint8Array.from(sums, (sum, i) => {
    const total = totals[Math.floor(i / channels)];
    return (sum + (total >> 1)) / total;
  });
  return { ...picture, data: result };

  function addShifted(x: number, y: number): void {
    const line = width + 2 * TEMPLATE_RADIUS;
    const rows = height + 2 * TEMPLATE_RADIUS;
    for (let row = 0, to = 0; row < rows; row++) {
      for (let column = 0; column < line; column++, to++) {
        const a = ((row + SEARCH_RADIUS) * wide + column + SEARCH_RADIUS) * channels;
        const b = ((row + y) * wide + column + x) * channels;
        let square = 0;
        for (let channel = 0; channel < channels; channel++) {
          square += (extended[a + channel] - extended[b + channel]) ** 2;
        }
        squares[to] = square;
      }
    }
    const columns = new Int32Array(line);
    for (let row = 0; row < 2 * TEMPLATE_RADIUS; row++) {
      for (let column = 0; column < line; column++) columns[column] += squares[row * line + column];
    }
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < line; column++) {
        columns[column] += squares[(row + 2 * TEMPLATE_RADIUS) * line + column];
        if (row > 0) columns[column] -= squares[(row - 1) * line + column];
      }
      let sum = 0;
      for (let column = 0; column < 2 * TEMPLATE_RADIUS; column++) sum += columns[column];
      for (let column = 0; column < width; column++) {
        sum += columns[column + 2 * TEMPLATE_RADIUS];
        if (column > 0) sum -= columns[column - 1];
        const weight = weights[sum >> TEMPLATE_SHIFT];
        if (weight === 0) continue;
        const at = row * width + column;
        totals[at] += weight;
        const from = ((row + y + TEMPLATE_RADIUS) * wide + column + x + TEMPLATE_RADIUS) * channels;
        for (let channel = 0; channel < channels; channel++) {
          sums[at * channels + channel] += weight * extended[from + channel];
        }
      }
    }
  }
}

function weightsByDistance(strength: number, channels: number): Int32Array {
  const scale = 2 ** TEMPLATE_SHIFT / TEMPLATE_PIXELS;
  const largest = 255 * 255 * channels;
  return Int32Array.from({ length: Math.floor(largest / scale + 1) + 1 }, (_, distance) => {
    const weight = Math.round(FULL_WEIGHT * Math.exp((-distance * scale) / (strength * strength * channels)));
    return weight < LEAST_SHARE * FULL_WEIGHT ? 0 : weight;
  });
}
