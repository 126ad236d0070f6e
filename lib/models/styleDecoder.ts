// The decoder of AdaIN style transfer: from relu4_1 of a VGG back to an image.
import * as tf from '@tensorflow/tfjs';
import { Conv2d, type Conv2dArgs } from '../layers/conv2d';
import { ReflectionPad } from '../layers/reflectionPad';
import { deriveSeed } from '../random';
import { attach } from './blocks';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, NamedWeight, Origin } from './model';
import { integer, oneOf, readOptions } from './options';
import { STYLED_VGGS, type StyledVgg } from './styleEncoder';

export interface StyleDecoderOptions {
  /** The network that it mirrors. */
  mirrors: StyledVgg;
  /** Width of that network; 64 is the paper's. */
  width: number;
  /** Its own width: channels of its last hidden maps. The mirrored network's unless given; more helps where that is narrow. */
  channels: number;
  /** SHA-256 of the encoder that it belongs to (`StyleEncoder.hash`). */
  encoder: string;
}

const DEFAULTS: Omit<StyleDecoderOptions, 'channels'> = { mirrors: 'vgg19', width: 64, encoder: '' };
const CHECKS = {
  mirrors: oneOf(...STYLED_VGGS),
  width: integer(1, 1024),
  channels: integer(1, 1024),
  encoder: { expected: 'a SHA-256 in hexadecimal, or nothing', test: isHash },
};

/** Channels of each convolution in units of its own width, by the stages between enlargements; the last convolution gives the three colours. */
const STAGES: Readonly<Record<StyledVgg, readonly (readonly number[])[]>> = {
  vgg16: [[4], [4, 4, 2], [2, 1], [1]],
  vgg19: [[4], [4, 4, 4, 2], [2, 1], [1]],
};

/** Factor of the last convolution's initial weights. */
const GREY = 0.05;

const STYLE_DECODER: Origin = { module: 'lib/models/styleDecoder', builder: 'buildStyleDecoder' };

/** A decoder from a spec `{ architecture: 'style-decoder', ...StyleDecoderOptions }`: maps `[N, H, W, 8 * width]` to the output `image`
 *  `[N, 8H, 8W, 3]`, normalised as the encoder's images, linear and so of any range. Weights `<stage>.<place>.weight` and `.bias`.
 *
 *  3x3 convolutions with rectifiers behind all but the last, enlargement by repetition where VGG pools, and mirrored borders, as in the paper: zeros would
 *  darken the margin of every image. Initial weights keep the spread of the maps (He et al. 2015), and the first images are almost grey; with PyTorch's
 *  weights, which the paper's code began with, a narrow decoder sees little but its biases. For VGG-19 of width 64: 3,505,219 parameters. Throws on unknown
 *  options and values. Source: Huang and Belongie 2017, section 6. */
export function buildStyleDecoder(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const channelsAs = { channels: Number(given.width ?? DEFAULTS.width) };
  const options = readOptions<StyleDecoderOptions>(
    architecture,
    given,
    { ...DEFAULTS, ...channelsAs },
    CHECKS,
  );
  const { mirrors, width, channels } = options;
  const maps = tf.input({ shape: [null, null, 8 * width], name: 'maps' });
  const stages = STAGES[mirrors];
  let x = maps;
  for (const [stage, widths] of stages.entries()) {
    if (stage > 0) x = attach(x, tf.layers.upSampling2d({ name: `${stage}.upsample`, size: [2, 2] }));
    for (const [place, times] of widths.entries()) {
      const name = `${stage}.${place}`;
      const args = { name, filters: times * channels, initial: 'kaiming-normal' } as const;
      x = attach(convolution(x, args, seed), tf.layers.reLU({ name: `${name}.relu` }));
    }
  }
  const last = stages.length - 1;
  const name = `${last}.${stages[last].length}`;
  const image = convolution(x, { name, filters: 3, initial: 'fan-in-uniform' }, seed);
  const network = tf.model({ inputs: maps, outputs: image });
  const model = imageModel({ architecture, ...options }, STYLE_DECODER, network, ['image']);
  beginGrey(model, `${name}.weight`);
  return {
    ...model,
    forward(features) {
      if (features.shape[3] !== 8 * width)
        throw new Error(`The decoder takes maps [N, H, W, ${8 * width}], got [${features.shape}].`);
      return { image: tf.tidy(() => network.apply(features) as tf.Tensor) };
    },
  };
}

/** Features have any scale, and so would the first images: huge losses of which the rectifiers die. */
function beginGrey(model: ImageModel, last: string): void {
  const { variable } = model.parameters().find((weight) => weight.name === last) as NamedWeight;
  tf.tidy(() => variable.assign(tf.mul(variable, GREY)));
}

type Initial = Conv2dArgs['initial'];

function convolution(
  x: tf.SymbolicTensor,
  args: { name: string; filters: number; initial: Initial },
  seed: number,
): tf.SymbolicTensor {
  const padded = attach(x, new ReflectionPad({ name: `${args.name}.pad` }));
  const layer = new Conv2d({ ...args, kernelSize: 3, useBias: true, seed: deriveSeed(seed, args.name) });
  return attach(padded, layer);
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^([0-9a-f]{64})?$/.test(value);
}
