// Batch norm in its training form, and its gradient. Sums are in double precision, the variance takes two passes.
import type * as tf from '@tensorflow/tfjs';
import type { BatchNormGradientInputs } from '../kernels';
import type { Heap } from './heap';
import type { SimdKernels } from './simd';

const FLOAT = 4;
const DOUBLE = 8;

/** y = scale (x - mean) / sqrt(variance + epsilon) + offset over all but the last axis; returns y, mean and the biased
 *  variance. */
export function batchNormTrain(
  heap: Heap,
  simd: SimdKernels,
  x: tf.TensorInfo,
  scale: tf.TensorInfo,
  offset: tf.TensorInfo,
  epsilon: number,
): tf.TensorInfo[] {
  const { rows, channels } = sizes(x);
  const y = heap.output(x.shape);
  const mean = heap.output([channels]);
  const variance = heap.output([channels]);
  heap.scratch(channels * (DOUBLE + FLOAT), (totals) => {
    const gain = totals + channels * DOUBLE;
    const vector = (pointer: number): Float32Array => heap.floats(pointer, channels);
    const sums = heap.doubles(totals, channels);

    sums.fill(0);
    simd.channelSums(heap.pointer(x), rows, channels, totals);
    vector(heap.pointer(mean)).set(sums.map((sum) => sum / rows));

    sums.fill(0);
    simd.channelSquaredDeviations(heap.pointer(x), rows, channels, heap.pointer(mean), totals);
    vector(heap.pointer(variance)).set(sums.map((sum) => sum / rows));

    vector(gain).set(gains(vector(heap.pointer(scale)), vector(heap.pointer(variance)), epsilon));
    simd.normalise(
      heap.pointer(x),
      rows,
      channels,
      heap.pointer(mean),
      gain,
      heap.pointer(offset),
      heap.pointer(y),
    );
  });
  return [y, mean, variance];
}

/** With z = (x - mean) / sqrt(variance + epsilon) over n rows: doffset = sum(dy), dscale = sum(dy z),
 *  dx = scale / sqrt(variance + epsilon) (dy - doffset / n - z dscale / n). */
export function batchNormTrainGradient(
  heap: Heap,
  simd: SimdKernels,
  inputs: BatchNormGradientInputs,
  epsilon: number,
): tf.TensorInfo[] {
  const { x, dy, scale, mean, variance } = inputs;
  const { rows, channels } = sizes(x);
  const dx = heap.output(x.shape);
  const dScale = heap.output([channels]);
  const dOffset = heap.output([channels]);
  heap.scratch(channels * (2 * DOUBLE + 3 * FLOAT), (sums) => {
    const products = sums + channels * DOUBLE;
    const gain = products + channels * DOUBLE;
    const dyMean = gain + channels * FLOAT;
    const slope = dyMean + channels * FLOAT;
    const vector = (pointer: number): Float32Array => heap.floats(pointer, channels);

    heap.doubles(sums, 2 * channels).fill(0);
    simd.normaliseGradientSums(
      heap.pointer(x),
      heap.pointer(dy),
      rows,
      channels,
      heap.pointer(mean),
      sums,
      products,
    );

    const dySums = heap.doubles(sums, channels);
    const dyProducts = heap.doubles(products, channels);
    const variances = vector(heap.pointer(variance));
    vector(heap.pointer(dOffset)).set(dySums);
    vector(heap.pointer(dScale)).set(dyProducts.map((sum, c) => sum / Math.sqrt(variances[c] + epsilon)));
    vector(dyMean).set(dySums.map((sum) => sum / rows));
    vector(slope).set(dyProducts.map((sum, c) => sum / (variances[c] + epsilon) / rows));
    vector(gain).set(gains(vector(heap.pointer(scale)), variances, epsilon));

    simd.normaliseGradient(
      heap.pointer(x),
      heap.pointer(dy),
      rows,
      channels,
      heap.pointer(mean),
      gain,
      dyMean,
      slope,
      heap.pointer(dx),
    );
  });
  return [dx, dScale, dOffset];
}

function gains(scale: Float32Array, variance: Float32Array, epsilon: number): Float32Array {
  return scale.map((value, c) => value / Math.sqrt(variance[c] + epsilon));
}

function sizes(x: tf.TensorInfo): { rows: number; channels: number } {
  const channels = x.shape[x.shape.length - 1];
  return { rows: x.shape.slice(0, -1).reduce((product, size) => product * size, 1), channels };
}
