// ResNet-50 as torchvision builds it (v1.5), and the encoder of LocNet, which is the same network without its head.
import * as tf from '@tensorflow/tfjs';
import { Dropout } from '../layers/dropout';
import { Linear } from '../layers/linear';
import { GlobalAveragePool, MaxPool } from '../layers/pooling';
import { deriveSeed } from '../random';
import { attach, type BlockContext, convolutionNorm } from './blocks';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { integer, readOptions, real } from './options';

export interface ResNet50Options {
  /** Channels of the stem; 64 is the ResNet-50 of the papers. */
  width: number;
  /** Rows and columns of the image, a multiple of 32. */
  inputSize: number;
  classes: number;
  /** Of the pooled features, before the classifier. */
  dropout: number;
  /** Of whole maps, after each stage of the encoder. */
  encoderDropout: number;
}

const DEFAULTS: ResNet50Options = { width: 64, inputSize: 224, classes: 16, dropout: 0, encoderDropout: 0 };

/** Checks of the options that all networks on this encoder have. */
export const ENCODER_CHECKS = {
  width: integer(1, 1024),
  inputSize: {
    expected: 'a multiple of 32 pixels, because the encoder halves the image five times',
    test: (value: unknown) =>
      Number.isInteger(value) && (value as number) > 0 && (value as number) % 32 === 0,
  },
  classes: integer(2, 100000),
  dropout: real(0, 0.99, { includeLow: true }),
  encoderDropout: real(0, 0.99, { includeLow: true }),
};

/** Channels of the narrow convolutions in units of the width, bottlenecks, and the stride of the first. */
const STAGES = [
  { widths: 1, blocks: 3, stride: 1 },
  { widths: 2, blocks: 4, stride: 2 },
  { widths: 4, blocks: 6, stride: 2 },
  { widths: 8, blocks: 3, stride: 2 },
];
/** Channels of a bottleneck's output in units of its narrow convolutions. */
const EXPANSION = 4;

/** How a network calls the parts of its encoder. */
export interface EncoderNames {
  readonly stem: readonly [convolution: string, norm: string, relu: string, pool: string];
  /** Before a block's layers, e.g. `layer1.0.`. */
  block(stage: number, block: number): string;
}

/** torchvision's names. Initial weights follow from them, whatever a network calls its layers: an encoder starts alike everywhere. */
const TORCHVISION: EncoderNames = {
  stem: ['conv1', 'bn1', 'relu', 'maxpool'],
  block: (stage, block) => `layer${stage + 1}.${block}.`,
};

/** Maps of an encoder: `stem` `[N, H/2, W/2, width]`, then `stages` of 4, 8, 16 and 32 times fewer rows, 4, 8, 16 and 32 widths. */
export interface EncoderMaps {
  readonly stem: tf.SymbolicTensor;
  readonly stages: readonly tf.SymbolicTensor[];
}

export interface BottleneckArgs {
  /** Channels inside; four times as many leave. */
  filters: number;
  stride: number;
}

/** 1x1, 3x3 (with the stride) and 1x1 convolutions and a shortcut: `relu(bn3(conv3(relu(bn2(conv2(relu(bn1(conv1(x)))))))) + shortcut(x))`.
 *
 *  x `[N, H, W, C]` to `[N, H / stride, W / stride, 4 * filters]`. Layers are named `<names.of>conv1` and so on, seeds `<names.seedOf>conv1`.
 *  Source: He et al. 2016, figure 5 right; torchvision puts the stride on the 3x3 convolution. */
export function bottleneck(
  x: tf.SymbolicTensor,
  names: { of: string; seedOf: string },
  { filters, stride }: BottleneckArgs,
  context: BlockContext,
): tf.SymbolicTensor {
  const wide = EXPANSION * filters;
  const relu = (y: tf.SymbolicTensor, part: string) => attach(y, tf.layers.reLU({ name: names.of + part }));
  const convolve = (
    y: tf.SymbolicTensor,
    [convolution, norm]: readonly [string, string],
    args: { filters: number; kernelSize: number; stride?: number },
  ) =>
    convolutionNorm(
      y,
      [names.of + convolution, names.of + norm],
      { ...args, seedName: names.seedOf + convolution, initial: 'kaiming-normal' },
      context,
    );
  let y = relu(convolve(x, ['conv1', 'bn1'], { filters, kernelSize: 1 }), 'relu1');
  y = relu(convolve(y, ['conv2', 'bn2'], { filters, kernelSize: 3, stride }), 'relu2');
  y = convolve(y, ['conv3', 'bn3'], { filters: wide, kernelSize: 1 });
  const shapeChanges = stride !== 1 || x.shape[3] !== wide;
  const shortcut = shapeChanges
    ? convolve(x, ['downsample.0', 'downsample.1'], { filters: wide, kernelSize: 1, stride })
    : x;
  const sum = tf.layers.add({ name: `${names.of}add` }).apply([y, shortcut]) as tf.SymbolicTensor;
  return relu(sum, 'relu3');
}

/** The convolutional part of ResNet-50 on images `[N, H, W, 3]`. Source: torchvision's `resnet50`; spec of LocNet, section 1.2. */
export function resNet50Encoder(
  images: tf.SymbolicTensor,
  names: EncoderNames,
  { width, encoderDropout }: Pick<ResNet50Options, 'width' | 'encoderDropout'>,
  context: BlockContext,
): EncoderMaps {
  const [convolution, norm, relu, pool] = names.stem;
  const first = { filters: width, kernelSize: 7, stride: 2, initial: 'kaiming-normal' } as const;
  let x = convolutionNorm(images, [convolution, norm], { ...first, seedName: TORCHVISION.stem[0] }, context);
  const stem = attach(x, tf.layers.reLU({ name: relu })); // H/2, W/2, width
  x = attach(stem, new MaxPool({ name: pool, size: 3, stride: 2, padding: 1 })); // H/4, W/4, width
  const stages: tf.SymbolicTensor[] = [];
  for (const [stage, { widths, blocks, stride }] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const blockNames = { of: names.block(stage, block), seedOf: TORCHVISION.block(stage, block) };
      const args = { filters: widths * width, stride: block === 0 ? stride : 1 };
      x = bottleneck(x, blockNames, args, context);
    }
    if (encoderDropout > 0) x = attach(x, new Dropout({ name: `dropout${stage + 1}`, rate: encoderDropout }));
    stages.push(x);
  } // H/32, W/32, 32 * width
  return { stem, stages };
}

export interface ClassifierArgs {
  /** Of the linear layer. */
  name: string;
  classes: number;
  dropout: number;
}

/** From the deepest map to logits `[N, classes]`: mean over the map, dropout, linear. */
export function classifier(
  map: tf.SymbolicTensor,
  { name, classes, dropout }: ClassifierArgs,
  { seed }: BlockContext,
): tf.SymbolicTensor {
  let x = attach(map, new GlobalAveragePool({ name: 'avg_pool' }));
  if (dropout > 0) x = attach(x, new Dropout({ name: 'dropout', rate: dropout }));
  return attach(x, new Linear({ name, units: classes, seed: deriveSeed(seed, 'classifier') }));
}

const RESNET_50: Origin = { module: 'lib/models/resnet50', builder: 'buildResNet50' };

/** ResNet-50 from a spec `{ architecture: 'resnet50', ...ResNet50Options }`; output `logits` `[N, classes]`; torchvision's names.
 *
 *  With width 64: 23,540,816 parameters for 16 classes, 25,557,032 for 1,000. Throws on unknown options and on sides that are no multiple
 *  of 32. With dropout 0.2 and 16 classes this is LocNet's baseline. Source: He et al. 2016; torchvision's `resnet50`. */
export function buildResNet50(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, ENCODER_CHECKS);
  const { inputSize, classes, dropout } = options;
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' });
  const { stages } = resNet50Encoder(images, TORCHVISION, options, { seed });
  const logits = classifier(stages[3], { name: 'fc', classes, dropout }, { seed });
  const network = tf.model({ inputs: images, outputs: logits });
  return imageModel({ architecture, ...options }, RESNET_50, network, ['logits']);
}
