// A convolutional encoder with recurrence within its maps: stages of convolution and horizontal gated recurrent unit.
import * as tf from '@tensorflow/tfjs';
import { BatchNorm2d } from '../layers/batchNorm2d';
import { Conv2d } from '../layers/conv2d';
import { HGru, type HgruInitialState } from '../layers/hgru';
import { deriveSeed } from '../random';
import { attach, type BlockContext } from './blocks';
import { integer, oneOf, readOptions } from './options';

export interface HgruStagesOptions {
  /** Channels of the first stage; the others have 2, 4, 8 and again 8 times as many. Default 16. */
  width?: number;
  /** The first of the five stages that is followed by a recurrent unit, 1 to 5; 6 is none. Default 3, maps of an eighth of the image, as in the
   *  original: a unit costs `2 * steps` convolutions of its maps. */
  firstRecurrent?: number;
  /** Steps of each unit. Default 8. */
  steps?: number;
  /** Of the recurrent kernels, odd. Default 3. */
  recurrentKernel?: number;
  /** Default `zeros`. */
  initialState?: HgruInitialState;
}

const DEFAULTS: Required<HgruStagesOptions> = {
  width: 16,
  firstRecurrent: 3,
  steps: 8,
  recurrentKernel: 3,
  initialState: 'zeros',
};
const CHECKS = {
  width: integer(1, 4096),
  firstRecurrent: integer(1, 6),
  steps: integer(1, 1000),
  recurrentKernel: oneOf(1, 3, 5, 7, 9, 11, 13, 15),
  initialState: oneOf('zeros', 'random'),
};

/** Channels of the five stages, in units of the width. */
const WIDTHS = [1, 2, 4, 8, 8];

/** Five stages, each a 3x3 convolution of stride 2, batch norm, relu and, from `firstRecurrent` on, a recurrent unit: x `[N, H, W, C]` to their
 *  maps, `[N, H / 2, W / 2, width]` first and `[N, H / 32, W / 32, 8 width]` last (sides rounded up).
 *
 *  Layer names: `stage1.conv`, `stage1.bn`, `stage1.relu`, `stage1.hgru` and so on. Throws on unknown options. Source: the idea of
 *  LocNet's repository (Linsley et al. 2018), with small widths and strides of 2 where it has 3. */
export function hgruStages(
  x: tf.SymbolicTensor,
  given: HgruStagesOptions,
  context: BlockContext,
): tf.SymbolicTensor[] {
  const options = readOptions('the hGRU encoder', { ...given }, DEFAULTS, CHECKS);
  const maps: tf.SymbolicTensor[] = [];
  for (const [i, widths] of WIDTHS.entries()) {
    const input = maps.at(-1) ?? x;
    maps.push(stage(input, i + 1, widths * options.width, options, context));
  }
  return maps;
}

function stage(
  x: tf.SymbolicTensor,
  number: number,
  filters: number,
  { firstRecurrent, steps, recurrentKernel, initialState }: Required<HgruStagesOptions>,
  { seed, frozenBatchNorm: frozen = false }: BlockContext,
): tf.SymbolicTensor {
  const name = (part: string) => `stage${number}.${part}`;
  const seeded = (part: string) => ({ name: name(part), seed: deriveSeed(seed, name(part)) });
  const layers: tf.layers.Layer[] = [
    new Conv2d({ ...seeded('conv'), filters, kernelSize: 3, stride: 2, padding: 1 }),
    new BatchNorm2d({ name: name('bn'), frozen }),
    tf.layers.reLU({ name: name('relu') }),
  ];
  if (number >= firstRecurrent) {
    layers.push(new HGru({ ...seeded('hgru'), kernelSize: recurrentKernel, steps, initialState, frozen }));
  }
  return layers.reduce(attach, x);
}
