// Average pooling to a fixed size, whatever the size of the map.
import * as tf from '@tensorflow/tfjs';

/** The means of `size x size` windows that cover the map: x `[N, H, W, C]`, y `[N, size, size, C]`.
 *
 *  As `torch.nn.functional.adaptive_avg_pool2d(x, size)`: window i holds the rows from floor(i*H/size) to ceil((i+1)*H/size), so that windows
 *  overlap where `size` does not divide H, and repeat rows where it is larger. Throws when `size` is no whole number above 0. */
export function adaptiveAveragePool(x: tf.Tensor4D, size: number): tf.Tensor4D {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`Adaptive pooling takes a size that is a whole number above 0, got ${size}.`);
  }
  const [images, height, width, channels] = x.shape;
  if (height === size && width === size) return tf.clone(x);
  return tf.tidy(() => {
    // Two products with matrices of means, along the rows and along the columns: every engine has them, with their gradients.
    const rows = tf.matMul(means(height, size), tf.reshape(x, [images, height, width * channels]));
    const columns = tf.matMul(means(width, size), tf.reshape(rows, [images * size, width, channels]));
    return tf.reshape(columns, [images, size, size, channels]);
  });
}

/** `[1, size, length]`: each row takes the mean of one window. */
function means(length: number, size: number): tf.Tensor3D {
  const values = new Float32Array(size * length);
  for (let window = 0; window < size; window++) {
    const first = Math.floor((window * length) / size);
    const end = Math.ceil(((window + 1) * length) / size);
    values.fill(1 / (end - first), window * length + first, window * length + end);
  }
  return tf.tensor3d(values, [1, size, length]);
}
