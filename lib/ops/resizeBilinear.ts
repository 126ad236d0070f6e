// Bilinear resizing, as two small matrix products, so that every engine has it with its gradient.
import * as tf from '@tensorflow/tfjs';

/** Maps of another size: x `[N, H, W, C]`, y `[N, height, width, C]`; half-pixel centres, the border repeated.
 *
 *  As `torch.nn.functional.interpolate(mode = 'bilinear', align_corners = False)` and OpenCV's `resize`: enlarging interpolates,
 *  shrinking does not average. Differentiable in x. Throws on a size that is not a whole number from 1. */
export function resizeBilinear(x: tf.Tensor4D, [height, width]: [number, number]): tf.Tensor4D {
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new Error(`Maps are resized to whole numbers of pixels from 1, not to ${height} x ${width}.`);
    }
  }
  const [images, rows, columns, channels] = x.shape;
  return tf.tidy(() => {
    const byRow = tf.matMul(
      interpolation(rows, height).expandDims(0),
      tf.reshape(x, [images, rows, columns * channels]),
    );
    const byColumn = tf.matMul(
      interpolation(columns, width).expandDims(0),
      tf.reshape(byRow, [images * height, columns, channels]),
    );
    return tf.reshape(byColumn, [images, height, width, channels]);
  });
}

/** `[to, from]`: row i holds the weights of the one or two samples that the i-th of `to` samples lies between. */
function interpolation(from: number, to: number): tf.Tensor2D {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const position = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const before = Math.min(from - 1, Math.floor(position));
    const share = before === from - 1 ? 0 : position - before;
    weights[i * from + before] += 1 - share;
    if (share > 0) weights[i * from + before + 1] += share;
  }
  return tf.tensor2d(weights, [to, from]);
}
