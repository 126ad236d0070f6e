// Mean squared error of maps.
import * as tf from '@tensorflow/tfjs';

/** The mean over all elements of `(prediction - target)²`; both of one shape. As `torch.nn.MSELoss`. Throws on other shapes. */
export function meanSquaredError(prediction: tf.Tensor, target: tf.Tensor): tf.Scalar {
  if (prediction.shape.join() !== target.shape.join()) {
    throw new Error(
      `The squared error needs a target of the prediction's shape [${prediction.shape}], got [${target.shape}].`,
    );
  }
  return tf.tidy(() => tf.mean(tf.squaredDifference(prediction, target)) as tf.Scalar);
}
