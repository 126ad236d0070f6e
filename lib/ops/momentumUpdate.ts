// The update of stochastic gradient descent with momentum.
import * as tf from '@tensorflow/tfjs';

export interface MomentumUpdateOptions {
  learningRate: number;
  /** Share of the velocity that is kept. */
  momentum: number;
  /** Added to the gradient: weightDecay * weight. */
  weightDecay: number;
}

export interface MomentumUpdate {
  weight: tf.Tensor;
  velocity: tf.Tensor;
}

/** A weight and its velocity after one step, as new tensors; all of one shape.
 *
 *  `velocity' = momentum * velocity + (gradient + weightDecay * weight); weight' = weight - learningRate * velocity'`
 *
 *  Source: `torch.optim.SGD`. Not differentiable. */
export function momentumUpdate(
  weight: tf.Tensor,
  gradient: tf.Tensor,
  velocity: tf.Tensor,
  options: MomentumUpdateOptions,
): MomentumUpdate {
  const { learningRate, momentum, weightDecay } = options;
  if (tf.getKernel('MomentumUpdate', tf.getBackend())) {
    const inputs = { weight, gradient, velocity };
    const [newWeight, newVelocity]: tf.Tensor[] = tf
      .engine()
      .runKernel('MomentumUpdate', inputs, { learningRate, momentum, weightDecay });
    return { weight: newWeight, velocity: newVelocity };
  }
  return tf.tidy(() => {
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
    const newVelocity = tf.add(tf.mul(velocity, momentum), decayed);
    return { weight: tf.sub(weight, tf.mul(newVelocity, learningRate)), velocity: newVelocity };
  });
}
