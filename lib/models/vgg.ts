// VGG-16 and VGG-19 without batch norm, as torchvision builds them; with average pooling for texture synthesis.
import * as tf from '@tensorflow/tfjs';
import { AveragePool, MaxPool } from '../layers/pooling';
import { deriveSeed, Random } from '../random';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { integer, oneOf, readOptions } from './options';
import { chain, convolutionRelu, type Named, plainHead, withHidden } from './plainNetwork';
import { ENCODER_CHECKS } from './resnet50';

export interface VggOptions {
  /** Channels of the first convolutions; 64 is torchvision's. */
  width: number;
  /** Rows and columns of the image, a multiple of 32. */
  inputSize: number;
  classes: number;
  /** `max` is torchvision's; `average` gives smoother syntheses (Gatys et al. 2015). */
  pooling: 'max' | 'average';
  /** Behind each hidden layer. */
  dropout: number;
  /** Units of each of the two hidden layers; 64 times the width unless given, as torchvision's. */
  hidden: number;
}

const DEFAULTS: Omit<VggOptions, 'hidden'> = {
  width: 64,
  inputSize: 224,
  classes: 1000,
  pooling: 'max',
  dropout: 0.5,
};

/** The image is halved five times, as by the encoder of ResNet-50. */
const CHECKS = {
  width: ENCODER_CHECKS.width,
  inputSize: ENCODER_CHECKS.inputSize,
  classes: ENCODER_CHECKS.classes,
  pooling: oneOf('max', 'average'),
  dropout: ENCODER_CHECKS.dropout,
  hidden: integer(1, 65536),
};

/** Channels in units of the width of five groups of convolutions, a pooling behind each. */
const GROUP_WIDTHS = [1, 2, 4, 8, 8];
const GROUP_CONVOLUTIONS: Readonly<Record<string, readonly number[]>> = {
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
};

/** Rows and columns of the map before the classifier. */
const HEAD_MAP = 7;
/** Standard deviation of the linear layers' initial weights, and what these layers see at full width. */
const LINEAR_DEVIATION = 0.01;
const FULL_FAN_IN = { first: 25088, others: 4096 };
const FIRST_LINEAR = 'classifier.0.weight';

const VGG: Origin = { module: 'lib/models/vgg', builder: 'buildVgg' };

/** VGG from a spec `{ architecture: 'vgg16' | 'vgg19', ...VggOptions }`; output `logits` `[N, classes]`; torchvision's names.
 *
 *  With width 64 and 1,000 classes: 138,357,544 (VGG-16) and 143,667,240 parameters (VGG-19). Initial weights as torchvision draws them; those of
 *  a narrower network's linear layers are larger by the root of what they see less, so that its activations are as large. Throws on unknown options and
 *  on sides that are no multiple of 32. Source: Simonyan and Zisserman 2015, configurations D and E; torchvision's `vgg16`, `vgg19`. */
export function buildVgg(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions<VggOptions>(architecture, given, withHidden(DEFAULTS, given), CHECKS);
  const { width, inputSize, classes, pooling, dropout, hidden } = options;
  const pool: Named = (name) =>
    pooling === 'max' ? new MaxPool({ name, size: 2 }) : new AveragePool({ name, size: 2 });
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' });
  const layers = GROUP_CONVOLUTIONS[architecture].flatMap((convolutions, group) => {
    const args = {
      filters: GROUP_WIDTHS[group] * width,
      kernelSize: 3,
      padding: 1,
      initial: 'kaiming-normal',
    } as const;
    return [...Array.from({ length: convolutions }, () => convolutionRelu(args, seed)).flat(), pool];
  });
  const head = { map: HEAD_MAP, hidden, classes, dropout, dropoutFirst: false };
  const logits = plainHead(chain(images, 'features', layers), head, seed);
  const network = tf.model({ inputs: images, outputs: logits });
  const model = imageModel({ architecture, ...options }, VGG, network, ['logits']);
  drawAsTorchvision(model, seed);
  return model;
}

/** Biases of 0 and normal weights in the linear layers; the convolutions have theirs. */
function drawAsTorchvision(model: ImageModel, seed: number): void {
  for (const { name, variable } of model.parameters()) {
    if (variable.rank === 4) continue;
    const values = new Float32Array(variable.size);
    if (variable.rank === 2) {
      const random = new Random(deriveSeed(seed, 'torchvision', name));
      const full = name === FIRST_LINEAR ? FULL_FAN_IN.first : FULL_FAN_IN.others;
      const deviation = LINEAR_DEVIATION * Math.sqrt(full / variable.shape[0]);
      for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
    }
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}
