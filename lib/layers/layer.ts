// What the layers of this folder share: the types of TensorFlow.js that it does not export by name, and reading inputs.
import type * as tf from '@tensorflow/tfjs';

export type LayerArgs = ConstructorParameters<typeof tf.layers.Layer>[0];
export type Kwargs = Record<string, unknown>;
export type LayerInputs = tf.Tensor | tf.Tensor[];
export type LayerShape = tf.Shape | tf.Shape[];

/** The one input of a layer that takes one. */
export function singleInput<T extends tf.Tensor>(inputs: LayerInputs): T {
  return (Array.isArray(inputs) ? inputs[0] : inputs) as T;
}

/** The one input shape of a layer that takes one. */
export function singleShape(shape: LayerShape): tf.Shape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as tf.Shape;
}

/** Rows (or columns) of a map after a window has passed over it; null stays null, for unknown sizes. */
export function windowCount(
  size: number | null,
  window: number,
  { stride, padding = 0 }: { stride: number; padding?: number },
): number | null {
  return size === null ? null : Math.floor((size + 2 * padding - window) / stride) + 1;
}
