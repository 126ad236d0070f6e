// AlexNet as torchvision builds it.
import * as tf from '@tensorflow/tfjs';
import { MaxPool } from '../layers/pooling';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { integer, oneOf, readOptions, real } from './options';
import { chain, convolutionRelu, type Named, plainHead, withHidden } from './plainNetwork';

export interface AlexNetOptions {
  /** Channels of the first convolution; 64 is torchvision's. */
  width: number;
  /** Rows and columns of the image. */
  inputSize: number;
  classes: number;
  /** 4 is torchvision's; 2 leaves small images larger maps. */
  stemStride: 2 | 4;
  /** Before each hidden layer. */
  dropout: number;
  /** Units of each of the two hidden layers; 64 times the width unless given, as torchvision's. */
  hidden: number;
}

const DEFAULTS: Omit<AlexNetOptions, 'hidden'> = {
  width: 64,
  inputSize: 224,
  classes: 1000,
  stemStride: 4,
  dropout: 0.5,
};

const CHECKS = {
  width: integer(1, 1024),
  inputSize: integer(1, 4096),
  classes: integer(2, 100000),
  stemStride: oneOf(2, 4),
  dropout: real(0, 0.99, { includeLow: true }),
  hidden: integer(1, 65536),
};

/** Rows and columns of the map before the classifier. */
const HEAD_MAP = 6;

const ALEXNET: Origin = { module: 'lib/models/alexnet', builder: 'buildAlexNet' };

/** AlexNet from a spec `{ architecture: 'alexnet', ...AlexNetOptions }`; output `logits` `[N, classes]`; torchvision's names.
 *
 *  With width 64: 61,100,840 parameters for 1,000 classes. Initial weights as PyTorch's default, which torchvision leaves. Throws on unknown options
 *  and on images too small for its three poolings. Source: Krizhevsky 2014 ("One weird trick"); torchvision's `alexnet`. */
export function buildAlexNet(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions<AlexNetOptions>(architecture, given, withHidden(DEFAULTS, given), CHECKS);
  const { width, inputSize, classes, stemStride, dropout, hidden } = options;
  requireSize(inputSize, stemStride);
  const pool: Named = (name) => new MaxPool({ name, size: 3, stride: 2 });
  const convolve = (widths: number, kernelSize: number, padding: number, stride = 1): Named[] =>
    convolutionRelu({ filters: widths * width, kernelSize, padding, stride }, seed);
  // Shapes of 224 px images at width 64.
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' }); // 224, 224, 3
  const features = chain(images, 'features', [
    ...convolve(1, 11, 2, stemStride), // 55, 55, 64
    pool, // 27, 27, 64
    ...convolve(3, 5, 2),
    pool, // 13, 13, 192
    ...convolve(6, 3, 1), // 13, 13, 384
    ...convolve(4, 3, 1), // 13, 13, 256
    ...convolve(4, 3, 1),
    pool, // 6, 6, 256
  ]);
  const head = { map: HEAD_MAP, hidden, classes, dropout, dropoutFirst: true };
  const network = tf.model({ inputs: images, outputs: plainHead(features, head, seed) });
  return imageModel({ architecture, ...options }, ALEXNET, network, ['logits']);
}

function requireSize(inputSize: number, stemStride: number): void {
  const pooled = (side: number): number => Math.floor((side - 3) / 2) + 1;
  const last = pooled(pooled(pooled(Math.floor((inputSize - 7) / stemStride) + 1)));
  if (last >= 1) return;
  const least = stemStride * 14 + 7;
  throw new Error(
    `inputSize ${inputSize} is too small for AlexNet with a stem of stride ${stemStride}: its third pooling has nothing left. It takes images of at least ${least} pixels.`,
  );
}
