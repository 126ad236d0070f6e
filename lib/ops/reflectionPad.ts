// A border of one pixel that mirrors the map.
import * as tf from '@tensorflow/tfjs';

/** A row and a column more on each side, mirrored about the outermost: `[N, H, W, C]` to `[N, H + 2, W + 2, C]`. As `torch.nn.ReflectionPad2d(1)`.
 *
 *  Differentiable: of slices, because the gradient of TensorFlow.js's own `mirrorPad` leaves out what the border sees. Throws on maps of fewer than
 *  two rows or columns. */
export function reflectionPad(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  if (height < 2 || width < 2)
    throw new Error(`A mirrored border needs two rows and columns or more, got maps of shape [${x.shape}].`);
  return tf.tidy(() => {
    const rows = tf.concat([part(x, 1, 1), x, part(x, 1, height - 2)], 1);
    return tf.concat([part(rows, 2, 1), rows, part(rows, 2, width - 2)], 2);
  });
}

/** One row (axis 1) or column (axis 2). */
function part(x: tf.Tensor4D, axis: 1 | 2, at: number): tf.Tensor4D {
  const begin: [number, number, number, number] = [0, 0, 0, 0];
  const size: [number, number, number, number] = [-1, -1, -1, -1];
  begin[axis] = at;
  size[axis] = 1;
  return tf.slice4d(x, begin, size);
}
