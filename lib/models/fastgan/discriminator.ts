// FastGAN's discriminator: judges an image at two sizes, and paints real ones back from its own maps.
import * as tf from '@tensorflow/tfjs';
import { AdaptiveAveragePool } from '../../layers/adaptiveAveragePool';
import { attach } from '../blocks';
import { imageModel } from '../imageModel';
import type { ForwardOptions, ImageModel, ModelSpec, Origin } from '../model';
import { flag, integer, oneOf, readOptions } from '../options';
import {
  downBlock,
  excitation,
  type FastGanContext,
  normRectifier,
  rectifier,
  residualDownBlock,
  spectralConvolution,
  upBlock,
} from './blocks';
import { drawNorms } from './drawNorms';
import { IMAGE_SIZES, smallSize } from './generator';

export interface DiscriminatorOptions {
  /** Channels in units of which all maps are wide; 64 is the authors'. */
  width: number;
  /** Rows and columns of the large image: 64, 128, 256, 512 or 1024. */
  imageSize: number;
  /** Whether skip-layer excitations pass a sigmoid: published FastGAN's do, those of the report's code do not. */
  excitationSigmoid: boolean;
  /** Channels in units of which the decoders are wide; the authors' are 32, whatever the width. */
  decoderWidth: number;
}

const DEFAULTS: DiscriminatorOptions = {
  width: 64,
  imageSize: 256,
  excitationSigmoid: false,
  decoderWidth: 32,
};

const CHECKS = {
  width: integer(1, 1024),
  imageSize: oneOf(...IMAGE_SIZES),
  excitationSigmoid: flag(),
  decoderWidth: integer(1, 1024),
};

/** Channels by the side of the map, in units of the width. */
const WIDTHS: Readonly<Record<number, number>> = {
  512: 1 / 8,
  256: 1 / 4,
  128: 1 / 2,
  64: 1,
  32: 2,
  16: 4,
  8: 8,
};
/** Channels of a decoder's maps by their side, in units of its width. */
const DECODER_WIDTHS: Readonly<Record<number, number>> = { 16: 4, 32: 2, 64: 2, 128: 1 };
/** Side of the last map, and of what the decoders start from. */
const LAST = 8;
/** The authors' names count down from 512. */
const COUNTED_FROM = 512;
/** Images are first brought to this side at most. */
const LARGEST_MAP = 256;

/** Quarters of the 16 x 16 map, in the authors' order. */
export const QUARTERS = ['top left', 'top right', 'bottom left', 'bottom right'] as const;

/** An image at both sizes: `[N, imageSize, imageSize, 3]` and `[N, s, s, 3]` with `smallSize`. */
export interface ImagePair {
  readonly big: tf.Tensor4D;
  readonly small: tf.Tensor4D;
}

/** Real images painted back, each `[N, s, s, 3]` in [-1, 1]: from the last map, from that of the small image, and of one quarter of the image. */
export interface Reconstructions {
  readonly big: tf.Tensor4D;
  readonly small: tf.Tensor4D;
  readonly part: tf.Tensor4D;
}

/** Judges pairs of images. Tensors that it returns are the caller's. */
export interface Discriminator extends Omit<ImageModel, 'forward'> {
  /** `[2N, 5, 5, 1]`: of the large images, then of the small ones. Above 0: real. */
  judge(images: ImagePair, options?: ForwardOptions): tf.Tensor4D;
  /** The same, and the images painted back; `quarter`, 0 to 3, says which part. */
  judgeAndPaint(
    images: ImagePair,
    quarter: number,
    options?: ForwardOptions,
  ): { logits: tf.Tensor4D } & Reconstructions;
}

const ORIGIN: Origin = { module: 'lib/models/fastgan/discriminator', builder: 'buildDiscriminator' };

/** A discriminator from a spec `{ architecture: 'fastgan-discriminator', ...DiscriminatorOptions }`; at 256 pixels 11,526,160 parameters.
 *
 *  Throws on unknown options and sizes that are not listed. Source: the spec, section 5; names as the authors'. */
export function buildDiscriminator(spec: ModelSpec, seed: number): Discriminator {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, CHECKS);
  const context = { seed };
  const full = { architecture, ...options };
  const judging = judgingNetwork(options, context);
  const judges = imageModel(full, ORIGIN, judging, ['big', 'small', 'last', 'middle', 'lastSmall']);
  const decoders = ['decoder_big', 'decoder_part', 'decoder_small'].map((name) => {
    const channels = channelsOf(name === 'decoder_big' ? LAST : 2 * LAST, options);
    return imageModel(full, ORIGIN, decoder(name, channels, options, context), ['image']);
  });
  for (const part of [judges, ...decoders]) drawNorms(part, seed);
  const parts = [judges, ...decoders];
  const apply = (images: ImagePair, { training = false }: ForwardOptions): tf.Tensor4D[] =>
    judging.apply([images.big, images.small], { training }) as tf.Tensor4D[];
  const logitsOf = ([big, small]: tf.Tensor4D[]): tf.Tensor4D => tf.concat([big, small]);
  return {
    spec: full,
    origin: ORIGIN,
    network: judging,
    judge: (images, given = {}) => tf.tidy(() => logitsOf(apply(images, given))),
    judgeAndPaint: (images, quarter, given = {}) =>
      tf.tidy(() => {
        const outputs = apply(images, given);
        const [, , last, middle, lastSmall] = outputs;
        const [big, part, small] = [last, quarterOf(middle, quarter), lastSmall].map(
          (map, i) => decoders[i].forward(map, given).image as tf.Tensor4D,
        );
        return { logits: logitsOf(outputs), big, part, small };
      }),
    parameters: () => parts.flatMap((part) => part.parameters()),
    buffers: () => parts.flatMap((part) => part.buffers()),
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

/** One quarter of square maps `[N, S, S, C]`, by its place in `QUARTERS`: `[N, S/2, S/2, C]`. Throws on another place. */
export function quarterOf(maps: tf.Tensor4D, quarter: number): tf.Tensor4D {
  if (QUARTERS[quarter] === undefined) throw new Error(`A map has the quarters 0 to 3, not ${quarter}.`);
  const [images, side, , channels] = maps.shape;
  const half = side / 2;
  const [row, column] = [Math.floor(quarter / 2), quarter % 2];
  return tf.slice(maps, [0, row * half, column * half, 0], [images, half, half, channels]);
}

function judgingNetwork(options: DiscriminatorOptions, context: FastGanContext): tf.LayersModel {
  const { imageSize, excitationSigmoid: sigmoid } = options;
  const small = smallSize(imageSize);
  const [bigImages, smallImages] = [imageSize, small].map((side, i) =>
    tf.input({ shape: [side, side, 3], name: ['big', 'small'][i] }),
  );
  const first = stem(bigImages, options, context);
  const maps = new Map<number, tf.SymbolicTensor>([[first.shape[1] as number, first]]);
  for (let side = (first.shape[1] as number) / 2; side >= LAST; side /= 2) {
    const down = `down_${COUNTED_FROM / side}.`;
    const map = residualDownBlock(maps.get(2 * side)!, down, channelsOf(side, options), context);
    const source = maps.get(8 * side);
    const gate = `se_${COUNTED_FROM / (8 * side)}_${COUNTED_FROM / side}.`;
    maps.set(side, source === undefined ? map : excitation(source, map, gate, { sigmoid }, context));
  }
  const last = maps.get(LAST)!;
  const hidden = spectralConvolution(
    last,
    { name: 'rf_big.0', filters: 16 * options.width, kernelSize: 1 },
    context,
  );
  const big = logits(normRectifier(hidden, 'rf_big.', 1), 'rf_big.3', context);
  const lastSmall = smallPath(smallImages, options, context);
  return tf.model({
    inputs: [bigImages, smallImages],
    outputs: [big, logits(lastSmall, 'rf_small.0', context), last, maps.get(2 * LAST)!, lastSmall],
  });
}

/** The first map of the large image, of its side and at most 256. */
function stem(
  images: tf.SymbolicTensor,
  options: DiscriminatorOptions,
  context: FastGanContext,
): tf.SymbolicTensor {
  const { imageSize } = options;
  const half = { kernelSize: 4, stride: 2, padding: 1 };
  const name = (place: number): string => `down_from_big.${place}`;
  const filters = channelsOf(Math.min(imageSize, LARGEST_MAP), options);
  if (imageSize <= LARGEST_MAP) {
    const args = { name: name(0), filters, kernelSize: 3, padding: 1 };
    return rectifier(spectralConvolution(images, args, context), name(1));
  }
  if (imageSize === 2 * LARGEST_MAP) {
    return rectifier(spectralConvolution(images, { name: name(0), filters, ...half }, context), name(1));
  }
  const wide = channelsOf(2 * LARGEST_MAP, options);
  const first = rectifier(
    spectralConvolution(images, { name: name(0), filters: wide, ...half }, context),
    name(1),
  );
  const second = spectralConvolution(first, { name: name(2), filters, ...half }, context);
  return normRectifier(second, 'down_from_big.', 3);
}

/** From the small image to its map of 8 x 8. */
function smallPath(
  images: tf.SymbolicTensor,
  options: DiscriminatorOptions,
  context: FastGanContext,
): tf.SymbolicTensor {
  const side = (images.shape[1] as number) / 2;
  // Half as many channels as the large image's map of this side.
  const filters = (of: number): number => channelsOf(2 * of, options);
  const args = {
    name: 'down_from_small.0',
    filters: filters(side),
    kernelSize: 4,
    stride: 2,
    padding: 1,
  };
  let map = rectifier(spectralConvolution(images, args, context), 'down_from_small.1');
  for (let next = side / 2, place = 2; next >= LAST; next /= 2, place++) {
    map = downBlock(map, `down_from_small.${place}.`, filters(next), context);
  }
  return map;
}

function logits(map: tf.SymbolicTensor, name: string, context: FastGanContext): tf.SymbolicTensor {
  return spectralConvolution(map, { name, filters: 1, kernelSize: 4 }, context);
}

/** `[N, S, S, channels]` to the small image, by way of 8 x 8. */
export function decoder(
  name: string,
  channels: number,
  { imageSize, decoderWidth }: Pick<DiscriminatorOptions, 'imageSize' | 'decoderWidth'>,
  context: FastGanContext,
  inputSide = LAST,
): tf.LayersModel {
  const input = tf.input({ shape: [inputSide, inputSide, channels], name: `${name}.input` });
  let map = attach(input, new AdaptiveAveragePool({ name: `${name}.main.0`, size: LAST }));
  let place = 1;
  for (let side = 2 * LAST; side <= smallSize(imageSize); side *= 2) {
    map = upBlock(map, `${name}.main.${place++}.`, DECODER_WIDTHS[side] * decoderWidth, context);
  }
  const args = { name: `${name}.main.${place}`, filters: 3, kernelSize: 3, padding: 1 };
  const image = spectralConvolution(map, args, context);
  const bounded = attach(image, tf.layers.activation({ name: `${name}.tanh`, activation: 'tanh' }));
  return tf.model({ inputs: input, outputs: bounded });
}

function channelsOf(side: number, { width }: Pick<DiscriminatorOptions, 'width'>): number {
  return Math.max(1, Math.floor(WIDTHS[side] * width));
}
