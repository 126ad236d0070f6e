// What the residual networks share: one call to attach a layer, and a convolution with its batch norm.
import type * as tf from '@tensorflow/tfjs';
import { BatchNorm2d } from '../layers/batchNorm2d';
import { Conv2d, type Conv2dArgs } from '../layers/conv2d';
import { deriveSeed } from '../random';

/** What every layer of one network shares. */
export interface BlockContext {
  /** A layer's initial weights follow from this and its name: variants of a network start from the same weights. */
  seed: number;
  frozenBatchNorm?: boolean;
}

export interface ConvolutionNormArgs
  extends Pick<Conv2dArgs, 'filters' | 'kernelSize' | 'useBias' | 'initial'> {
  /** Default 1. */
  stride?: number;
  /** What the seed is derived from. Default: the name. */
  seedName?: string;
}

/** The output of a layer on x. */
export function attach(x: tf.SymbolicTensor, layer: tf.layers.Layer): tf.SymbolicTensor {
  return layer.apply(x) as tf.SymbolicTensor;
}

/** Convolution, padded to keep the size at stride 1, then batch norm. */
export function convolutionNorm(
  x: tf.SymbolicTensor,
  [name, norm]: readonly [convolution: string, norm: string],
  { seedName = name, ...args }: ConvolutionNormArgs,
  { seed, frozenBatchNorm = false }: BlockContext,
): tf.SymbolicTensor {
  const padding = (args.kernelSize - 1) / 2;
  const convolution = new Conv2d({ name, padding, seed: deriveSeed(seed, seedName), ...args });
  return attach(attach(x, convolution), new BatchNorm2d({ name: norm, frozen: frozenBatchNorm }));
}
