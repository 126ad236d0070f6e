// Average pooling over windows and over whole maps.
import * as tf from '@tensorflow/tfjs';

/** The mean of each `size x size` window, step `size`: x `[N, H, W, C]`, y `[N, floor(H / size), floor(W / size), C]`.
 *
 *  As `torch.nn.functional.avg_pool2d(x, size)`: rows and columns that fill no window are dropped. */
export function averagePool(x: tf.Tensor4D, size: number): tf.Tensor4D {
  // Never 'same': its gradient at the borders is wrong on the cpu and webgpu backends.
  return tf.avgPool(x, size, size, 'valid');
}

/** The mean over H x W for each image and channel: x `[N, H, W, C]`, y `[N, C]`. */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean(x, [1, 2]);
}
