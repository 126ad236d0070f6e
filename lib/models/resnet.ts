// ResNet-18 with a 3x3 stem and an optional Top-K activation after its second stage.
import * as tf from '@tensorflow/tfjs';
import { Linear } from '../layers/linear';
import { AveragePool, FlattenChannelsFirst, GlobalAveragePool } from '../layers/pooling';
import { TopK, TopKMean } from '../layers/topK';
import { TOP_K_MEAN_FORMS, type TopKMeanForm } from '../ops/topKMean';
import { deriveSeed } from '../random';
import { attach, type BlockContext, convolutionNorm } from './blocks';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { flag, integer, oneOf, readOptions, real } from './options';

export interface ResNetOptions {
  /** The head: `code` pools 2x2 (4x4 with a stem of stride 1) and flattens; `paper` pools the whole map. */
  variant: 'code' | 'paper';
  /** Channels of the first stage; the others have 2, 4 and 8 times as many. */
  width: number;
  /** Rows and columns of the image. */
  inputSize: number;
  classes: number;
  stemStride: 1 | 2;
  /** What follows the second stage. */
  activation: 'none' | 'topk' | 'topk-mean';
  /** Share of the positions of each map that pass. */
  topKFraction: number;
  topKForm: TopKMeanForm;
  /** Batch norm by its running statistics in training too. */
  frozenBatchNorm: boolean;
}

const DEFAULTS: ResNetOptions = {
  variant: 'code',
  width: 64,
  inputSize: 224,
  classes: 10,
  stemStride: 2,
  activation: 'none',
  topKFraction: 0.2,
  topKForm: 'reproduction',
  frozenBatchNorm: false,
};

const CHECKS = {
  variant: oneOf('code', 'paper'),
  width: integer(1, 1024),
  inputSize: integer(8, 4096),
  classes: integer(2, 100000),
  stemStride: oneOf(1, 2),
  activation: oneOf('none', 'topk', 'topk-mean'),
  topKFraction: real(0, 1),
  topKForm: oneOf(...TOP_K_MEAN_FORMS),
  frozenBatchNorm: flag(),
};

/** Channels in units of the width, and the stride of the first of two blocks. */
const STAGES = [
  { name: 'layer1', widths: 1, stride: 1 },
  { name: 'layer2', widths: 2, stride: 2 },
  { name: 'layer3', widths: 4, stride: 2 },
  { name: 'layer4', widths: 8, stride: 2 },
];
const STAGE_BEFORE_ACTIVATION = 'layer2';

export interface BasicBlockArgs {
  filters: number;
  stride: number;
}

/** Two 3x3 convolutions and a shortcut: `relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x))`.
 *
 *  x `[N, H, W, C]` to `[N, ceil(H / stride), ceil(W / stride), filters]`. The shortcut is x itself or, where the shape changes, a
 *  1x1 convolution with batch norm. Layer names as torchvision's, after `prefix`. Source: He et al. 2016, figure 5 left. */
export function basicBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  { filters, stride }: BasicBlockArgs,
  context: BlockContext,
): tf.SymbolicTensor {
  const name = (part: string) => `${prefix}${part}`;
  let y = convolutionNorm(x, [name('conv1'), name('bn1')], { filters, kernelSize: 3, stride }, context);
  y = attach(y, tf.layers.reLU({ name: name('relu1') }));
  y = convolutionNorm(y, [name('conv2'), name('bn2')], { filters, kernelSize: 3, stride: 1 }, context);
  const shapeChanges = stride !== 1 || x.shape[3] !== filters;
  const projection = [name('downsample.0'), name('downsample.1')] as const;
  const shortcut = shapeChanges
    ? convolutionNorm(x, projection, { filters, kernelSize: 1, stride }, context)
    : x;
  const sum = tf.layers.add({ name: name('add') }).apply([y, shortcut]) as tf.SymbolicTensor;
  return attach(sum, tf.layers.reLU({ name: name('relu2') }));
}

const RESNET_18: Origin = { module: 'lib/models/resnet', builder: 'buildResNet18' };

/** ResNet-18 from a spec `{ architecture: 'resnet18', ...ResNetOptions }`; output `logits` `[N, classes]`.
 *
 *  BasicBlock [2, 2, 2, 2], 3x3 stem without max-pool. With width 64, 224 pixels, 10 classes and a stem of stride 2: 11,419,722
 *  parameters in the `code` variant, 11,173,962 in `paper`. Throws on unknown options and on images too small for the head.
 *  Source: Li et al. 2023 and its reproduction (the report's "Code-Spec" and "Paper-Spec"); He et al. 2016. */
export function buildResNet18(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, CHECKS);
  const { width, inputSize, stemStride, activation } = options;
  const context: BlockContext = { seed, frozenBatchNorm: options.frozenBatchNorm };

  // Shapes of 224 px images at width 64 and stem stride 2.
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' }); // 224, 224, 3
  let x = convolutionNorm(
    images,
    ['conv1', 'bn1'],
    { filters: width, kernelSize: 3, stride: stemStride },
    context,
  );
  x = attach(x, tf.layers.reLU({ name: 'relu' })); // 112, 112, 64
  for (const { name, widths, stride } of STAGES) {
    const filters = widths * width;
    x = basicBlock(x, `${name}.0.`, { filters, stride }, context);
    x = basicBlock(x, `${name}.1.`, { filters, stride: 1 }, context);
    if (name === STAGE_BEFORE_ACTIVATION && activation !== 'none') x = sparsify(x, options); // 56, 56, 128
  } // 14, 14, 512
  const logits = head(x, options, seed); // 10
  const network = tf.model({ inputs: images, outputs: logits });
  return imageModel({ architecture, ...options }, RESNET_18, network, ['logits']);
}

function sparsify(
  x: tf.SymbolicTensor,
  { activation, topKFraction, topKForm }: ResNetOptions,
): tf.SymbolicTensor {
  const name = 'activation';
  return activation === 'topk'
    ? attach(x, new TopK({ name, fraction: topKFraction }))
    : attach(x, new TopKMean({ name, fraction: topKFraction, form: topKForm }));
}

function head(
  x: tf.SymbolicTensor,
  { variant, classes, stemStride, inputSize }: ResNetOptions,
  seed: number,
): tf.SymbolicTensor {
  const fc = new Linear({ name: 'fc', units: classes, seed: deriveSeed(seed, 'fc') });
  if (variant === 'paper') return attach(attach(x, new GlobalAveragePool({ name: 'avgpool' })), fc);
  // The authors pool 4x4 at stem stride 1; half of it at stride 2 leaves the same 7x7 maps of 224 px images.
  const size = 4 / stemStride;
  const map = x.shape[1] as number;
  if (map < size) {
    throw new Error(
      `inputSize ${inputSize} is too small for variant "code": the last map is ${map}x${map}, its pooling window ${size}x${size}. 32 pixels are enough; variant "paper" takes any size.`,
    );
  }
  const pooled = attach(x, new AveragePool({ name: 'avgpool', size })); // 7, 7, 512
  return attach(attach(pooled, new FlattenChannelsFirst({ name: 'flatten' })), fc);
}
