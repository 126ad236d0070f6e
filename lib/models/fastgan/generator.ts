// FastGAN's generator: images from normal numbers, with Top-K and noise where the report has them.
import * as tf from '@tensorflow/tfjs';
import { TopK, TopKMean } from '../../layers/topK';
import { attach } from '../blocks';
import { imageModel } from '../imageModel';
import type { ImageModel, ModelSpec, Origin } from '../model';
import { type Check, flag, integer, oneOf, readOptions } from '../options';
import {
  excitation,
  type FastGanContext,
  initialMap,
  noisyUpBlock,
  spectralConvolution,
  upBlock,
} from './blocks';
import { drawNorms } from './drawNorms';
import { readSparsity } from './sparsity';

export interface GeneratorOptions {
  /** Channels in units of which all maps are wide; 64 is the authors'. */
  width: number;
  /** Rows and columns of the large image: 64, 128, 256, 512 or 1024. */
  imageSize: number;
  /** Numbers an image is made from. */
  latent: number;
  /** Noise injection: `learnt`, `none`, or `ignored`: the scales are there and do nothing, as in the authors' code. */
  noise: 'learnt' | 'ignored' | 'none';
  /** Whether skip-layer excitations pass a sigmoid: published FastGAN's do, those of the report's code do not. */
  excitationSigmoid: boolean;
  /** Maps that Top-K makes sparse, e.g. "32_5" (`readSparsity`); '' for none. */
  sparsity: string;
  /** What passes: the strongest activations, or their mean in their place. */
  sparsityPolicy: 'mask' | 'mean';
}

const DEFAULTS: GeneratorOptions = {
  width: 64,
  imageSize: 256,
  latent: 256,
  noise: 'none',
  excitationSigmoid: false,
  sparsity: '',
  sparsityPolicy: 'mask',
};

export const IMAGE_SIZES = [64, 128, 256, 512, 1024];

const text: Check = { expected: 'text', test: (value) => typeof value === 'string' };

const CHECKS = {
  width: integer(1, 1024),
  imageSize: oneOf(...IMAGE_SIZES),
  latent: integer(1, 65536),
  noise: oneOf('learnt', 'ignored', 'none'),
  excitationSigmoid: flag(),
  sparsity: text,
  sparsityPolicy: oneOf('mask', 'mean'),
};

/** Channels by the side of the map, in units of the width. */
const WIDTHS: Readonly<Record<number, number>> = {
  4: 16,
  8: 8,
  16: 4,
  32: 2,
  64: 2,
  128: 1,
  256: 1 / 2,
  512: 1 / 4,
  1024: 1 / 8,
};
/** Their up blocks have two convolutions, and noise. */
const NOISY = [8, 32, 128, 512];
/** An excitation comes from the map of a sixteenth of the side. */
const EXCITED = [64, 128, 256, 512];
/** The largest of the small images. */
const LARGEST_SMALL = 128;
/** Of this size alone the authors' images are bounded. */
const BOUNDED = 1024;

const ORIGIN: Origin = { module: 'lib/models/fastgan/generator', builder: 'buildGenerator' };

/** Side of the small image that comes with a large one. */
export function smallSize(imageSize: number): number {
  return Math.min(LARGEST_SMALL, imageSize / 2);
}

/** A generator from a spec `{ architecture: 'fastgan-generator', ...GeneratorOptions }`. `forward` takes latent numbers `[N, 1, 1, latent]` in place of
 *  images and gives `big` `[N, imageSize, imageSize, 3]` and `small` of half the side, at most 128. Images are meant to lie in [-1, 1]; below 1024
 *  pixels nothing bounds them. Noise is fresh for each `seed`.
 *
 *  At 256 pixels with noise 29,127,846 parameters. Throws on unknown options, sizes that are not listed, and sparsity that does not fit. Source: the
 *  spec, section 5; names as the authors' (`to_128` is called by its side where that is smaller). */
export function buildGenerator(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, CHECKS);
  const { imageSize, latent } = options;
  const context = { seed };
  const latents = tf.input({ shape: [1, 1, latent], name: 'latents' });
  const maps = mapsOf(latents, options, context);
  const small = smallSize(imageSize);
  const toSmall = { name: `to_${small}`, filters: 3, kernelSize: 1 };
  const toBig = { name: 'to_big', filters: 3, kernelSize: 3, padding: 1 };
  const images = [
    spectralConvolution(maps.get(imageSize)!, toBig, context),
    spectralConvolution(maps.get(small)!, toSmall, context),
  ].map((image, i) => bounded(image, ['big', 'small'][i], options));
  const network = tf.model({ inputs: latents, outputs: images });
  const model = imageModel({ architecture, ...options }, ORIGIN, network, ['big', 'small']);
  drawNorms(model, seed);
  return model;
}

/** The maps by their side, from 4 x 4 to the image's. */
function mapsOf(
  latents: tf.SymbolicTensor,
  options: GeneratorOptions,
  context: FastGanContext,
): ReadonlyMap<number, tf.SymbolicTensor> {
  const { imageSize, noise, excitationSigmoid: sigmoid } = options;
  const sides = Object.keys(WIDTHS)
    .map(Number)
    .filter((side) => side <= imageSize);
  const sparsity = readSparsity(options.sparsity, sides);
  const maps = new Map<number, tf.SymbolicTensor>();
  let map = latents;
  for (const side of sides) {
    const filters = channelsOf(side, options);
    const prefix = `feat_${side}.`;
    if (side === 4) map = initialMap(map, 'init.init.', filters, context);
    else if (NOISY.includes(side)) {
      map = noisyUpBlock(map, prefix, { filters, noise: noise === 'none' ? undefined : noise }, context);
    } else map = upBlock(map, prefix, filters, context);
    const source = maps.get(side / 16);
    if (EXCITED.includes(side) && source !== undefined) {
      map = excitation(source, map, `se_${side}.`, { sigmoid }, context);
    }
    map = sparse(map, side, sparsity.get(side), options);
    maps.set(side, map);
  }
  return maps;
}

function channelsOf(side: number, { width }: GeneratorOptions): number {
  return Math.max(1, Math.floor(WIDTHS[side] * width));
}

function sparse(
  map: tf.SymbolicTensor,
  side: number,
  fraction: number | undefined,
  { sparsityPolicy }: GeneratorOptions,
): tf.SymbolicTensor {
  if (fraction === undefined) return map;
  const name = `sparse_${side}`;
  const layer =
    sparsityPolicy === 'mask'
      ? new TopK({ name, fraction })
      : new TopKMean({ name, fraction, form: 'authors' });
  return attach(map, layer);
}

function bounded(image: tf.SymbolicTensor, name: string, { imageSize }: GeneratorOptions): tf.SymbolicTensor {
  if (imageSize < BOUNDED) return image;
  return attach(image, tf.layers.activation({ name: `${name}.tanh`, activation: 'tanh' }));
}
