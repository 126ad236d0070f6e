// Stochastic gradient descent.
import * as tf from '@tensorflow/tfjs';
import type { NamedWeight } from '../models/model';
import { readOptions, real } from '../models/options';
import { momentumUpdate } from '../ops/momentumUpdate';
import type { NamedTensor, Optimizer, OptimizerChoice } from './optimizer';

export interface SgdOptions {
  /** Share of the velocity that is kept. Default 0: no velocity at all. */
  momentum?: number;
  /** Added to each gradient: weightDecay * weight, for every parameter, batch norm's included. Default 0. */
  weightDecay?: number;
}

const DEFAULTS = { momentum: 0, weightDecay: 0 };

const CHECKS = {
  momentum: real(0, 1, { includeLow: true }),
  weightDecay: real(0, 1, { includeLow: true }),
};

const VELOCITY = 'velocity.';

/** `torch.optim.SGD`: `g = gradient + weightDecay * w; v = g` in the first step, then `v = momentum * v + g; w = w - learningRate * v`.
 *
 *  Throws on an unknown option and on values outside 0..1. */
export function sgd(options: SgdOptions = {}): OptimizerChoice {
  const { momentum, weightDecay } = readOptions('sgd', { ...options }, DEFAULTS, CHECKS);
  return {
    spec: { name: 'sgd', momentum, weightDecay },
    origin: { module: 'lib/objectives/sgd', builder: 'sgd' },
    start: (parameters) => startSgd(parameters, { momentum, weightDecay }),
  };
}

/** Weights change by `variable.assign` of a new tensor, never in place: wasm keeps packed copies of weights by tensor. */
function startSgd(
  parameters: readonly NamedWeight[],
  { momentum, weightDecay }: Required<SgdOptions>,
): Optimizer {
  const velocities = new Map<string, tf.Tensor>();

  function descend(name: string, weight: tf.Variable, gradient: tf.Tensor, learningRate: number): tf.Tensor {
    const previous = velocities.get(name);
    if (previous !== undefined) {
      const updated = momentumUpdate(weight, gradient, previous, { learningRate, momentum, weightDecay });
      remember(name, updated.velocity);
      return updated.weight;
    }
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
    if (momentum !== 0) remember(name, tf.clone(decayed));
    return tf.sub(weight, tf.mul(decayed, learningRate));
  }

  function remember(name: string, velocity: tf.Tensor): void {
    velocities.get(name)?.dispose();
    velocities.set(name, tf.keep(velocity));
  }

  function clear(): void {
    tf.dispose([...velocities.values()]);
    velocities.clear();
  }

  return {
    apply(gradients, learningRate) {
      checkNames(parameters, Object.keys(gradients));
      for (const { name, variable } of parameters) {
        tf.tidy(() => variable.assign(descend(name, variable, gradients[name], learningRate)));
      }
    },
    state() {
      return [...velocities].map(([name, tensor]) => ({ name: VELOCITY + name, tensor }));
    },
    load(state) {
      checkState(parameters, state, momentum);
      clear();
      for (const { name, tensor } of state) {
        velocities.set(name.slice(VELOCITY.length), tf.keep(tf.clone(tensor)));
      }
    },
    dispose: clear,
  };
}

function checkNames(parameters: readonly NamedWeight[], given: readonly string[]): void {
  const names = parameters.map(({ name }) => name);
  const missing = names.find((name) => !given.includes(name));
  if (missing !== undefined) throw new Error(`The optimizer got no gradient for "${missing}".`);
  const extra = given.find((name) => !names.includes(name));
  if (extra !== undefined)
    throw new Error(`The optimizer got a gradient for "${extra}", which it does not train.`);
}

/** Either nothing (no step taken yet) or one velocity for every parameter, of its shape. */
function checkState(
  parameters: readonly NamedWeight[],
  state: readonly NamedTensor[],
  momentum: number,
): void {
  if (state.length > 0 && momentum === 0) {
    throw new Error(`Optimizer state holds "${state[0].name}", but SGD without momentum keeps none.`);
  }
  const shapes = new Map(parameters.map(({ name, variable }) => [VELOCITY + name, variable.shape]));
  for (const { name, tensor } of state) {
    const expected = shapes.get(name);
    if (!expected) throw new Error(`Optimizer state holds "${name}", which belongs to no trained weight.`);
    if (tensor.shape.join() !== expected.join()) {
      throw new Error(`Optimizer state "${name}" has shape [${tensor.shape}], the weight [${expected}].`);
    }
    shapes.delete(name);
  }
  const [missing] = shapes.keys();
  if (state.length > 0 && missing !== undefined) throw new Error(`Optimizer state lacks "${missing}".`);
}
