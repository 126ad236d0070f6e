// LocNet's objective: the class of an image and a map of it (its depth) at once.
import type * as tf from '@tensorflow/tfjs';
import { integer, oneOf, readOptions, real } from '../models/options';
import { afterRest, cyclicSigmoid } from './annealing';
import { crossEntropy } from './crossEntropy';
import { meanSquaredError } from './meanSquaredError';
import type { Objective } from './objective';
import { constant, type Schedule } from './schedule';

export interface JointLossOptions {
  /** Weight of the cross-entropy. Default 1. */
  alpha?: number;
  /** Weight of the squared error. Default 1. */
  beta?: number;
  /** Label smoothing of the cross-entropy in training, 0..1. Default 0. */
  smoothing?: number;
  /** What further multiplies the cross-entropy: 1, or a cyclic sigmoid. Default `none`. */
  annealing?: 'none' | 'cyclic-sigmoid';
  cycles?: number;
  /** Share of a cycle that climbs. */
  ratio?: number;
  /** Epochs at the beginning that minimise the squared error only (but see `form`). Default 0. */
  restEpochs?: number;
  /** Epochs of the run, and their steps: annealing and rest are counted in them. */
  epochs: number;
  stepsPerEpoch: number;
  /** Rest as the paper says it, or as the authors' code does it. Default `paper`. */
  form?: 'paper' | 'code';
  /** The output that is compared, and the batch's target of the same name. Default `depth`. */
  target?: 'depth' | 'image';
}

const DEFAULTS = {
  alpha: 1,
  beta: 1,
  smoothing: 0,
  annealing: 'none' as const,
  cycles: 5,
  ratio: 1,
  restEpochs: 0,
  form: 'paper' as const,
  target: 'depth' as const,
};

const WEIGHT = real(0, Number.POSITIVE_INFINITY, { includeLow: true });
const CHECKS = {
  alpha: WEIGHT,
  beta: WEIGHT,
  smoothing: real(0, 1, { includeLow: true }),
  annealing: oneOf('none', 'cyclic-sigmoid'),
  cycles: integer(1, 1000),
  ratio: real(0, 1),
  restEpochs: integer(0, Number.MAX_SAFE_INTEGER),
  epochs: integer(1, Number.MAX_SAFE_INTEGER),
  stepsPerEpoch: integer(1, Number.MAX_SAFE_INTEGER),
  form: oneOf('paper', 'code'),
  target: oneOf('depth', 'image'),
};

/** The authors lengthen the series by 2, which keeps its last cycle inside. */
const EXTRA_ENTRIES = 2;

/** `alpha * lambda(step) * crossEntropy + beta * meanSquaredError`, with the terms `crossEntropy` and `squaredError` and their weights.
 *
 *  Output `logits` against the labels, output `depth` (or `image`) `[N, H, W, C]` against the target of this name. lambda is 1, or
 *  climbs from 0.0025 to 0.9975 five times in the epochs after the rest. Throws on unknown options and values, when alpha and beta are both 0,
 *  and when the rest is not shorter than the run. Source: LocNet, sections 2.1 to 2.3 of the spec. */
export function jointLoss(options: JointLossOptions): Objective {
  const given = readOptions(
    'joint loss',
    { ...options },
    { ...DEFAULTS } as Required<JointLossOptions>,
    CHECKS,
  );
  const { alpha, beta, smoothing, restEpochs, epochs, target } = given;
  if (alpha === 0 && beta === 0) {
    throw new Error(
      'Options alpha and beta of joint loss are both 0: nothing would be learnt. Give one of them a weight.',
    );
  }
  if (restEpochs >= epochs) {
    throw new Error(
      `Option restEpochs of joint loss must be below the ${epochs} epochs of the run, got ${restEpochs}: the class would never be learnt.`,
    );
  }
  const lambda = lambdaOf(given);
  return {
    spec: { name: 'joint', ...given },
    origin: { module: 'lib/objectives/jointLoss', builder: 'jointLoss' },
    weights: (step) => ({ crossEntropy: alpha * lambda(step), squaredError: beta }),
    terms(outputs, { labels, targets }) {
      const [painted, wanted] = [outputs[target], targets[target]];
      if (painted === undefined) throw new Error(`The model has no output "${target}" for the joint loss.`);
      if (wanted === undefined) throw new Error(`The batch has no target "${target}" for the joint loss.`);
      return {
        crossEntropy: crossEntropy(outputs.logits as tf.Tensor2D, labels, { smoothing }),
        squaredError: meanSquaredError(painted, wanted),
      };
    },
  };
}

function lambdaOf(options: Required<JointLossOptions>): Schedule {
  const { annealing, cycles, ratio, restEpochs, epochs, stepsPerEpoch, form } = options;
  const length = stepsPerEpoch * (epochs - restEpochs) + EXTRA_ENTRIES;
  const series =
    annealing === 'none' ? new Float64Array(length).fill(1) : cyclicSigmoid({ length, cycles, ratio });
  if (annealing === 'none' && restEpochs === 0) return constant(1);
  return afterRest(series, { rest: restEpochs, stepsPerEpoch, form });
}
