// The Relu gradient and the Top-K mask.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from './heap';
import type { SimdKernels } from './simd';

const FLOAT = 4;

/** dx = dy where y > 0, else 0. */
export function reluGradient(
  heap: Heap,
  simd: SimdKernels,
  dy: tf.TensorInfo,
  y: tf.TensorInfo,
): tf.TensorInfo {
  const dx = heap.output(y.shape);
  const size = y.shape.reduce((product, length) => product * length, 1);
  simd.reluGradient(heap.pointer(dy), heap.pointer(y), size, heap.pointer(dx));
  return dx;
}

/** 1 at the k largest |x| of every image and channel of x [N, H, W, C], ties to the lowest position, else 0. */
export function topKMask(heap: Heap, simd: SimdKernels, x: tf.TensorInfo, k: number): tf.TensorInfo {
  const [images, height, width, channels] = x.shape;
  const mask = heap.output(x.shape);
  const pixels = height * width;
  heap.scratch(pixels * 4 * FLOAT, (scratch) => {
    for (let n = 0; n < images; n++) {
      const offset = n * pixels * channels * FLOAT;
      simd.topKMaskImage(heap.pointer(x) + offset, pixels, channels, k, heap.pointer(mask) + offset, scratch);
    }
  });
  return mask;
}
