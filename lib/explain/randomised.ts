// A sanity check of explanations: a map that does not change when the network forgets explains nothing. Source: Adebayo et al. 2018.
import * as tf from '@tensorflow/tfjs';
import { buildModel } from '../models/build';
import type { ImageModel, NamedWeight } from '../models/model';
import { type CamMaps, type GradCamOptions, gradCam } from './gradCam';
import { networkToLogits } from './logits';
import { rankCorrelation } from './rankCorrelation';

export interface RandomisationStep {
  /** The layer whose weights were replaced last; those nearer to the logits were replaced before. */
  readonly layer: string;
  /** Spearman's correlation of each image's map with its original one; null where either is constant. */
  readonly correlations: readonly (number | null)[];
}

export interface RandomisationOptions extends GradCamOptions {
  /** Of the weights that take the place of the trained ones. */
  seed: number;
  /** Which layers lose their weights. Default: all with kernels. */
  layers?: (name: string) => boolean;
}

/** Replaces the weights of one layer after the other by initial ones, from the logits down to the layer of the map, and compares the maps.
 *
 *  Kernels and their biases are replaced; batch norms keep what they learnt. The model has its own weights again afterwards, also when
 *  something throws. Throws as `gradCam`. Leaves no tensors. */
export async function randomise(
  model: ImageModel,
  images: tf.Tensor4D,
  options: RandomisationOptions,
): Promise<RandomisationStep[]> {
  const { seed, layers = () => true } = options;
  const original = await gradCam(model, images, options);
  const untrained = buildModel(model.spec, seed);
  const groups = kernelsFromTheEnd(model, options.layer).filter(({ layer }) => layers(layer));
  const saved = groups.flatMap(({ weights }) => weights.map(({ variable }) => tf.clone(variable)));
  const initial = new Map(untrained.parameters().map(({ name, variable }) => [name, variable]));
  const steps: RandomisationStep[] = [];
  try {
    for (const { layer, weights } of groups) {
      for (const { name, variable } of weights) variable.assign(initial.get(name) as tf.Variable);
      steps.push({ layer, correlations: correlate(original, await gradCam(model, images, options)) });
    }
  } finally {
    const places = groups.flatMap(({ weights }) => weights);
    for (const [i, { variable }] of places.entries()) variable.assign(saved[i]);
    tf.dispose(saved);
    untrained.dispose();
  }
  return steps;
}

interface KernelLayer {
  readonly layer: string;
  readonly weights: readonly NamedWeight[];
}

/** Layers with kernels that lie between a layer and the logits, the last first. */
function kernelsFromTheEnd(model: ImageModel, from: string): KernelLayer[] {
  const order = networkToLogits(model).layers.map(({ name }) => name);
  const between = order.slice(order.indexOf(from) + 1).reverse();
  const parameters = model.parameters();
  return between.flatMap((layer) => {
    const weights = parameters.filter(({ name }) => name.slice(0, name.lastIndexOf('.')) === layer);
    return weights.some(({ variable }) => variable.rank > 1) ? [{ layer, weights }] : [];
  });
}

function correlate(original: CamMaps, changed: CamMaps): (number | null)[] {
  const pixels = original.height * original.width;
  return Array.from({ length: original.values.length / pixels }, (_, image) => {
    const [a, b] = [original, changed].map(({ values }) =>
      values.subarray(image * pixels, (image + 1) * pixels),
    );
    return rankCorrelation(a, b);
  });
}
