// Max pooling with PyTorch's padding.
import * as tf from '@tensorflow/tfjs';

export interface MaxPoolOptions {
  /** Rows and columns of the window. */
  size: number;
  /** Step of the window. Default: `size`. */
  stride?: number;
  /** Rows and columns added on each side; they never win. Default 0. */
  padding?: number;
}

const LOWEST_FLOAT32 = -3.4028234663852886e38;

/** The maximum of each window: x `[N, H, W, C]`, y `[N, floor((H + 2*padding - size) / stride) + 1, ..., C]`.
 *
 *  As `torch.nn.MaxPool2d`: the padding counts as minus infinity, so windows of negative values are pooled right. */
export function maxPool(x: tf.Tensor4D, options: MaxPoolOptions): tf.Tensor4D {
  const { size, stride = size, padding = 0 } = options;
  if (padding === 0) return tf.maxPool(x, size, stride, 'valid');
  if (tf.getBackend() !== 'tensorflow') return tf.maxPool(x, size, stride, padding);
  // The TensorFlow C library knows 'valid' and 'same' only.
  const both: [number, number] = [padding, padding];
  return tf.tidy(() =>
    tf.maxPool(tf.pad4d(x, [[0, 0], both, both, [0, 0]], LOWEST_FLOAT32), size, stride, 'valid'),
  );
}
