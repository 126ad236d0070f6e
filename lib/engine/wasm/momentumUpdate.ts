// The update of stochastic gradient descent with momentum, in one pass over a weight.
import type * as tf from '@tensorflow/tfjs';
import type { MomentumAttributes, MomentumInputs } from '../kernels';
import type { Heap } from './heap';
import type { SimdKernels } from './simd';

/** The new weight, weight - learningRate v, and the new velocity, v = momentum velocity + gradient + weightDecay weight. */
export function momentumUpdate(
  heap: Heap,
  simd: SimdKernels,
  { weight, gradient, velocity }: MomentumInputs,
  { learningRate, momentum, weightDecay }: MomentumAttributes,
): tf.TensorInfo[] {
  const newWeight = heap.output(weight.shape);
  const newVelocity = heap.output(weight.shape);
  simd.momentumUpdate(
    heap.pointer(weight),
    heap.pointer(gradient),
    heap.pointer(velocity),
    weight.shape.reduce((product, length) => product * length, 1),
    learningRate,
    momentum,
    weightDecay,
    heap.pointer(newWeight),
    heap.pointer(newVelocity),
  );
  return [newWeight, newVelocity];
}
