// Gradients of max and average pooling, NHWC.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from './heap';
import type { PoolingWindow, SimdKernels } from './simd';

const FLOAT = 4;

type PoolingShape = tf.backend_util.Conv2DInfo;

/** Gives each dy to the first maximum of its window, in row-major order, whatever the maximum's sign. */
export function maxPoolGradient(
  heap: Heap,
  simd: SimdKernels,
  dy: tf.TensorInfo,
  x: tf.TensorInfo,
  y: tf.TensorInfo,
  shape: PoolingShape,
): tf.TensorInfo {
  return eachImage(heap, simd, shape, (inOffset, outOffset, dx) =>
    simd.maxPoolGradientImage(
      heap.pointer(x) + inOffset,
      heap.pointer(y) + outOffset,
      heap.pointer(dy) + outOffset,
      dx,
      ...windowOf(shape),
    ),
  );
}

/** Spreads each dy evenly over the pixels of its window that lie inside the image. */
export function averagePoolGradient(
  heap: Heap,
  simd: SimdKernels,
  dy: tf.TensorInfo,
  shape: PoolingShape,
): tf.TensorInfo {
  return eachImage(heap, simd, shape, (_, outOffset, dx) =>
    simd.averagePoolGradientImage(heap.pointer(dy) + outOffset, dx, ...windowOf(shape)),
  );
}

function eachImage(
  heap: Heap,
  simd: SimdKernels,
  shape: PoolingShape,
  spread: (inOffset: number, outOffset: number, dx: number) => void,
): tf.TensorInfo {
  const dx = heap.output(shape.inShape);
  const inBytes = shape.inHeight * shape.inWidth * shape.inChannels * FLOAT;
  const outBytes = shape.outHeight * shape.outWidth * shape.inChannels * FLOAT;
  simd.fillZero(heap.pointer(dx), shape.batchSize * inBytes);
  for (let n = 0; n < shape.batchSize; n++) spread(n * inBytes, n * outBytes, heap.pointer(dx) + n * inBytes);
  return dx;
}

function windowOf(shape: PoolingShape): PoolingWindow {
  return [
    shape.inHeight,
    shape.inWidth,
    shape.inChannels,
    shape.outHeight,
    shape.outWidth,
    shape.filterHeight,
    shape.filterWidth,
    shape.strideHeight,
    shape.strideWidth,
    shape.padInfo.top,
    shape.padInfo.left,
  ];
}
