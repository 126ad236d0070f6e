// Antialiased bilinear resampling of 8-bit images on the CPU: crop, resize, flip and normalise in two passes.
import { asBytes, pixelKernels, pixelRoom } from '../distortions/wasm/pixels';
import type { ByteImage } from './imageSource';

/** A rectangle of an image, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Means and standard deviations a channel, on the 0..1 scale. */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** What every ImageNet-trained network of the papers was fed with. */
export const IMAGENET_NORMALISATION: Normalisation = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** For every output position along one axis: the first source pixel, and the weights of it and its successors. */
interface AxisWeights {
  readonly taps: number;
  readonly first: Int32Array;
  /** `positions x taps`, each row summing to 1. */
  readonly weights: Float32Array;
}

export interface ResampleOptions {
  /** The part of the source that is resized; the rest of the image has no influence. */
  box: Box;
  /** Size that the box is resized to. */
  width: number;
  height: number;
  /** Square window of the resized box that is kept: its upper left corner and its side. */
  window: { left: number; top: number; size: number };
  /** Mirror left and right. */
  flip?: boolean;
  normalisation?: Normalisation;
}

/** Resizes `box` of an image with a triangle filter widened by the scale (as Pillow's BILINEAR does, but without
 *  rounding to 8 bits) and writes `window` of it, normalised as `(value / 255 - mean) / std`, to `out` from
 *  `offset`: `size x size x 3` floats, row by row. Grey images give three equal planes before normalisation. */
export function resample(image: ByteImage, options: ResampleOptions, out: Float32Array, offset = 0): void {
  const { box, width, height, window, flip = false, normalisation = IMAGENET_NORMALISATION } = options;
  if (!flip && box.width === width && box.height === height) {
    copyWindow(
      image,
      { left: box.left + window.left, top: box.top + window.top, size: window.size },
      normalisation,
      out,
      offset,
    );
    return;
  }
  const columns = axisWeights(box.left, box.width, width, window.left, window.size);
  const rows = axisWeights(box.top, box.height, height, window.top, window.size);
  const stretched = resampleRows(image, box, columns, flip);
  writeColumns(stretched, box.top, rows, window.size, normalisation, out, offset);
}

const NOT_NORMALISED: Normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };

/** The same for a map that belongs to an image, e.g. its depth: `size x size x channels` floats in 0..1, not normalised. */
export function resampleMap(
  map: ByteImage,
  options: Omit<ResampleOptions, 'normalisation'>,
  out: Float32Array,
  offset = 0,
): void {
  const plain = { ...options, normalisation: NOT_NORMALISED };
  if (map.channels === 3) {
    resample(map, plain, out, offset);
    return;
  }
  const pixels = options.window.size ** 2;
  const planes = new Float32Array(3 * pixels);
  resample(map, plain, planes);
  for (let i = 0; i < pixels; i++) out[offset + i] = planes[3 * i];
}

/** What remains where nothing is resized: each of the 256 values has one normalised value a channel. */
function copyWindow(
  { data, width, channels }: ByteImage,
  { left, top, size }: { left: number; top: number; size: number },
  normalisation: Normalisation,
  out: Float32Array,
  offset: number,
): void {
  const row = size * channels;
  const [table, bytes, values] = pixelRoom(4 * 256, Math.ceil((size * row) / 4), 3 * size * size);
  table.set(normalisedBytes(normalisation));
  const window = asBytes(bytes);
  for (let y = 0; y < size; y++) {
    const start = ((top + y) * width + left) * channels;
    window.set(data.subarray(start, start + row), y * row);
  }
  const { lookUpGrey, lookUpColour } = pixelKernels();
  const lookUp = channels === 1 ? lookUpGrey : lookUpColour;
  lookUp(bytes.byteOffset, values.byteOffset, size * size, table.byteOffset);
  out.set(values, offset);
}

let tables: { readonly of: string; readonly values: Float32Array } | undefined;

/** For each byte its normalised value in every channel, and a fourth number that stands for nothing. */
function normalisedBytes({ mean, std }: Normalisation): Float32Array {
  const of = `${mean} ${std}`;
  if (tables?.of !== of) {
    const values = new Float32Array(4 * 256);
    for (let byte = 0; byte < 256; byte++) {
      for (let c = 0; c < 3; c++) values[4 * byte + c] = (byte / 255 - mean[c]) / std[c];
    }
    tables = { of, values };
  }
  return tables.values;
}

function axisWeights(
  start: number,
  length: number,
  target: number,
  from: number,
  count: number,
): AxisWeights {
  const scale = length / target;
  const support = Math.max(scale, 1);
  const taps = Math.min(length, Math.ceil(2 * support));
  const first = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  for (let position = 0; position < count; position++) {
    const centre = (from + position + 0.5) * scale;
    const low = Math.max(0, Math.floor(centre - support + 0.5));
    const high = Math.min(length, Math.floor(centre + support + 0.5));
    const begin = Math.min(low, length - taps);
    let sum = 0;
    for (let pixel = low; pixel < high; pixel++) {
      const weight = Math.max(0, 1 - Math.abs(pixel + 0.5 - centre) / support);
      weights[position * taps + pixel - begin] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[position * taps + tap] /= sum;
    first[position] = start + begin;
  }
  return { taps, first, weights };
}

/** The horizontal pass, over the rows of the box only: `box.height x columns x 3`. */
function resampleRows(image: ByteImage, box: Box, columns: AxisWeights, flip: boolean): Float32Array {
  const { data, channels } = image;
  const { taps, first, weights } = columns;
  const size = first.length;
  const green = channels === 3 ? 1 : 0;
  const blue = channels === 3 ? 2 : 0;
  const stretched = new Float32Array(box.height * size * 3);
  for (let row = 0; row < box.height; row++) {
    const line = (box.top + row) * image.width;
    for (let x = 0; x < size; x++) {
      let r = 0;
      let g = 0;
      let b = 0;
      let pixel = (line + first[x]) * channels;
      for (let weight = x * taps; weight < (x + 1) * taps; weight++, pixel += channels) {
        r += weights[weight] * data[pixel];
        g += weights[weight] * data[pixel + green];
        b += weights[weight] * data[pixel + blue];
      }
      const target = (row * size + (flip ? size - 1 - x : x)) * 3;
      stretched[target] = r;
      stretched[target + 1] = g;
      stretched[target + 2] = b;
    }
  }
  return stretched;
}

/** The vertical pass, fused with normalisation. */
function writeColumns(
  stretched: Float32Array,
  top: number,
  rows: AxisWeights,
  size: number,
  { mean, std }: Normalisation,
  out: Float32Array,
  offset: number,
): void {
  const { taps, first, weights } = rows;
  const stride = size * 3;
  const line = new Float32Array(stride);
  for (let y = 0; y < size; y++) {
    line.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[y * taps + tap];
      if (weight === 0) continue;
      const source = (first[y] - top + tap) * stride;
      for (let i = 0; i < stride; i++) line[i] += weight * stretched[source + i];
    }
    const target = offset + y * stride;
    for (let i = 0; i < stride; i += 3) {
      out[target + i] = (line[i] / 255 - mean[0]) / std[0];
      out[target + i + 1] = (line[i + 1] / 255 - mean[1]) / std[1];
      out[target + i + 2] = (line[i + 2] / 255 - mean[2]) / std[2];
    }
  }
}
