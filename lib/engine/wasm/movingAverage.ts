// A running statistic after one more batch, in one pass.
import type * as tf from '@tensorflow/tfjs';
import type { MovingAverageAttributes, MovingAverageInputs } from '../kernels';
import type { Heap } from './heap';
import type { SimdKernels } from './simd';

/** (1 - share) running + share (factor batch). */
export function movingAverage(
  heap: Heap,
  simd: SimdKernels,
  { running, batch }: MovingAverageInputs,
  { share, factor }: MovingAverageAttributes,
): tf.TensorInfo {
  const output = heap.output(running.shape);
  simd.movingAverage(
    heap.pointer(running),
    heap.pointer(batch),
    running.shape.reduce((product, length) => product * length, 1),
    1 - share,
    share,
    factor,
    heap.pointer(output),
  );
  return output;
}
