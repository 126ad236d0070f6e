// LocNet with recurrence within its maps: stages of horizontal gated recurrent units in place of the ResNet-50.
import * as tf from '@tensorflow/tfjs';
import { decoder } from './decoder';
import { hgruStages } from './hgruEncoder';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { integer, readOptions } from './options';
import { classifier, ENCODER_CHECKS } from './resnet50';

export interface HgruAutoEncoderOptions {
  /** Channels of the encoder's first stage, and of the decoder's last. */
  width: number;
  /** Rows and columns of the image, a multiple of 32. */
  inputSize: number;
  classes: number;
  /** Of the pooled features, before the classifier. */
  dropout: number;
  /** The first of the five stages that is followed by a recurrent unit, 1 to 5; 6 is none. */
  firstRecurrent: number;
  /** Steps of each unit. */
  steps: number;
}

const DEFAULTS: HgruAutoEncoderOptions = {
  width: 16,
  inputSize: 224,
  classes: 16,
  dropout: 0.2,
  firstRecurrent: 3,
  steps: 8,
};

const CHECKS = {
  width: ENCODER_CHECKS.width,
  inputSize: ENCODER_CHECKS.inputSize,
  classes: ENCODER_CHECKS.classes,
  dropout: ENCODER_CHECKS.dropout,
  firstRecurrent: integer(1, 6),
  steps: integer(1, 1000),
};

const ORIGIN: Origin = { module: 'lib/models/hgruAutoEncoder', builder: 'buildHgruAutoEncoder' };

/** An AutoEncoder from a spec `{ architecture: 'hgru-autoencoder', ...HgruAutoEncoderOptions }`: outputs `logits` `[N, classes]` and `depth`
 *  `[N, H, W, 1]`, linear. Throws on unknown options and on sides that are no multiple of 32. Source: an idea of LocNet's last section (section 8 of the
 *  spec); Linsley et al. 2018. */
export function buildHgruAutoEncoder(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, CHECKS);
  const { width, inputSize, classes, dropout, firstRecurrent, steps } = options;
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' });
  const maps = hgruStages(images, { width, firstRecurrent, steps }, { seed });
  const deepest = maps[maps.length - 1];
  const logits = classifier(deepest, { name: 'classifier', classes, dropout }, { seed });
  const depth = decoder(deepest, { width, channels: 1 }, { seed });
  const network = tf.model({ inputs: images, outputs: [logits, depth] });
  return imageModel({ architecture, ...options }, ORIGIN, network, ['logits', 'depth']);
}
