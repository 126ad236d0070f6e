// The gradient of Relu by one kernel, on engines that have it.
import * as tf from '@tensorflow/tfjs';

/** From now on Relu's gradient is the kernel 'ReluGrad', dx = dy where y > 0 else 0, on engines that register it. It keeps y,
 *  which the next layer keeps anyway, in place of x. Gradients belong to all backends, so ours steps aside on the others. */
export function useReluGradientKernel(): void {
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () =>
        tf.getKernel('ReluGrad', tf.getBackend())
          ? (tf.engine().runKernel('ReluGrad', { dy: dy as tf.Tensor, y }) as tf.Tensor)
          : tf.mul(dy as tf.Tensor, tf.step(y)),
    }),
  });
}
