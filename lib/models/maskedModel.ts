// A frozen network under learned binary masks: the search for the part of a network that does a task.
import * as tf from '@tensorflow/tfjs';
import { binaryMask, maskDensity } from '../ops/maskedWeight';
import { deriveSeed } from '../random';
import { unknownName } from '../suggest';
import type { Masks } from './maskOverlap';
import type { ForwardOptions, ImageModel, ModelSpec, NamedWeight, Origin, Outputs } from './model';
import { flag, integer, readOptions, real } from './options';
import { placesOf, readingInstead } from './replacedWeights';

export interface MaskOptions {
  /** Names of the weights to mask. Default: all of `maskableWeights`. */
  weights?: readonly string[];
  /** Of every weight; above 0, so that the search starts from the whole network. Default 2. */
  initialScore?: number;
  /** Sample the masks in training. Default false. */
  noise?: boolean;
  /** Of the noise. Default 1. */
  temperature?: number;
  /** Of the noise. Default 0. */
  seed?: number;
}

/** What is trained are the scores; the network's own weights and running statistics stay as they are. */
export interface MaskedModel extends ImageModel {
  /** Runs anything on the network, such as Grad-CAM, as if its weights were masked (without noise): `run` must be synchronous. With
   *  `complement`, the weights that the masks remove are kept and the others removed. */
  withMasks<Result>(run: () => Result, options?: { complement?: boolean }): Result;
  /** New noise, that of the given training step. */
  resample(step: number): void;
}

const DEFAULTS = { initialScore: 2, noise: false, temperature: 1, seed: 0 };
const CHECKS = {
  initialScore: real(-100, 100),
  noise: flag(),
  temperature: real(0, Number.POSITIVE_INFINITY),
  seed: integer(0, 2 ** 32 - 1),
};

/** The kernels of a model's convolutions and linear layers: its parameters of 2 or 4 axes. */
export function maskableWeights(model: ImageModel): NamedWeight[] {
  return model.parameters().filter(({ variable: { rank } }) => rank === 2 || rank === 4);
}

/** A kernel, the place where its layer reads it, and its scores. */
interface MaskedWeight {
  readonly name: string;
  readonly place: tf.LayerVariable;
  readonly scores: tf.Variable;
}

const SCORES = '.scores';
const MASKED: Origin = { module: 'lib/models/maskedModel', builder: 'copiedMaskedModel' };

/** A model over the same network whose parameters are scores, `<weight>.scores`, one for every masked weight: weights whose score is not
 *  positive count as 0. Outputs are the model's, and `maskDensity`, the mean of sigmoid(score), for a loss to hold down.
 *
 *  The network always runs in evaluation mode: its batch norms keep the statistics of the training that is over. Masks of several tasks can
 *  lie over one network. `dispose` frees the scores; the network stays the caller's, and is freed after. It trains on one worker: other threads
 *  have no copy of the network. Throws on unknown options and weights, and on a model whose weights are not read by its layers. */
export function maskedModel(model: ImageModel, options: MaskOptions = {}): MaskedModel {
  const { weights, ...given } = options;
  const settings = readOptions('masks', given, DEFAULTS, CHECKS);
  const { noise, temperature, seed } = settings;
  const masked = underScores(model, chosenWeights(model, weights), settings.initialScore);
  let step = 0;
  const sampled = ({ name, scores }: MaskedWeight): tf.Tensor =>
    binaryMask(scores, { noise: { temperature, seed: deriveSeed(seed, 'mask', name, step) } });
  return {
    spec: specOf(model, settings, weights),
    origin: MASKED,
    network: model.network,
    forward: (images: tf.Tensor4D, { training = false }: ForwardOptions = {}): Outputs =>
      forward(model, masked, training && noise ? sampled : kept, images),
    withMasks: (run, { complement = false } = {}) => underMasks(masked, complement ? removed : kept, run),
    resample: (at) => {
      step = at;
    },
    parameters: () => masked.map(({ name, scores }) => ({ name: name + SCORES, variable: scores })),
    buffers: () => [],
    dispose: () => {
      tf.dispose(masked.map(({ scores }) => scores));
    },
  };
}

/** Where worker threads would build their copy; they cannot. Throws, saying what to do. */
export function copiedMaskedModel(): never {
  throw new Error('A masked network cannot be copied to worker threads: train it with workers: 1.');
}

/** The masks of a masked model by the names of its weights, 0 and 1, in the layout of memory. */
export async function readMasks(model: MaskedModel): Promise<Masks> {
  const masks: Record<string, Uint8Array> = {};
  for (const { name, variable } of model.parameters()) {
    const scores = await variable.data();
    masks[name.slice(0, -SCORES.length)] = Uint8Array.from(scores, (score) => (score > 0 ? 1 : 0));
  }
  return masks;
}

/** A callback of training: every step has noise of its own, the same in a run that was interrupted. */
export function noiseOfEachStep(
  model: MaskedModel,
): Record<'onStart' | 'onStep', (at: { step: number }) => void> {
  const resample = ({ step }: { step: number }) => model.resample(step);
  return { onStart: resample, onStep: resample };
}

function chosenWeights(model: ImageModel, wanted: readonly string[] | undefined): NamedWeight[] {
  const all = maskableWeights(model);
  const names = all.map(({ name }) => name);
  for (const name of wanted ?? []) {
    if (!names.includes(name)) throw unknownName('weight to mask', name, names);
  }
  const chosen = all.filter(({ name }) => wanted?.includes(name) ?? true);
  if (chosen.length === 0) throw new Error('The masks are over no weight at all: name at least one.');
  return chosen;
}

function underScores(model: ImageModel, weights: readonly NamedWeight[], score: number): MaskedWeight[] {
  return placesOf(model, weights).map((place, i) => ({
    name: weights[i].name,
    place,
    scores: tf.tidy(() => tf.variable(tf.fill(weights[i].variable.shape, score))),
  }));
}

type MaskOf = (weight: MaskedWeight) => tf.Tensor;

function forward(
  model: ImageModel,
  masked: readonly MaskedWeight[],
  maskOf: MaskOf,
  images: tf.Tensor4D,
): Outputs {
  return tf.tidy(() => {
    const outputs = underMasks(masked, maskOf, () => model.forward(images));
    return { ...outputs, maskDensity: maskDensity(masked.map(({ scores }) => scores)) };
  });
}

/** The products live as long as `run` runs; no tidy takes what it makes. */
function underMasks<Result>(masked: readonly MaskedWeight[], maskOf: MaskOf, run: () => Result): Result {
  const places = masked.map(({ place }) => place);
  const products = tf.tidy(() => masked.map((weight) => tf.mul(weight.place.read(), maskOf(weight))));
  try {
    return readingInstead(places, products, run);
  } finally {
    tf.dispose(products);
  }
}

function kept({ scores }: MaskedWeight): tf.Tensor {
  return binaryMask(scores);
}

function removed({ scores }: MaskedWeight): tf.Tensor {
  return tf.sub(1, binaryMask(scores));
}

function specOf(
  { spec }: ImageModel,
  settings: typeof DEFAULTS,
  weights: readonly string[] | undefined,
): ModelSpec {
  const names = weights === undefined ? null : [...weights].sort().join(' ');
  return { architecture: 'masked', network: JSON.stringify(spec), ...settings, weights: names };
}
