// What a synthesised image has to share with its target: correlations of activations, or the activations themselves.
import * as tf from '@tensorflow/tfjs';
import { topK } from '../ops/topK';

/** Which activations count: all, the strongest share of each map, or all but these. */
export interface Strength {
  /** Share of the positions of each map, in (0, 1]; 1: all of them. */
  readonly fraction: number;
  /** All but the strongest. Default false. */
  readonly reverse?: boolean;
}

/** Factor of both losses. Source: the authors' 1e9 / 4. */
export const LOSS_WEIGHT = 1e9 / 4;

/** The activations that count, the others 0; x `[N, H, W, C]`, y likewise. The choice counts as a constant in gradients. */
export function selected(x: tf.Tensor4D, { fraction, reverse = false }: Strength): tf.Tensor4D {
  return fraction === 1 && !reverse ? tf.clone(x) : topK(x, { fraction, reverse });
}

/** How often two channels are active at the same position: x `[1, H, W, C]` to `[C, C]`, `F' F / (H W C)` with the positions as the rows of F.
 *
 *  Throws on more than one image. Source: Gatys et al. 2015, with the authors' division by the size. */
export function gramMatrix(x: tf.Tensor4D): tf.Tensor2D {
  const [images, height, width, channels] = x.shape;
  if (images !== 1) throw new Error(`A Gram matrix is of one image, got activations of shape [${x.shape}].`);
  return tf.tidy(() => {
    const positions = tf.reshape(x, [height * width, channels]);
    return tf.div(tf.matMul(positions, positions, true, false), x.size);
  });
}

/** `2.5e8 * sum((G(x) - target)^2)`: a scalar, for activations of which those that count were `selected` and the target's `gramMatrix`. */
export function gramLoss(x: tf.Tensor4D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => weighted(gramMatrix(x), target));
}

/** `2.5e8 * sum((x - target)^2)`: a scalar, not divided by the size. Source: the authors' "direct visualisation", whose target alone is `selected`. */
export function matchingLoss(x: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => weighted(x, target));
}

function weighted(x: tf.Tensor, target: tf.Tensor): tf.Scalar {
  if (x.shape.join() !== target.shape.join()) {
    throw new Error(`The target has the shape [${target.shape}], what is compared with it [${x.shape}].`);
  }
  return tf.mul(LOSS_WEIGHT, tf.sum(tf.squaredDifference(x, target))) as tf.Scalar;
}
