// Reading a tensor's values where they lie.
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** Values of a float32 tensor, in order. On wasm a view of the heap without a copy, which the next operation may detach:
 *  read it at once. On other engines a copy. A copy a step would keep the garbage collector busy. */
export function hostView(tensor: tf.Tensor): Float32Array {
  if (tf.getBackend() !== 'wasm') return tensor.dataSync<'float32'>();
  return (tf.backend() as unknown as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}
