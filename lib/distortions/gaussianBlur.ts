// Gaussian blur of 8-bit pictures in whole numbers, as OpenCV's: takes texture away, and the finest of shape with it.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirrored } from './mirroredBorder';

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
 *  8-bit grey or RGB in and out. Throws on an even kernel and on a deviation that is not above 0. Source: Burgert et al. 2025. */
export function gaussianBlur(
  picture: ByteImageLike,
  { kernel, deviation }: GaussianBlurOptions,
): ByteImageLike {
  requirePicture(picture);
  const weights = kernelWeights(kernel, deviation);
  const { width, height, channels, data } = picture;
  const radius = kernel >> 1;
  const line = width * channels;
  const rows = new Uint16Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let k = 0; k < kernel; k++) {
      const from = mirrored(row + k - radius, height) * line;
      for (let i = 0; i < line; i++) rows[row * line + i] += weights[k] * data[from + i];
    }
  }
  const result = new Uint8Array(data.length);
  for (let column = 0; column < width; column++) {
    const places = Array.from(weights, (_, k) => mirrored(column + k - radius, width) * channels);
    for (let row = 0; row < height; row++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 1 << 15;
        for (let k = 0; k < kernel; k++) sum += weights[k] * rows[row * line + places[k] + channel];
        result[row * line + column * channels + channel] = sum >>> 16;
      }
    }
  }
  return { ...picture, data: result };
}

/** Whole numbers that sum to 256: what rounding leaves goes on to the next weight inwards, in the end to the middle. */
export function kernelWeights(kernel: number, deviation: number): Int32Array {
  if (!(Number.isInteger(kernel) && kernel > 0 && kernel % 2 === 1)) {
    throw new Error(`A Gaussian kernel has an odd number of pixels, got ${kernel}.`);
  }
  if (!(deviation > 0)) throw new Error(`The deviation of a Gaussian is above 0, got ${deviation}.`);
  const radius = kernel >> 1;
  const exact = Float64Array.from({ length: kernel }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
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
