// Spectral normalisation: a kernel divided by the largest singular value of its matrix, followed by power iteration.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** Whose kernel it is: `[kh, kw, in, out]` of a convolution, or `[kh, kw, out, in]` of a transposed one. */
export type KernelKind = 'conv' | 'conv-transpose';

/** What is known of the leading singular vectors, both of length 1. */
export interface SingularVectors {
  /** `[out]`. */
  readonly left: tf.Tensor1D;
  /** `[in * kh * kw]`, in this order, PyTorch's. */
  readonly right: tf.Tensor1D;
}

/** Keeps a vector's norm away from 0, as PyTorch's hook. */
const EPSILON = 1e-12;

/** One power iteration: `right = normalise(W^T left)`, then `left = normalise(W right)`, with the kernel as a matrix `W` `[out, in * kh * kw]`. Not
 *  differentiable. Source: Miyato et al. 2018, algorithm 1; `torch.nn.utils.spectral_norm`. */
export function powerIteration(kernel: tf.Tensor4D, left: tf.Tensor1D, kind: KernelKind): SingularVectors {
  const matrix = matrixOf(kernel, kind);
  const right = normalised(tf.matMul(matrix, column(left)));
  const next = normalised(tf.matMul(matrix, right, true));
  return { left: tf.reshape(next, left.shape), right: inTheirOrder(right, kernel, kind) };
}

/** `kernel / sigma` with `sigma = left^T W right`. The vectors count as constants: with the gradient g of the result,
 *  `(g - (sum of g * kernel) / sigma * left right^T) / sigma`. Same shape. */
export function spectralNorm(
  kernel: tf.Tensor4D,
  { left, right }: SingularVectors,
  kind: KernelKind,
): tf.Tensor4D {
  return withGradient(
    [kernel],
    (weight) => {
      const u = column(left);
      const v = inOurOrder(right, weight, kind);
      const sigma = tf.sum(tf.mul(tf.matMul(matrixOf(weight, kind), v, true), u));
      const y = tf.div<tf.Tensor4D>(weight, sigma);
      return { y, saved: [y, sigma, u, v] };
    },
    (dy, [y, sigma, u, v]) => {
      const direction = kernelOf(tf.matMul(v as tf.Tensor2D, u as tf.Tensor2D, false, true), dy, kind);
      const along = tf.sum(tf.mul(dy, y));
      return [tf.div(tf.sub(dy, tf.mul(direction, along)), sigma)];
    },
  );
}

/** `W^T` in the order of the memory, `[kh * kw * in, out]`: of a convolution the kernel as it lies. */
function matrixOf(kernel: tf.Tensor4D, kind: KernelKind): tf.Tensor2D {
  const ordered = kind === 'conv' ? kernel : tf.transpose(kernel, [0, 1, 3, 2]);
  return tf.reshape(ordered, [-1, ordered.shape[3]]);
}

/** The inverse of `matrixOf`, in the shape of another kernel. */
function kernelOf(matrix: tf.Tensor2D, { shape }: tf.Tensor4D, kind: KernelKind): tf.Tensor4D {
  if (kind === 'conv') return tf.reshape(matrix, shape);
  const [rows, columns, outputs, inputs] = shape;
  return tf.transpose(tf.reshape(matrix, [rows, columns, inputs, outputs]), [0, 1, 3, 2]);
}

/** A right vector `[kh * kw * in, 1]` as PyTorch orders it. */
function inTheirOrder(vector: tf.Tensor2D, { shape }: tf.Tensor4D, kind: KernelKind): tf.Tensor1D {
  const [rows, columns] = shape;
  if (rows * columns === 1) return tf.reshape(vector, [-1]);
  const places = tf.reshape(vector, [rows * columns, shape[kind === 'conv' ? 2 : 3]]);
  return tf.reshape(tf.transpose(places), [-1]);
}

function inOurOrder(vector: tf.Tensor1D, { shape }: tf.Tensor4D, kind: KernelKind): tf.Tensor2D {
  const [rows, columns] = shape;
  if (rows * columns === 1) return column(vector);
  const inputs = tf.reshape(vector, [shape[kind === 'conv' ? 2 : 3], rows * columns]);
  return tf.reshape(tf.transpose(inputs), [-1, 1]);
}

function column(vector: tf.Tensor1D): tf.Tensor2D {
  return tf.reshape(vector, [-1, 1]);
}

function normalised(vector: tf.Tensor2D): tf.Tensor2D {
  return tf.div(vector, tf.maximum(tf.sqrt(tf.sum(tf.square(vector))), EPSILON));
}
