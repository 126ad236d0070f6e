// Bilateral filter of 8-bit pictures, as OpenCV's: takes texture away and leaves strong edges.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirroredPlanes } from './mirroredBorder';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

/** Beside the middle's weight of 1 less than this changes no sum in single precision, and processors are slow with the smallest numbers. */
const NO_WEIGHT = 1e-30;
/** A pixel of the window in the kernels' memory. */
const TAP_BYTES = 8;
const SCRATCH_BYTES = 16;

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
  const { address, plane, pitch, start } = mirroredPlanes(memory, picture, radius);
  const floats = memory.reserve(3 * plane * Float32Array.BYTES_PER_ELEMENT);
  const window = roundWindow(radius, pitch, spaceDeviation);
  const to = memory.reserve(data.length);
  kernels.planesAsFloats(address, floats, 3 * plane);
  kernels.bilateral(
    ...[address, floats, plane, pitch, start, memory.put(window), window.byteLength / TAP_BYTES],
    ...[scratch, width, height, channels, to],
  );
  return { ...picture, data: memory.take(to, data.length, target) };
}

function gaussian(square: number, deviation: number): number {
  return Math.exp(-square / (2 * deviation ** 2));
}

/** For each pixel of the window, row by row, the way to it in values of a plane, i32, and its weight, f32. */
function roundWindow(radius: number, pitch: number, deviation: number): DataView {
  const taps: [number, number][] = [];
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) {
      const square = x * x + y * y;
      if (square <= radius * radius) taps.push([y * pitch + x, gaussian(square, deviation)]);
    }
  }
  const window = new DataView(new ArrayBuffer(TAP_BYTES * taps.length));
  taps.forEach(([offset, weight], i) => {
    window.setInt32(TAP_BYTES * i, offset, true);
    window.setFloat32(TAP_BYTES * i + 4, weight, true);
  });
  return window;
}
