// What changes the weights.
import type * as tf from '@tensorflow/tfjs';
import type { NamedWeight, Origin } from '../models/model';

/** Gradients by the names of the weights. */
export type Gradients = Readonly<Record<string, tf.Tensor>>;

/** A tensor of an optimizer's state, by a stable name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/** An optimizer at work on the weights that it was started with. */
export interface Optimizer {
  /** One step. The caller keeps the gradients. Throws when a gradient is missing or belongs to no trained weight. */
  apply(gradients: Gradients, learningRate: number): void;
  /** What it remembers between steps, for checkpoints; empty before the first step. The tensors stay the optimizer's. */
  state(): NamedTensor[];
  /** Continues from a copy of a `state`. Throws, changing nothing, on names and shapes that do not fit the weights. */
  load(state: readonly NamedTensor[]): void;
  dispose(): void;
}

/** An optimizer as data, e.g. `{ name: 'sgd', momentum: 0.9, weightDecay: 5e-4 }`. */
export interface OptimizerSpec {
  readonly name: string;
  readonly [option: string]: string | number | boolean;
}

/** Which optimizer, with its options, before it has any weights. */
export interface OptimizerChoice {
  readonly spec: OptimizerSpec;
  /** Its builder takes the options of the spec. */
  readonly origin: Origin;
  /** Puts it to work on these weights; the caller disposes it. */
  start(parameters: readonly NamedWeight[]): Optimizer;
}
