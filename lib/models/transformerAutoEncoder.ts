// LocNet with attention in place of convolution: a small Vision Transformer encodes, transposed convolutions paint.
import * as tf from '@tensorflow/tfjs';
import { Conv2d } from '../layers/conv2d';
import { deriveSeed } from '../random';
import { attach } from './blocks';
import { upBlock } from './decoder';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { integer, oneOf, readOptions } from './options';
import { classifier, ENCODER_CHECKS } from './resnet50';
import { visionTransformer } from './visionTransformer';

export interface TransformerAutoEncoderOptions {
  /** Length of a token. */
  width: number;
  /** Rows and columns of the image, a multiple of the patch. */
  inputSize: number;
  classes: number;
  /** Of the pooled tokens, before the classifier. */
  dropout: number;
  /** Rows and columns of a patch. */
  patchSize: number;
  blocks: number;
  heads: number;
  /** Units between the two layers of a block's perceptron. */
  hidden: number;
}

const DEFAULTS: TransformerAutoEncoderOptions = {
  width: 64,
  inputSize: 224,
  classes: 16,
  dropout: 0.2,
  patchSize: 8,
  blocks: 4,
  heads: 4,
  hidden: 128,
};

const CHECKS = {
  width: integer(8, 4096),
  inputSize: ENCODER_CHECKS.inputSize,
  classes: ENCODER_CHECKS.classes,
  dropout: ENCODER_CHECKS.dropout,
  patchSize: oneOf(4, 8, 16, 32),
  blocks: integer(1, 100),
  heads: integer(1, 64),
  hidden: integer(1, 16384),
};

const ORIGIN: Origin = {
  module: 'lib/models/transformerAutoEncoder',
  builder: 'buildTransformerAutoEncoder',
};

/** An AutoEncoder from a spec `{ architecture: 'transformer-autoencoder', ...TransformerAutoEncoderOptions }`: outputs `logits` `[N, classes]`, from the
 *  mean over the tokens, and `depth` `[N, H, W, 1]`, linear, by as many UpBlocks as the patch is halvings large.
 *
 *  Throws on unknown options, and where the width is no multiple of the heads. Source: an idea of LocNet's last section (section 8 of the spec); Dosovitskiy et
 *  al. 2021. */
export function buildTransformerAutoEncoder(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, CHECKS);
  const { inputSize, classes, dropout, patchSize, width, blocks, heads, hidden } = options;
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' });
  const tokens = visionTransformer(images, { patchSize, width, blocks, heads, hidden }, { seed });
  const logits = classifier(tokens, { name: 'classifier', classes, dropout }, { seed });
  const levels = Math.log2(patchSize);
  let x = tokens;
  for (let level = 0; level < levels; level++) {
    const filters = Math.max(8, width >> (level + 1));
    x = upBlock(x, `up_blocks.${level}.`, { filters }, { seed });
  }
  const out = { name: 'out', filters: 1, kernelSize: 1, useBias: true, seed: deriveSeed(seed, 'out') };
  const depth = attach(x, new Conv2d(out));
  const network = tf.model({ inputs: images, outputs: [logits, depth] });
  return imageModel({ architecture, ...options }, ORIGIN, network, ['logits', 'depth']);
}
