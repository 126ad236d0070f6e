// What TensorFlow.js keeps of a gradient that was never finished.
import * as tf from '@tensorflow/tfjs';

/** Frees the activations that the last gradient computation saved for its backward pass. To be called when that computation threw:
 *  TensorFlow.js frees them only on success, so that a batch too large for memory would leave no room for a smaller one. */
export function disposeAbandonedTape(): void {
  const { state } = tf.engine() as unknown as { state: { activeTape?: { saved?: tf.Tensor[] }[] | null } };
  for (const { saved } of state.activeTape ?? []) {
    for (const tensor of saved ?? []) tensor.dispose();
  }
  state.activeTape = null;
}
