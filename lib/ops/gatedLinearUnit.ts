// Gated linear unit over channels, and the Swish.
import * as tf from '@tensorflow/tfjs';

/** `torch.nn.GLU(dim = 1)`: the first half of the channels times the sigmoid of the second; `[N, H, W, 2C]` to `[N, H, W, C]`. Throws on an odd number. */
export function gatedLinearUnit(x: tf.Tensor4D): tf.Tensor4D {
  const channels = x.shape[3];
  if (channels % 2 !== 0) {
    throw new Error(
      `A gated linear unit halves its channels: shape [${x.shape}] has an odd number of ${channels}.`,
    );
  }
  return tf.tidy(() => {
    const [values, gates] = tf.split(x, 2, 3);
    return tf.mul<tf.Tensor4D>(values, tf.sigmoid(gates));
  });
}

/** `x * sigmoid(x)`, of any shape. Source: Ramachandran et al. 2017. */
export function swish<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul<T>(x, tf.sigmoid(x)));
}
