// Spectral normalisation: a kernel divided by the largest singular value of its matrix, followed by power iteration.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** PyTorch's order of a kernel's matrix: outputs, then inputs, rows, columns; for each kind the axes of the kernel in memory. */
const MATRIX_AXES = { conv: [3, 2, 0, 1], 'conv-transpose': [2, 3, 0, 1] } as const;

/** Whose kernel it is: `[kh, kw, in, out]` of a convolution, or `[kh, kw, out, in]` of a transposed one. */
export type KernelKind = keyof typeof MATRIX_AXES;

/** What is known of the leading singular vectors, both of length 1. */
export interface SingularVectors {
  /** `[out]`. */
  readonly left: tf.Tensor1D;
  /** `[in * kh * kw]`, in this order. */
  readonly right: tf.Tensor1D;
}

/** Keeps a vector's norm away from 0, as PyTorch's hook. */
const EPSILON = 1e-12;

/** One power iteration: `right = normalise(W^T left)`, then `left = normalise(W right)`, with the kernel as a matrix `W` `[out, in * kh * kw]`. Not
 *  differentiable. Source: Miyato et al. 2018, algorithm 1; `torch.nn.utils.spectral_norm`. */
export function powerIteration(kernel: tf.Tensor4D, left: tf.Tensor1D, kind: KernelKind): SingularVectors {
  const matrix = matrixOf(kernel, kind);
  const right = normalised(tf.dot(tf.transpose(matrix), left));
  return { left: normalised(tf.dot(matrix, right)), right };
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
      const sigma = tf.dot(left, tf.dot(matrixOf(weight, kind), right));
      const y = tf.div<tf.Tensor4D>(weight, sigma);
      return { y, saved: [y, sigma, tf.clone(left), tf.clone(right)] };
    },
    (dy, [y, sigma, u, v]) => {
      const direction = kernelOf(tf.outerProduct(u as tf.Tensor1D, v as tf.Tensor1D), dy.shape, kind);
      const along = tf.sum(tf.mul(dy, y));
      return [tf.div(tf.sub(dy, tf.mul(direction, along)), sigma)];
    },
  );
}

function matrixOf(kernel: tf.Tensor4D, kind: KernelKind): tf.Tensor2D {
  const ordered = tf.transpose(kernel, [...MATRIX_AXES[kind]]);
  return tf.reshape(ordered, [ordered.shape[0], -1]);
}

/** The inverse of `matrixOf`. */
function kernelOf(
  matrix: tf.Tensor2D,
  shape: [number, number, number, number],
  kind: KernelKind,
): tf.Tensor4D {
  const axes = MATRIX_AXES[kind];
  const ordered = tf.reshape(
    matrix,
    axes.map((axis) => shape[axis]),
  );
  return tf.transpose(
    ordered,
    shape.map((_, axis) => (axes as readonly number[]).indexOf(axis)),
  ) as tf.Tensor4D;
}

function normalised(vector: tf.Tensor): tf.Tensor1D {
  return tf.div(vector, tf.maximum(tf.norm(vector), EPSILON));
}
