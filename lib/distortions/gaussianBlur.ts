// Gaussian blur of 8-bit pictures in whole numbers, as OpenCV's: takes texture away, and the finest of shape with it.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirrored } from './mirroredBorder';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

export interface GaussianBlurOptions {
  /** Odd number of pixels. */
  kernel: number;
  /** Standard deviation in pixels, above 0. */
  deviation: number;
}

/** 1 in the weights of a kernel. */
const ONE = 256;

/** In bytes: kernels read and write up to this far behind a line. */
const LINE_SLACK = 64;

/** Each channel blurred by a Gaussian that is cut off at the kernel's size; beyond the border the picture goes on as in a mirror.
 *  Weights are 256ths, and the result is rounded once: equal to OpenCV's.
 *  8-bit grey or RGB in and out, in new memory or at the start of `target`. Throws on an even kernel and on a deviation that is not above 0. Source: Burgert et al. 2025. */
export function gaussianBlur(
  picture: ByteImageLike,
  { kernel, deviation }: GaussianBlurOptions,
  target?: Uint8Array,
): ByteImageLike {
  requirePicture(picture);
  const weights = kernelWeights(kernel, deviation);
  const { width, height, channels, data } = picture;
  const radius = kernel >> 1;
  const values = width * channels;
  const mirror = new Int32Array(2 * radius).map((_, i) => {
    return mirrored(i < radius ? i - radius : width + i - radius, width) * channels;
  });
  // Rows in pairs, the mirrored ones included: two rows of the result, the upper one even, need the same `radius + 1` pairs.
  const resultPairs = Math.ceil(height / 2);
  const pairs = resultPairs + radius;
  const rows = new Int32Array(2 * pairs).map((_, i) => mirrored(i - radius, height) * values);
  const { filterRows, filterColumns } = suppressionKernels();
  const memory = new KernelMemory();
  const lineBytes = (width + 2 * radius) * channels * 2 + LINE_SLACK;
  const lines = memory.reserve(2 * lineBytes);
  const pitch = 4 * values + LINE_SLACK;
  const filtered = memory.reserve(pairs * pitch);
  const to = memory.reserve((height + 1) * values);
  filterRows(
    ...[memory.put(data), memory.put(rows), pairs, width, channels, radius, memory.put(mirror)],
    ...[memory.put(repeated(weights.subarray(radius))), lines, lineBytes, filtered, pitch],
  );
  filterColumns(
    ...[filtered, pitch, radius + 1, values, resultPairs, memory.put(pairWeights(weights)), lines, to],
  );
  return { ...picture, data: memory.take(to, data.length, target) };
}

/** Each weight as often as a vector has places. */
function repeated(weights: Int32Array): Int16Array {
  return new Int16Array(8 * weights.length).map((_, i) => weights[i >> 3]);
}

/** Of each pair of rows the weights in the upper row of the result and in the lower one, which lies one further down. */
function pairWeights(weights: Int32Array): Int16Array {
  const count = (weights.length + 1) / 2;
  return new Int16Array(16 * count).map((_, i) => {
    const place = 2 * (i >> 4) + (i % 2) - ((i >> 3) % 2);
    return weights[place] ?? 0;
  });
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
