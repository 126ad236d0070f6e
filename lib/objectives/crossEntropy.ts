// Cross-entropy of logits.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from '../ops/withGradient';

export interface CrossEntropyOptions {
  /** Share of the target that is spread evenly over all classes, 0..1. Default 0. */
  smoothing?: number;
}

/** The mean over the batch of `-sum over c of target[n, c] * logSoftmax(logits)[n, c]`, in nats, where the target is
 *  `(1 - smoothing) * oneHot + smoothing / C`.
 *
 *  logits `[N, C]`, labels int32 `[N]` in 0..C-1. Stable for logits of any size; differentiable in the logits:
 *  `(softmax - target) / N`. As `torch.nn.CrossEntropyLoss`. Throws when the shapes do not fit. */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  { smoothing = 0 }: CrossEntropyOptions = {},
): tf.Scalar {
  const [count, classes] = logits.shape;
  if (logits.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== count) {
    throw new Error(
      `Cross-entropy needs logits [N, C] and labels [N], got [${logits.shape}] and [${labels.shape}].`,
    );
  }
  return withGradient(
    [logits],
    (input) => {
      const oneHot = tf.oneHot(labels, classes);
      const target = smoothing === 0 ? oneHot : tf.add(tf.mul(oneHot, 1 - smoothing), smoothing / classes);
      const logProbabilities = logSoftmax(input);
      const loss = tf.neg(tf.div(tf.sum(tf.mul(target, logProbabilities)), count)) as tf.Scalar;
      return { y: loss, saved: [logProbabilities, target] };
    },
    (dy, [logProbabilities, target]) => [tf.mul(tf.sub(tf.exp(logProbabilities), target), tf.div(dy, count))],
  );
}

function logSoftmax(logits: tf.Tensor2D): tf.Tensor2D {
  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
}
