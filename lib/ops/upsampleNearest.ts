// Enlargement by repeating pixels.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** Each pixel becomes `factor x factor` equal ones: `[N, H, W, C]` to `[N, factor*H, factor*W, C]`; `torch.nn.Upsample(mode = 'nearest')`.
 *
 *  The gradient of a pixel is the sum over its copies. TensorFlow.js's own gradient is wrong on the backend `cpu` where H and W differ. Throws on a
 *  factor that is no whole number above 0. */
export function upsampleNearest(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new Error(`Nearest-neighbour enlargement takes a whole factor above 0, got ${factor}.`);
  }
  const [, height, width] = x.shape;
  return withGradient(
    [x],
    (map) => ({ y: tf.image.resizeNearestNeighbor(map, [factor * height, factor * width]), saved: [] }),
    (dy) => [tf.mul(tf.avgPool(dy, factor, factor, 'valid'), factor * factor)],
  );
}
