// Stochastic gradient descent.
import * as tf from '@tensorflow/tfjs';
import type { NamedWeight } from '../models/model';
import { flag, oneOf, readOptions, real } from '../models/options';
import { momentumUpdate } from '../ops/momentumUpdate';
import type { Optimizer, OptimizerChoice } from './optimizer';
import { checkGradients, checkState } from './optimizerChecks';

export interface SgdOptions {
  /** Share of the velocity that is kept. Default 0: no velocity at all. */
  momentum?: number;
  /** Added to each gradient: weightDecay * weight. Default 0. */
  weightDecay?: number;
  /** Which parameters decay: `all`, batch norm's included, or only the `kernels` of convolutions and linear layers, no biases and nothing
   *  of one axis (timm's rule). Default `all`. */
  decay?: 'all' | 'kernels';
  /** Steps by what the velocity will be after one more step with this gradient. Default false. Source: Sutskever et al. 2013. */
  nesterov?: boolean;
}

const DEFAULTS = { momentum: 0, weightDecay: 0, decay: 'all' as const, nesterov: false };

const CHECKS = {
  momentum: real(0, 1, { includeLow: true }),
  weightDecay: real(0, 1, { includeLow: true }),
  decay: oneOf('all', 'kernels'),
  nesterov: flag(),
};

const VELOCITY = 'velocity.';

/** `torch.optim.SGD`: `g = gradient + weightDecay * w; v = g` in the first step, then `v = momentum * v + g; w = w - learningRate * v`, or
 *  with Nesterov's rule `w = w - learningRate * (g + momentum * v)`.
 *
 *  Throws on an unknown option, on values outside 0..1, and on Nesterov's rule without momentum. */
export function sgd(options: SgdOptions = {}): OptimizerChoice {
  const given = readOptions<Required<SgdOptions>>('sgd', { ...options }, DEFAULTS, CHECKS);
  if (given.nesterov && given.momentum === 0) {
    throw new Error(
      'Option nesterov of sgd needs a momentum above 0: without a velocity there is nothing to look ahead by.',
    );
  }
  return {
    spec: { name: 'sgd', ...given },
    origin: { module: 'lib/objectives/sgd', builder: 'sgd' },
    start: (parameters) => startSgd(parameters, given),
  };
}

/** Weights change by `variable.assign` of a new tensor, never in place: wasm keeps packed copies of weights by tensor. */
function startSgd(
  parameters: readonly NamedWeight[],
  { momentum, weightDecay, decay, nesterov }: Required<SgdOptions>,
): Optimizer {
  const velocities = new Map<string, tf.Tensor>();

  function descend(name: string, weight: tf.Variable, gradient: tf.Tensor, learningRate: number): tf.Tensor {
    const factor = decay === 'all' || decays(name, weight) ? weightDecay : 0;
    const options = { learningRate, momentum, weightDecay: factor };
    const previous = velocities.get(name);
    if (previous !== undefined) {
      const updated = momentumUpdate(weight, gradient, previous, options);
      remember(name, updated.velocity);
      return nesterov ? momentumUpdate(weight, gradient, updated.velocity, options).weight : updated.weight;
    }
    const decayed = factor === 0 ? gradient : tf.add(gradient, tf.mul(weight, factor));
    if (momentum !== 0) remember(name, tf.clone(decayed));
    return tf.sub(weight, tf.mul(decayed, nesterov ? learningRate * (1 + momentum) : learningRate));
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
      checkGradients(parameters, Object.keys(gradients));
      for (const { name, variable } of parameters) {
        tf.tidy(() => variable.assign(descend(name, variable, gradients[name], learningRate)));
      }
    },
    state() {
      return [...velocities].map(([name, tensor]) => ({ name: VELOCITY + name, tensor }));
    },
    load(state) {
      if (state.length > 0 && momentum === 0)
        throw new Error(`Optimizer state holds "${state[0].name}", but SGD without momentum keeps none.`);
      checkState(shapesOf(parameters), state);
      clear();
      for (const { name, tensor } of state) {
        velocities.set(name.slice(VELOCITY.length), tf.keep(tf.clone(tensor)));
      }
    },
    dispose: clear,
  };
}

/** timm's rule. */
function decays(name: string, weight: tf.Variable): boolean {
  return weight.rank > 1 && !name.endsWith('.bias');
}

/** One velocity for every parameter, of its shape. */
function shapesOf(parameters: readonly NamedWeight[]): Record<string, readonly number[]> {
  return Object.fromEntries(parameters.map(({ name, variable }) => [VELOCITY + name, variable.shape]));
}
