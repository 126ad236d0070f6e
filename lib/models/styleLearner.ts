// Encoder and decoder of style transfer as one model whose decoder is trained.
import * as tf from '@tensorflow/tfjs';
import { adaptiveInstanceNorm } from '../ops/adaptiveInstanceNorm';
import { channelStatistics } from '../ops/channelStatistics';
import type { ImageModel, Origin, Outputs } from './model';
import { STYLE_LAYERS, type StyleEncoder } from './styleEncoder';

/** Where worker threads would look; they have no copy of the encoder. */
const STYLE_LEARNER: Origin = { module: 'lib/models/styleLearner', builder: 'copiedStyleLearner' };

/** Names of outputs: the maps that the decoder's image has at a layer, and those of the style. */
export const madeAt = (layer: string): string => `made.${layer}`;
export const styleAt = (layer: string): string => `style.${layer}`;
/** The maps after AdaIN, which the decoder starts from. */
export const STYLED_MAPS = 'styled';
/** Without any style: the decoder's image of the content's own maps. */
export const RECONSTRUCTION = 'reconstruction';

export interface StyleLearnerOptions {
  /** Whether it gives the `reconstruction` too, for `styleLoss` with an identity. Default false, as in the paper. */
  reconstruct?: boolean;
}

/** A model for `train`: of a batch `[N, H, W, 3]`, image i gets the style of image i - 1, and the first that of the last. Its parameters are the decoder's;
 *  the encoder stays as it is, and is in the spec by its SHA-256.
 *
 *  Outputs: `image` `[N, H, W, 3]`; `styled`, the maps that AdaIN makes (alpha 1); for each of relu1_1 .. relu4_1 `made.<layer>` and
 *  `style.<layer>`; and, if asked, `reconstruction` `[N, H, W, 3]`. It trains on one worker. `dispose` frees the decoder. Throws unless the decoder is of the encoder's network and width. Source: Huang
 *  and Belongie 2017, section 6.1, whose styles are of a second set. */
export function styleLearner(
  encoder: StyleEncoder,
  decoder: ImageModel,
  { reconstruct = false }: StyleLearnerOptions = {},
): ImageModel {
  requireFitting(encoder, decoder);
  return {
    spec: {
      architecture: 'style-learner',
      encoder: encoder.hash,
      decoder: JSON.stringify(decoder.spec),
      reconstruct,
    },
    origin: STYLE_LEARNER,
    network: decoder.network,
    forward: (images) => tf.tidy(() => outputsOf(encoder, decoder, images, reconstruct)),
    parameters: () => decoder.parameters(),
    buffers: () => decoder.buffers(),
    dispose: () => decoder.dispose(),
  };
}

/** Throws, saying what to do. */
export function copiedStyleLearner(): never {
  throw new Error('Style transfer cannot be copied to worker threads: train it with workers: 1.');
}

/** Throws unless the decoder mirrors this network at this width, and, where it says its encoder, was trained for this one. */
export function requireFitting(encoder: StyleEncoder, { spec }: ImageModel): void {
  const { architecture, width, hash } = encoder;
  if (spec.mirrors !== architecture || spec.width !== width) {
    throw new Error(
      `The decoder is for a ${spec.mirrors} of width ${spec.width}, the encoder is a ${architecture} of width ${width}.`,
    );
  }
  if (spec.encoder !== '' && spec.encoder !== hash) {
    throw new Error(
      `The decoder was trained for an encoder with the SHA-256 ${String(spec.encoder).slice(0, 12)}, this one's is ${hash.slice(0, 12)}. Give the encoder that it was trained for, or train another decoder: npm run data -- decoder <encoder>.`,
    );
  }
}

function outputsOf(
  encoder: StyleEncoder,
  decoder: ImageModel,
  images: tf.Tensor4D,
  reconstruct: boolean,
): Outputs {
  const contents = encoder.features(images);
  const deepest = STYLE_LAYERS[STYLE_LAYERS.length - 1];
  const count = images.shape[0];
  const order = Array.from({ length: count }, (_, i) => (i + count - 1) % count);
  const rolled = (maps: tf.Tensor4D): tf.Tensor4D => tf.gather(maps, tf.tensor1d(order, 'int32'));
  const styles = STYLE_LAYERS.map((layer) => rolled(contents[layer]));
  const styled = adaptiveInstanceNorm(contents[deepest], channelStatistics(styles[styles.length - 1]));
  const { image } = decoder.forward(styled);
  const made = encoder.features(image as tf.Tensor4D);
  return {
    image,
    [STYLED_MAPS]: styled,
    ...(reconstruct ? { [RECONSTRUCTION]: decoder.forward(contents[deepest]).image } : {}),
    ...Object.fromEntries(STYLE_LAYERS.map((layer) => [madeAt(layer), made[layer]])),
    ...Object.fromEntries(STYLE_LAYERS.map((layer, i) => [styleAt(layer), styles[i]])),
  };
}
