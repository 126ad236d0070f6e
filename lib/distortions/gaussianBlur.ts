// Gaussian blur of 8-bit pictures in whole numbers, as OpenCV's: takes texture away, and the finest of shape with it.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirroredPlaces } from './mirroredBorder';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

export interface GaussianBlurOptions {
  /** Odd number of pixels. */
  kernel: number;
  /** Standard deviation in pixels, above 0. */
  deviation: number;
}

/** 1 in the weights of a kernel. */
const ONE = 256;

/** Each channel blurred by a Gaussian that is cut off at the kernel's size; beyond the border the picture goes on as in a mirror.
 *  Weights are 256ths, and the result is rounded once: equal to OpenCV's.
 *  8-bit grey or RGB in and out, in new memory or at the start of `target`. Throws on an even kernel and on a deviation that is not above 0. Source: Burgert et al. 2025. */
export function gaussianBlur(
  picture: ByteImageLike,
  { kernel, deviation }: GaussianBlurOptions,
  target?: Uint8Array,
): ByteImageLike {
  requirePicture(picture);
  // One pixel is as three, of which the outer ones count nothing.
  const radius = Math.max(1, kernel >> 1);
  const fromMiddle = new Int32Array(radius + 1);
  fromMiddle.set(kernelWeights(kernel, deviation).subarray(kernel >> 1));
  const { width, height, channels, data } = picture;
  const values = width * channels;
  const memory = new KernelMemory();
  const line = memory.reserve((width + 2 * radius) * channels * Int16Array.BYTES_PER_ELEMENT);
  const rows = memory.put(mirroredPlaces(height, radius, values));
  const columns = memory.put(mirroredPlaces(width, radius, channels));
  const weights = memory.put(fromMiddle);
  // The result begins so far before the picture that it overwrites those rows alone that nothing needs any more.
  const to = memory.reserve((radius + 1) * values);
  const from = memory.put(data);
  const { gaussianBlur: blur } = suppressionKernels();
  blur(from, rows, height, width, channels, radius, columns, weights, line, to);
  return { ...picture, data: memory.take(to, data.length, target) };
}

/** Whole numbers that sum to 256: what rounding leaves goes on to the next weight inwards, in the end to the middle. */
export function kernelWeights(kernel: number, deviation: number): Int32Array {
  if (!(Number.isInteger(kernel) && kernel > 0 && kernel % 2 === 1)) {
    throw new Error(`A Gaussian kernel has an odd number of pixels, got ${kernel}.`);
  }
  if (!(deviation > 0)) throw new Error(`The deviation of a Gaussian is above 0, got ${deviation}.`);
  const radius = kernel >> 1;
  const exact = new Float64Array(kernel).map((_, i) => Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)));
  const total = exact.reduce((sum, weight) => sum + weight, 0);
  const weights = new Int32Array(kernel);
  let rest = 0;
  let sum = 0;
  for (let i = 0; i < radius; i++) {
    const wanted = (ONE * exact[i]) / total + rest;
    weights[i] = weights[kernel - 1 - i] = Math.round(wanted);
    rest = wanted - weights[i];
    sum += 2 * weights[i];
  }
  weights[radius] = ONE - sum;
  return weights;
}
