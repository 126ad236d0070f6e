// What AlexNet and VGG share: a plain chain of layers named as torchvision's, `features.0` .. and `classifier.0` ...
import * as tf from '@tensorflow/tfjs';
import { AdaptiveAveragePool } from '../layers/adaptiveAveragePool';
import { Conv2d, type Conv2dArgs } from '../layers/conv2d';
import { Dropout } from '../layers/dropout';
import { Linear } from '../layers/linear';
import { FlattenChannelsFirst } from '../layers/pooling';
import { deriveSeed } from '../random';
import { attach } from './blocks';

/** A layer by its name, which torchvision counts from 0 in each part of the network. */
export type Named = (name: string) => tf.layers.Layer;

/** A convolution with bias and its rectifier. */
export function convolutionRelu(args: Omit<Conv2dArgs, 'name' | 'seed'>, seed: number): Named[] {
  return [
    (name) => new Conv2d({ ...args, name, useBias: true, seed: deriveSeed(seed, name) }),
    (name) => tf.layers.reLU({ name }),
  ];
}

/** Attaches the layers one after the other as `<part>.0`, `<part>.1`, ... */
export function chain(x: tf.SymbolicTensor, part: string, layers: readonly Named[]): tf.SymbolicTensor {
  return layers.reduce((y, layer, place) => attach(y, layer(`${part}.${place}`)), x);
}

export interface PlainHead {
  /** Rows and columns of the map that the classifier sees. */
  readonly map: number;
  /** Units of the two hidden layers. */
  readonly hidden: number;
  readonly classes: number;
  readonly dropout: number;
  /** Whether dropout comes before each hidden layer (AlexNet) or behind it (VGG): the places decide the names. */
  readonly dropoutFirst: boolean;
}

/** From the last map to logits `[N, classes]`: adaptive pooling, two hidden layers with dropout, linear. */
export function plainHead(x: tf.SymbolicTensor, head: PlainHead, seed: number): tf.SymbolicTensor {
  const { map, hidden, classes, dropout, dropoutFirst } = head;
  const linear =
    (units: number): Named =>
    (name) =>
      new Linear({ name, units, seed: deriveSeed(seed, name) });
  const relu: Named = (name) => tf.layers.reLU({ name });
  const drop: Named = (name) => new Dropout({ name, rate: dropout });
  const layers = dropoutFirst
    ? [drop, linear(hidden), relu, drop, linear(hidden), relu, linear(classes)]
    : [linear(hidden), relu, drop, linear(hidden), relu, drop, linear(classes)];
  const pooled = attach(x, new AdaptiveAveragePool({ name: 'avgpool', size: map }));
  return chain(attach(pooled, new FlattenChannelsFirst({ name: 'flatten' })), 'classifier', layers);
}

/** Hidden units of torchvision's networks, in widths. */
const HIDDEN_WIDTHS = 64;

/** Defaults of a network's options, with as many hidden units as its width asks for. */
export function withHidden<T extends { width: number }>(
  defaults: T,
  { width = defaults.width }: { readonly width?: unknown },
): T & { hidden: number } {
  return { ...defaults, hidden: HIDDEN_WIDTHS * Number(width) };
}
