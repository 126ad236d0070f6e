// Batched matrix products, with either operand transposed, on the convolution's kernels: a product is a 1x1 convolution.
import * as tf from '@tensorflow/tfjs';
import type { Heap } from './heap';
import type { SimdKernels } from './simd';

const FLOAT = 4;
const PANEL = 8;

/** a b for a [..., M, K] and b [..., K, N]; with a flag set, that operand comes with its last two axes exchanged.
 *  A batch of one is used for every product of the other operand's batch. */
export function matrixProduct(
  heap: Heap,
  simd: SimdKernels,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): tf.TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2);
  const [bRows, bColumns] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const columns = transposeB ? bRows : bColumns;
  const batchShape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const aStep = batchStep(a, volume(batchShape));
  const bStep = batchStep(b, volume(batchShape));
  const out = heap.output([...batchShape, rows, columns]);
  const panelBytes = inner * Math.ceil(columns / PANEL) * PANEL * FLOAT;
  const aBytes = transposeA ? rows * inner * FLOAT : 0;
  heap.scratch(panelBytes + aBytes, (panels) => {
    for (let n = 0; n < volume(batchShape); n++) {
      const bPointer = heap.pointer(b) + n * bStep;
      if (transposeB) simd.packTurnedFilter(bPointer, 1, columns, inner, 1, 1, 0, 0, 1, 1, panels);
      else simd.packFilter(bPointer, inner, columns, panels);
      let left = heap.pointer(a) + n * aStep;
      if (transposeA) {
        simd.transposeMatrix(left, inner, rows, panels + panelBytes);
        left = panels + panelBytes;
      }
      simd.convolveImage(
        left,
        0,
        inner * FLOAT,
        1,
        0,
        inner,
        panels,
        heap.pointer(out) + n * rows * columns * FLOAT,
        0,
        columns * FLOAT,
        1,
        rows,
        columns,
      );
    }
  });
  return out;
}

/** Bytes from one matrix of the batch to the next: 0 where the same one serves all. Throws on other than float32, and
 *  on operands that repeat along some batch axes only. */
function batchStep(matrices: tf.TensorInfo, count: number): number {
  const own = volume(matrices.shape.slice(0, -2));
  if (matrices.dtype !== 'float32' || (own !== 1 && own !== count)) {
    throw new Error(
      `The wasm engine multiplies float32 matrices, in batches of one size or of 1; got ${matrices.dtype} ` +
        `[${matrices.shape}] in a batch of ${count}. Cast or tile it first.`,
    );
  }
  return own === 1 ? 0 : volume(matrices.shape.slice(-2)) * FLOAT;
}

function volume(shape: number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
