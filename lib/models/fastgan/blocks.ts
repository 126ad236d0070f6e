// What FastGAN's generator and discriminator are made of. Section 5 of the spec; Liu et al. 2021.
import * as tf from '@tensorflow/tfjs';
import { AdaptiveAveragePool } from '../../layers/adaptiveAveragePool';
import { BatchNorm2d } from '../../layers/batchNorm2d';
import { ChannelGate, GatedLinearUnit, Swish } from '../../layers/gates';
import { LeakyRelu } from '../../layers/leakyRelu';
import { NoiseInjection, type NoiseInjectionArgs } from '../../layers/noiseInjection';
import { AveragePool } from '../../layers/pooling';
import {
  SpectralConv2d,
  type SpectralConv2dArgs,
  SpectralConvTranspose2d,
} from '../../layers/spectralConv2d';
import { Upsample } from '../../layers/upsample';
import { deriveSeed } from '../../random';
import { attach } from '../blocks';

export interface FastGanContext {
  /** A layer's initial weights follow from this and its name. */
  seed: number;
}

/** Convolution without bias, its kernel spectrally normalised. */
export function spectralConvolution(
  x: tf.SymbolicTensor,
  args: SpectralConv2dArgs & { name: string },
  { seed }: FastGanContext,
): tf.SymbolicTensor {
  return attach(x, new SpectralConv2d({ ...args, seed: deriveSeed(seed, args.name) }));
}

/** Latent vectors `[N, 1, 1, latent]` to `[N, 4, 4, filters]`. */
export function initialMap(
  x: tf.SymbolicTensor,
  prefix: string,
  filters: number,
  { seed }: FastGanContext,
): tf.SymbolicTensor {
  const name = `${prefix}0`;
  const args = { name, filters: 2 * filters, kernelSize: 4, seed: deriveSeed(seed, name) };
  return normGate(attach(x, new SpectralConvTranspose2d(args)), `${prefix}1`);
}

/** `[N, H, W, C]` to `[N, 2H, 2W, filters]`: nearest neighbours, convolution, batch norm, gate. */
export function upBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  filters: number,
  context: FastGanContext,
): tf.SymbolicTensor {
  const args = { name: `${prefix}1`, filters: 2 * filters, kernelSize: 3, padding: 1 };
  return normGate(spectralConvolution(twice(x, `${prefix}0`), args, context), `${prefix}2`);
}

export interface NoisyUpBlockArgs {
  filters: number;
  /** Of the two noise injections; none unless given. */
  noise?: NoiseInjectionArgs['scale'];
}

/** The same with two convolutions, behind each, before its batch norm, noise. */
export function noisyUpBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  { filters, noise }: NoisyUpBlockArgs,
  context: FastGanContext,
): tf.SymbolicTensor {
  return [1, 2].reduce(
    (map, number) => {
      const args = { name: `${prefix}conv${number}`, filters: 2 * filters, kernelSize: 3, padding: 1 };
      const convolved = spectralConvolution(map, args, context);
      const name = `${prefix}noise${number}`;
      const noisy =
        noise === undefined ? convolved : attach(convolved, new NoiseInjection({ name, scale: noise }));
      return normGate(noisy, `${prefix}bn${number}`);
    },
    twice(x, `${prefix}upsample`),
  );
}

export interface ExcitationArgs {
  /** Whether the gates pass a sigmoid, as published; the shipped code makes this layer and never applies it. */
  sigmoid: boolean;
}

/** Skip-layer excitation: a small map decides how much of each channel of a large one passes; the large one's shape. */
export function excitation(
  small: tf.SymbolicTensor,
  large: tf.SymbolicTensor,
  prefix: string,
  { sigmoid }: ExcitationArgs,
  context: FastGanContext,
): tf.SymbolicTensor {
  const filters = large.shape[3] as number;
  const pooled = attach(small, new AdaptiveAveragePool({ name: `${prefix}main.0`, size: 4 }));
  const hidden = spectralConvolution(pooled, { name: `${prefix}main.1`, filters, kernelSize: 4 }, context);
  const active = attach(hidden, new Swish({ name: `${prefix}main.2` }));
  const gates = spectralConvolution(active, { name: `${prefix}main.3`, filters, kernelSize: 1 }, context);
  return new ChannelGate({ name: `${prefix}gate`, sigmoid }).apply([large, gates]) as tf.SymbolicTensor;
}

/** `[N, H, W, C]` to `[N, H/2, W/2, filters]`: convolution 4x4, batch norm, leaky rectifier. */
export function downBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  filters: number,
  context: FastGanContext,
): tf.SymbolicTensor {
  const args = { name: `${prefix}main.0`, filters, kernelSize: 4, stride: 2, padding: 1 };
  return normRectifier(spectralConvolution(x, args, context), `${prefix}main.`, 1);
}

/** The mean of two ways down: a down block with a second convolution, and a pooled map through a convolution 1x1. */
export function residualDownBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  filters: number,
  context: FastGanContext,
): tf.SymbolicTensor {
  const args = { name: `${prefix}main.3`, filters, kernelSize: 3, padding: 1 };
  const convolved = spectralConvolution(downBlock(x, prefix, filters, context), args, context);
  const main = normRectifier(convolved, `${prefix}main.`, 4);
  const pooled = attach(x, new AveragePool({ name: `${prefix}direct.0`, size: 2 }));
  const pointwise = spectralConvolution(
    pooled,
    { name: `${prefix}direct.1`, filters, kernelSize: 1 },
    context,
  );
  const direct = normRectifier(pointwise, `${prefix}direct.`, 2);
  return tf.layers.average({ name: `${prefix}mean` }).apply([main, direct]) as tf.SymbolicTensor;
}

/** Batch norm `<prefix><place>`, then the leaky rectifier of slope 0.2 at the next place. */
export function normRectifier(x: tf.SymbolicTensor, prefix: string, place: number): tf.SymbolicTensor {
  const normed = attach(x, new BatchNorm2d({ name: `${prefix}${place}` }));
  return rectifier(normed, `${prefix}${place + 1}`);
}

/** The leaky rectifier of slope 0.2. */
export function rectifier(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return attach(x, new LeakyRelu({ name, slope: 0.2 }));
}

/** Batch norm of this name, then the gated linear unit, which halves the channels. */
function normGate(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return attach(attach(x, new BatchNorm2d({ name })), new GatedLinearUnit({ name: `${name}.gate` }));
}

function twice(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return attach(x, new Upsample({ name, factor: 2, mode: 'nearest' }));
}
