// What the layers of this folder share: their base, the types of TensorFlow.js that it does not export by name, and reading inputs.
import * as tf from '@tensorflow/tfjs';
import type { InitialValues } from './initializers';

type LayerArgs = ConstructorParameters<typeof tf.layers.Layer>[0];
export type Kwargs = Record<string, unknown>;
export type LayerInputs = tf.Tensor | tf.Tensor[];
export type LayerShape = tf.Shape | tf.Shape[];

/** A layer that is made from `args`, all of them plain data, and is written to JSON with them. */
export abstract class ConfiguredLayer<Args extends object> extends tf.layers.Layer {
  protected readonly args: Args;

  /** `given` is what the caller, or JSON, said: TensorFlow.js finds the layer's name there. */
  constructor(given: { name?: string }, args: Args) {
    super(given as LayerArgs);
    this.args = args;
  }

  override build(inputShape: LayerShape): void {
    this.addWeights(singleShape(inputShape));
    super.build(inputShape);
  }

  /** Adds the weights for this shape of the one input. Default: none. */
  protected addWeights(_inputShape: tf.Shape): void {}

  protected trained(name: string, shape: tf.Shape, initial: InitialValues): tf.LayerVariable {
    return this.addWeight(name, shape, 'float32', initial(name));
  }

  /** State that moves with the batches and is not trained. */
  protected buffer(name: string, shape: tf.Shape, initial: InitialValues): tf.LayerVariable {
    return this.addWeight(name, shape, 'float32', initial(name), undefined, false);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...(this.args as tf.serialization.ConfigDict) };
  }
}

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
