// Adam: steps of a size that follows from each weight's own history of gradients.
import * as tf from '@tensorflow/tfjs';
import type { NamedWeight } from '../models/model';
import { readOptions, real } from '../models/options';
import { movingAverage } from '../ops/movingAverage';
import type { Optimizer, OptimizerChoice } from './optimizer';
import { checkGradients, checkState } from './optimizerChecks';

export interface AdamOptions {
  /** Share of the mean gradient that is kept, from 0 to below 1. Default 0.9. */
  beta1?: number;
  /** Share of the mean squared gradient that is kept, from 0 to below 1. Default 0.999. */
  beta2?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  epsilon?: number;
}

const DEFAULTS: Required<AdamOptions> = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
/** At 1 nothing new would enter a mean. */
const HIGHEST_SHARE = 1 - 1e-9;
const CHECKS = {
  beta1: real(0, HIGHEST_SHARE, { includeLow: true }),
  beta2: real(0, HIGHEST_SHARE, { includeLow: true }),
  epsilon: real(0, 1),
};

/** Names of the state: both means of every weight, and how many steps they are of. */
const MEAN = 'mean.';
const SQUARE = 'square.';
const STEPS = 'steps';

/** `torch.optim.Adam` without weight decay: with the gradient g of step t, from 1,
 *  `m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g²; w = w - learningRate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)`.
 *
 *  Throws on an unknown option and on values out of range. Source: Kingma and Ba 2015, algorithm 1. */
export function adam(options: AdamOptions = {}): OptimizerChoice {
  const given = readOptions('adam', { ...options }, DEFAULTS, CHECKS);
  return {
    spec: { name: 'adam', ...given },
    origin: { module: 'lib/objectives/adam', builder: 'adam' },
    start: (parameters) => startAdam(parameters, given),
  };
}

/** Of one weight. */
interface Moments {
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
}

/** Weights change by `variable.assign` of a new tensor, never in place: wasm keeps packed copies of weights by tensor. */
function startAdam(
  parameters: readonly NamedWeight[],
  { beta1, beta2, epsilon }: Required<AdamOptions>,
): Optimizer {
  const moments = new Map<string, Moments>();
  let steps = 0;
  let stepCount: tf.Scalar | undefined;

  function descend({ name, variable }: NamedWeight, gradient: tf.Tensor, learningRate: number): void {
    const before = moments.get(name);
    const moved = (mean: tf.Tensor | undefined, value: tf.Tensor, share: number): tf.Tensor =>
      mean === undefined ? tf.mul(value, 1 - share) : movingAverage(mean, value, { share: 1 - share });
    const mean = moved(before?.mean, gradient, beta1);
    const square = moved(before?.square, tf.square(gradient), beta2);
    // Both corrections of the means in one factor.
    const scale = Math.sqrt(1 - beta2 ** steps);
    const root = tf.add(tf.sqrt(square), epsilon * scale);
    const factor = (learningRate * scale) / (1 - beta1 ** steps);
    variable.assign(tf.sub(variable, tf.mul(tf.div(mean, root), factor)));
    remember(name, { mean, square });
  }

  function remember(name: string, { mean, square }: Moments): void {
    const before = moments.get(name);
    moments.set(name, { mean: tf.keep(mean), square: tf.keep(square) });
    if (before !== undefined) tf.dispose([before.mean, before.square]);
  }

  function count(to: number): void {
    stepCount?.dispose();
    steps = to;
    stepCount = to === 0 ? undefined : tf.keep(tf.scalar(to));
  }

  function clear(): void {
    for (const { mean, square } of moments.values()) tf.dispose([mean, square]);
    moments.clear();
    count(0);
  }

  return {
    apply(gradients, learningRate) {
      checkGradients(parameters, Object.keys(gradients));
      count(steps + 1);
      for (const weight of parameters) tf.tidy(() => descend(weight, gradients[weight.name], learningRate));
    },
    state() {
      if (stepCount === undefined) return [];
      const ofWeights = [...moments].flatMap(([name, { mean, square }]) => [
        { name: MEAN + name, tensor: mean },
        { name: SQUARE + name, tensor: square },
      ]);
      return [...ofWeights, { name: STEPS, tensor: stepCount }];
    },
    load(state) {
      checkState(shapesOf(parameters), state);
      const found = new Map(state.map(({ name, tensor }) => [name, tensor]));
      const [done = 0] = found.get(STEPS)?.dataSync() ?? [];
      // First the copies: the state may be this optimizer's own.
      const copies =
        state.length === 0 ? [] : parameters.map(({ name }) => [name, copyOf(found, name)] as const);
      clear();
      for (const [name, copy] of copies) moments.set(name, copy);
      count(done);
    },
    dispose: clear,
  };
}

function copyOf(state: ReadonlyMap<string, tf.Tensor>, name: string): Moments {
  const [mean, square] = [MEAN, SQUARE].map((kind) => tf.keep(tf.clone(state.get(kind + name) as tf.Tensor)));
  return { mean, square };
}

/** Both means of every parameter, of its shape, and the number of steps. */
function shapesOf(parameters: readonly NamedWeight[]): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = { [STEPS]: [] };
  for (const { name, variable } of parameters)
    for (const kind of [MEAN, SQUARE]) shapes[kind + name] = variable.shape;
  return shapes;
}
