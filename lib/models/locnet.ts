// LocNet: a ResNet-50 that tells the class of an image and paints its depth. The AutoEncoder, and the U-Net with skip connections.
import * as tf from '@tensorflow/tfjs';
import { ReplaceMap } from '../layers/replaceMap';
import { attach } from './blocks';
import { decoder, UPSAMPLINGS, type Upsampling } from './decoder';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';
import { oneOf, readOptions } from './options';
import {
  classifier,
  ENCODER_CHECKS,
  type EncoderMaps,
  type EncoderNames,
  type ResNet50Options,
  resNet50Encoder,
} from './resnet50';

export interface AutoEncoderOptions extends ResNet50Options {
  /** What the decoder paints, and the name of this output: `depth` `[N, H, W, 1]` or the `image` itself `[N, H, W, 3]`. */
  paints: 'depth' | 'image';
  upsampling: Upsampling;
}

export interface UNetOptions extends AutoEncoderOptions {
  /** What the skip connections carry in place of their maps: `none` of it (their own), `zero`, or the maps of another image (`exchange`). */
  skipAblation: 'none' | 'zero' | 'exchange';
}

const DEFAULTS: AutoEncoderOptions = {
  width: 64,
  inputSize: 224,
  classes: 16,
  dropout: 0.2,
  encoderDropout: 0,
  paints: 'depth',
  upsampling: 'conv_transpose',
};

const CHECKS = {
  ...ENCODER_CHECKS,
  paints: oneOf('depth', 'image'),
  upsampling: oneOf(...UPSAMPLINGS),
};

/** The names of the authors' networks, so that their weights can be read. */
const NAMES: EncoderNames = {
  stem: ['input_block.0', 'input_block.1', 'input_block.2', 'input_pool'],
  block: (stage, block) => `down_blocks.${stage}.${block}.`,
};

const AUTOENCODER: Origin = { module: 'lib/models/locnet', builder: 'buildAutoEncoder' };
const UNET: Origin = { module: 'lib/models/locnet', builder: 'buildUNet' };

/** LocNet's final model from a spec `{ architecture: 'autoencoder', ...AutoEncoderOptions }`: outputs `logits` `[N, classes]` and `depth`
 *  `[N, H, W, 1]` (or `image`), which is linear: values may lie outside [0, 1].
 *
 *  ResNet-50 encoder, classifier on its deepest map, bridge and five UpBlocks without skips. With width 64: 135,379,665 parameters. Throws
 *  on unknown options and on sides that are no multiple of 32. Source: LocNet, sections 1.2 and 1.3 of the spec. */
export function buildAutoEncoder(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const options = readOptions(architecture, given, DEFAULTS, CHECKS);
  return locNet({ architecture, ...options }, options, AUTOENCODER, seed, ({ stages }) =>
    painted(stages[3], options, seed),
  );
}

/** The U-Net of LocNet from a spec `{ architecture: 'unet', ...UNetOptions }`: as the AutoEncoder, but every UpBlock gets the encoder's map of
 *  its resolution (the last one the image itself), and a sigmoid ends it. With width 64: 147,841,425 parameters. Source: section 1.4. */
export function buildUNet(spec: ModelSpec, seed: number): ImageModel {
  const { architecture, ...given } = spec;
  const checks = { ...CHECKS, skipAblation: oneOf('none', 'zero', 'exchange') };
  const options = readOptions<UNetOptions>(
    architecture,
    given,
    { ...DEFAULTS, skipAblation: 'none' },
    checks,
  );
  return locNet({ architecture, ...options }, options, UNET, seed, ({ stem, stages }, images) => {
    const maps = [stages[2], stages[1], stages[0], stem, images];
    const skips = maps.map((map, level) => ablated(map, level, options));
    const linear = painted(stages[3], options, seed, skips);
    return attach(linear, tf.layers.activation({ name: 'activation', activation: 'sigmoid' }));
  });
}

type Painter = (maps: EncoderMaps, images: tf.SymbolicTensor) => tf.SymbolicTensor;

function locNet(
  spec: ModelSpec,
  options: AutoEncoderOptions,
  origin: Origin,
  seed: number,
  paint: Painter,
): ImageModel {
  const { inputSize, classes, dropout, paints } = options;
  const images = tf.input({ shape: [inputSize, inputSize, 3], name: 'images' });
  const maps = resNet50Encoder(images, NAMES, options, { seed });
  const logits = classifier(maps.stages[3], { name: 'classifier', classes, dropout }, { seed });
  const network = tf.model({ inputs: images, outputs: [logits, paint(maps, images)] });
  return imageModel(spec, origin, network, ['logits', paints]);
}

function painted(
  deepest: tf.SymbolicTensor,
  { width, paints, upsampling }: AutoEncoderOptions,
  seed: number,
  skips?: readonly tf.SymbolicTensor[],
): tf.SymbolicTensor {
  return decoder(deepest, { width, channels: paints === 'depth' ? 1 : 3, skips, upsampling }, { seed });
}

function ablated(map: tf.SymbolicTensor, level: number, { skipAblation }: UNetOptions): tf.SymbolicTensor {
  return skipAblation === 'none'
    ? map
    : attach(map, new ReplaceMap({ name: `skip.${level}`, by: skipAblation }));
}
