// ResNet-18 as torchvision builds it, for weights that were trained on ImageNet. The networks of the Top-K report have another stem.
import * as tf from '@tensorflow/tfjs';
import { Linear } from '../layers/linear';
import { GlobalAveragePool, MaxPool } from '../layers/pooling';
import { deriveSeed } from '../random';
import { attach, convolutionNorm } from './blocks';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { integer, readOptions } from './options';
import { basicBlock } from './resnet';

export interface TorchvisionResNet18Options {
  /** Channels of the stem; 64 is torchvision's. */
  width: number;
  /** Rows and columns of the image. */
  inputSize: number;
  classes: number;
}

const DEFAULTS: TorchvisionResNet18Options = { width: 64, inputSize: 224, classes: 1000 };
const CHECKS = { width: integer(1, 1024), inputSize: integer(32, 4096), classes: integer(2, 100000) };

/** Channels in units of the width, and the stride of the first of two blocks. */
const STAGES = [
  { widths: 1, stride: 1 },
  { widths: 2, stride: 2 },
  { widths: 4, stride: 2 },
  { widths: 8, stride: 2 },
];

const RESNET_18: Origin = { module: 'lib/models/torchvisionResNet18', builder: 'buildTorchvisionResNet18' };

/** ResNet-18 from a spec `{ architecture: 'torchvision-resnet18', ...TorchvisionResNet18Options }`: 7x7 stem of stride 2, max-pool, global average;
 *  output `logits` `[N, classes]`; torchvision's names.
 *
 *  With width 64 and 1,000 classes: 11,689,512 parameters. Initial weights are PyTorch's default. Throws on unknown options. Source: He et al. 2016;
 *  torchvision's `resnet18`. */
export function buildTorchvisionResNet18(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, CHECKS);
  const { width, inputSize, classes } = options;
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' });
  let x = convolutionNorm(images, ['conv1', 'bn1'], { filters: width, kernelSize: 7, stride: 2 }, { seed });
  x = attach(x, tf.layers.reLU({ name: 'relu' }));
  x = attach(x, new MaxPool({ name: 'maxpool', size: 3, stride: 2, padding: 1 }));
  for (const [stage, { widths, stride }] of STAGES.entries()) {
    const filters = widths * width;
    x = basicBlock(x, `layer${stage + 1}.0.`, { filters, stride }, { seed });
    x = basicBlock(x, `layer${stage + 1}.1.`, { filters, stride: 1 }, { seed });
  }
  x = attach(x, new GlobalAveragePool({ name: 'avgpool' }));
  const logits = attach(x, new Linear({ name: 'fc', units: classes, seed: deriveSeed(seed, 'fc') }));
  const network = tf.model({ inputs: images, outputs: logits });
  return imageModel({ architecture, ...options }, RESNET_18, network, ['logits']);
}
