// Convolution with PyTorch's padding.
import * as tf from '@tensorflow/tfjs';

export interface Conv2dOptions {
  /** Step of the window in rows and columns. Default 1. */
  stride?: number;
  /** Zeros added on each of the four sides. Default 0. */
  padding?: number;
}

/** Two-dimensional convolution: `y[n,i,j,o] = sum over a,b,c of x[n, i*stride+a-padding, j*stride+b-padding, c] * kernel[a,b,c,o]`.
 *
 *  x `[N, H, W, in]`, kernel `[kh, kw, in, out]`, y `[N, floor((H + 2*padding - kh) / stride) + 1, ..., out]`.
 *  Padding is explicit and symmetric as in `torch.nn.Conv2d`; TensorFlow's 'same' pads otherwise when the stride is 2. */
export function conv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, options: Conv2dOptions = {}): tf.Tensor4D {
  const { stride = 1, padding = 0 } = options;
  return tf.conv2d(x, kernel, stride, padding === 0 ? 'valid' : padding);
}
