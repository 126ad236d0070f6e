// Transposed convolution with PyTorch's padding.
import * as tf from '@tensorflow/tfjs';
import type { Conv2dOptions } from './conv2d';

/** The adjoint of `conv2d`: `y[n, i*stride+a-padding, j*stride+b-padding, o] += x[n,i,j,c] * kernel[a,b,o,c]`.
 *
 *  x `[N, H, W, in]`, kernel `[kh, kw, out, in]`, y `[N, (H - 1) * stride - 2*padding + kh, ..., out]`. As `torch.nn.ConvTranspose2d`
 *  without output padding. Differentiable in x and kernel, by the kernels of the convolution. */
export function convTranspose2d(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  options: Conv2dOptions = {},
): tf.Tensor4D {
  const { stride = 1, padding = 0 } = options;
  const [images, height, width] = x.shape;
  const [rows, columns, filters] = kernel.shape;
  const along = (size: number, window: number): number => (size - 1) * stride - 2 * padding + window;
  const shape: [number, number, number, number] = [
    images,
    along(height, rows),
    along(width, columns),
    filters,
  ];
  return tf.conv2dTranspose(x, kernel, shape, stride, padding === 0 ? 'valid' : padding);
}
