// Bilateral filter of 8-bit pictures, as OpenCV's: takes texture away and leaves strong edges.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirroredPlanes } from './mirroredBorder';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

/** Beside the middle's weight of 1 less than this changes no sum in single precision, and processors are slow with the smallest numbers. */
const NO_WEIGHT = 1e-30;
/** A pixel of the window in the kernels' memory: two numbers. */
const TAP_BYTES = 8;
const SCRATCH_BYTES = 16;
/** Pixels that the kernels compute at once. */
const PIXELS_AT_ONCE = 8;
const CHANNELS = 3;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

export interface BilateralFilterOptions {
  /** In pixels, a whole number above 0. The window reaches as far as half of it, at least one pixel, so an even one counts as the next odd. */
  diameter: number;
  /** Of the Gaussian of the difference in colour, the sum of the channels' differences of 0 to 255. */
  colourDeviation: number;
  /** Of the Gaussian of the distance, in pixels. */
  spaceDeviation: number;
}

/** Each pixel becomes a mean of those in a round window around it, weighted by Gaussians of their distance and of their difference in
 *  colour; beyond the border the picture goes on as in a mirror. Equal to OpenCV's but for a few values that lie halfway between two bytes.
 *  8-bit grey or RGB in and out, in new memory or at the start of `target`. Throws on a diameter that is no whole number above 0, and on deviations that are not above 0.
 *  Source: Tomasi and Manduchi 1998, as Burgert et al. 2025 use it. */
export function bilateralFilter(
  picture: ByteImageLike,
  { diameter, colourDeviation, spaceDeviation }: BilateralFilterOptions,
  target?: Uint8Array,
): ByteImageLike {
  requirePicture(picture);
  if (!(Number.isInteger(diameter) && diameter > 0)) {
    throw new Error(`The diameter of a bilateral filter is a whole number above 0, got ${diameter}.`);
  }
  for (const deviation of [colourDeviation, spaceDeviation]) {
    if (!(deviation > 0)) {
      throw new Error(`The deviations of a bilateral filter are above 0, got ${deviation}.`);
    }
  }
  const { width, height, channels, data } = picture;
  const radius = Math.max(1, diameter >> 1);
  const byColour = new Float32Array(255 * channels + 1).map((_, difference) => {
    const weight = gaussian(difference ** 2, colourDeviation);
    return weight < NO_WEIGHT ? 0 : weight;
  });
  const kernels = suppressionKernels();
  const memory = new KernelMemory();
  // First: the kernel expects them at the start of the memory.
  memory.put(byColour);
  const scratch = memory.reserve(SCRATCH_BYTES);
  const { address, plane, pitch } = mirroredPlanes(memory, picture, radius);
  const later = laterInWindow(radius, spaceDeviation);
  const rings = reserveRings(memory, { radius, width, pitch, later: later.length });
  const taps = memory.put(windowTaps(later, rings));
  const to = memory.reserve(data.length);
  kernels.bilateral(
    ...[address, plane, pitch, radius, memory.put(laterTaps(later, pitch)), later.length],
    ...[rings.weights, rings.weightPitch, rings.floats, taps, scratch, width, height, channels, to],
  );
  return { ...picture, data: memory.take(to, data.length, target) };
}

function gaussian(square: number, deviation: number): number {
  return Math.exp(-square / (2 * deviation ** 2));
}

/** A pixel of the window, away from the middle, and the weight of its distance. */
interface Neighbour {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** Those pixels of a round window that come after the middle, row by row; the others lie opposite. */
function laterInWindow(radius: number, deviation: number): Neighbour[] {
  const later: Neighbour[] = [];
  for (let y = 0; y <= radius; y++) {
    for (let x = y === 0 ? 1 : -radius; x <= radius; x++) {
      const square = x * x + y * y;
      if (square <= radius * radius) later.push({ x, y, weight: gaussian(square, deviation) });
    }
  }
  return later;
}

/** For each the way to it in values of a plane, i32, and its weight, f32. */
function laterTaps(later: readonly Neighbour[], pitch: number): DataView {
  const taps = new DataView(new ArrayBuffer(TAP_BYTES * later.length));
  later.forEach(({ x, y, weight }, i) => {
    taps.setInt32(TAP_BYTES * i, y * pitch + x, true);
    taps.setFloat32(TAP_BYTES * i + 4, weight, true);
  });
  return taps;
}

/** What the kernel keeps of the rows around the one that it computes, in its memory. */
interface Rings {
  readonly radius: number;
  /** Of the last `radius + 1` rows a line for each later pixel of the window, `weightPitch` values apart, from the column `-radius` on. */
  readonly weights: number;
  readonly weightPitch: number;
  /** Of twice as many rows the three channels, `pitch` values apart, from the column `-radius` on. */
  readonly floats: number;
  readonly pitch: number;
  /** A line of 1, the weights of the middle. */
  readonly ones: number;
}

function reserveRings(
  memory: KernelMemory,
  { radius, width, pitch, later }: { radius: number; width: number; pitch: number; later: number },
): Rings {
  const weightPitch = PIXELS_AT_ONCE * (Math.ceil((width + 2 * radius) / PIXELS_AT_ONCE) + 1);
  return {
    radius,
    weightPitch,
    weights: memory.reserve(FLOAT_BYTES * (radius + 1) * later * weightPitch),
    pitch,
    floats: memory.reserve(FLOAT_BYTES * 2 * (radius + 1) * CHANNELS * pitch),
    ones: memory.put(new Float32Array(weightPitch).fill(1)),
  };
}

/** For each place that a row can have in the ring of rows: of each pixel of the window, row by row, where its values and its weights for the row's first
 *  pixel lie. The weight of a pixel that comes before is the one that it has for the middle. */
function windowTaps(later: readonly Neighbour[], rings: Rings): Int32Array {
  const { radius, pitch, weightPitch } = rings;
  const kept = radius + 1;
  const valuesAt = (row: number, column: number): number =>
    rings.floats + FLOAT_BYTES * (((row + 2 * kept) % (2 * kept)) * CHANNELS * pitch + radius + column);
  const weightsAt = (row: number, neighbour: number, column: number): number =>
    rings.weights +
    FLOAT_BYTES * ((((row + kept) % kept) * later.length + neighbour) * weightPitch + radius + column);
  const tapsAt = (row: number): number[][] => [
    ...later.map(({ x, y }, i) => [valuesAt(row - y, -x), weightsAt(row - y, i, -x)]).reverse(),
    [valuesAt(row, 0), rings.ones],
    ...later.map(({ x, y }, i) => [valuesAt(row + y, x), weightsAt(row, i, 0)]),
  ];
  return Int32Array.from(Array.from({ length: 2 * kept }, (_, row) => tapsAt(row)).flat(2));
}
