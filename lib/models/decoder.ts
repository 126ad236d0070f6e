// The decoder of LocNet: from the deepest map of an encoder back to the resolution of the image.
import * as tf from '@tensorflow/tfjs';
import { BatchNorm2d } from '../layers/batchNorm2d';
import { Conv2d } from '../layers/conv2d';
import { ConvTranspose2d } from '../layers/convTranspose2d';
import { LeakyRelu } from '../layers/leakyRelu';
import { Upsample } from '../layers/upsample';
import { deriveSeed } from '../random';
import { attach, type BlockContext } from './blocks';

export interface ConvBlockArgs {
  filters: number;
  /** Default 3. */
  kernelSize?: number;
  /** Default 1. */
  stride?: number;
  /** Whether the leaky rectifier follows. Default true. */
  rectify?: boolean;
}

/** Convolution with bias, batch norm, leaky rectifier of slope 0.01: `<prefix>conv`, `<prefix>bn`, `<prefix>relu`. */
export function convBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  args: ConvBlockArgs,
  { seed }: BlockContext,
): tf.SymbolicTensor {
  const { filters, kernelSize = 3, stride = 1, rectify = true } = args;
  const name = `${prefix}conv`;
  const padding = (kernelSize - 1) / 2;
  const options = { name, filters, kernelSize, stride, padding, useBias: true, seed: deriveSeed(seed, name) };
  const y = attach(attach(x, new Conv2d(options)), new BatchNorm2d({ name: `${prefix}bn` }));
  return rectify ? attach(y, new LeakyRelu({ name: `${prefix}relu` })) : y;
}

/** Two ConvBlocks at the deepest resolution: `<prefix>0.`, `<prefix>1.`. */
export function bridge(
  x: tf.SymbolicTensor,
  prefix: string,
  filters: number,
  context: BlockContext,
): tf.SymbolicTensor {
  return convBlock(convBlock(x, `${prefix}0.`, { filters }, context), `${prefix}1.`, { filters }, context);
}

export const UPSAMPLINGS = ['conv_transpose', 'bilinear'] as const;
export type Upsampling = (typeof UPSAMPLINGS)[number];

export interface UpBlockArgs {
  filters: number;
  /** Channels of the enlarged map. Default: `filters`. */
  upsampled?: number;
  /** A map of twice the rows and columns that is joined behind the enlarged one. */
  skip?: tf.SymbolicTensor;
  /** A transposed convolution 2x2 of stride 2, or bilinear enlargement and a 1x1 convolution. Default: `conv_transpose`. */
  upsampling?: Upsampling;
}

/** Enlarges a map twice, joins the skip if there is one, and applies two ConvBlocks: `[N, H, W, C]` to `[N, 2H, 2W, filters]`. */
export function upBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  { filters, upsampled = filters, skip, upsampling = 'conv_transpose' }: UpBlockArgs,
  context: BlockContext,
): tf.SymbolicTensor {
  const up = enlarge(x, `${prefix}upsample`, upsampled, upsampling, context);
  const joined = skip === undefined ? up : join(up, skip, `${prefix}concat`);
  const y = convBlock(joined, `${prefix}conv_block_1.`, { filters }, context);
  return convBlock(y, `${prefix}conv_block_2.`, { filters }, context);
}

function enlarge(
  x: tf.SymbolicTensor,
  name: string,
  filters: number,
  upsampling: Upsampling,
  { seed }: BlockContext,
): tf.SymbolicTensor {
  const args = { filters, seed: deriveSeed(seed, name) };
  if (upsampling === 'conv_transpose') return attach(x, new ConvTranspose2d({ name, size: 2, ...args }));
  const larger = attach(x, new Upsample({ name: `${name}.0`, factor: 2 }));
  return attach(larger, new Conv2d({ name: `${name}.1`, kernelSize: 1, useBias: true, ...args }));
}

function join(up: tf.SymbolicTensor, skip: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return tf.layers.concatenate({ name, axis: -1 }).apply([up, skip]) as tf.SymbolicTensor;
}

export interface DecoderArgs {
  /** Channels after the last UpBlock; 16, 8, 4, 2 times as many after the others. */
  width: number;
  /** Of the result: 1 for depth, 3 for an image. */
  channels: number;
  /** For each of the five UpBlocks, from the deepest. Default: none. */
  skips?: readonly tf.SymbolicTensor[];
  upsampling?: Upsampling;
}

/** Bridge, five UpBlocks and a 1x1 convolution: `[N, H/32, W/32, C]` to `[N, H, W, channels]`, linear. Spec of LocNet, sections 1.3, 1.4. */
export function decoder(
  deepest: tf.SymbolicTensor,
  { width, channels, skips, upsampling }: DecoderArgs,
  context: BlockContext,
): tf.SymbolicTensor {
  let x = bridge(deepest, 'bridge.bridge.', deepest.shape[3] as number, context);
  for (let level = 0; level < 5; level++) {
    const filters = width * 2 ** (4 - level);
    x = upBlock(x, `up_blocks.${level}.`, { filters, skip: skips?.[level], upsampling }, context);
  }
  const seed = deriveSeed(context.seed, 'out');
  return attach(x, new Conv2d({ name: 'out', filters: channels, kernelSize: 1, useBias: true, seed }));
}
