// What changes the weights, built from data.
import type * as tf from '@tensorflow/tfjs';
import type { NamedWeight } from '../models/model';
import { readOptions, real } from '../models/options';
import { unknownName } from '../suggest';
import { sgd } from './sgd';

/** Gradients by the names of the weights. */
export type Gradients = Readonly<Record<string, tf.Tensor>>;

/** A tensor of an optimizer's state, by a stable name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

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
  readonly [option: string]: string | number;
}

type OptimizerBuilder = (
  parameters: readonly NamedWeight[],
  options: Readonly<Record<string, unknown>>,
) => Optimizer;

const BUILDERS: Readonly<Record<string, OptimizerBuilder>> = {
  sgd: (parameters, given) => {
    const checks = {
      momentum: real(0, 1, { includeLow: true }),
      weightDecay: real(0, 1, { includeLow: true }),
    };
    return sgd(parameters, readOptions('sgd', given, { momentum: 0, weightDecay: 0 }, checks));
  },
};

/** The optimizer a spec names, for these parameters. Throws on an unknown name, option or value. */
export function buildOptimizer(spec: OptimizerSpec, parameters: readonly NamedWeight[]): Optimizer {
  const { name, ...options } = spec;
  const known = Object.keys(BUILDERS);
  if (!known.includes(name)) throw unknownName('optimizer', name, known);
  return BUILDERS[name](parameters, options);
}
