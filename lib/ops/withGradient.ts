// An op with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';

export interface ForwardResult<Output extends tf.Tensor> {
  y: Output;
  /** What the backward pass needs. */
  saved: tf.Tensor[];
}

/** Computes `forward(...inputs).y`; its gradient is `backward(dy, saved)`, one tensor for each input, in their order.
 *
 *  Both passes dispose their intermediate tensors. The gradient itself cannot be differentiated again unless `backward`
 *  consists of differentiable ops. */
export function withGradient<Inputs extends tf.Tensor[], Output extends tf.Tensor>(
  inputs: [...Inputs],
  forward: (...inputs: Inputs) => ForwardResult<Output>,
  backward: (dy: Output, saved: tf.Tensor[]) => tf.Tensor[],
): Output {
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    const { y, saved } = forward(...(args.slice(0, -1) as Inputs));
    save(saved);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => tf.tidy(() => backward(dy as Output, kept)),
    };
  });
  return op(...inputs) as Output;
}
