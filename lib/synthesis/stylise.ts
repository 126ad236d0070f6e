// The style of one image on the content of another.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { STYLE_LAYERS, type StyleEncoder } from '../models/styleEncoder';
import { adaptiveInstanceNorm } from '../ops/adaptiveInstanceNorm';
import { type ChannelStatistics, channelStatistics } from '../ops/channelStatistics';

const DEEPEST = STYLE_LAYERS[STYLE_LAYERS.length - 1];

/** The style of images `[N, H, W, 3]`, normalised for the encoder: statistics `[N, 1, 1, C]` at relu4_1. The caller disposes them. Throws on sides that are no
 *  multiples of 8. */
export function styleOf(encoder: StyleEncoder, images: tf.Tensor4D): ChannelStatistics {
  return tf.tidy(() => ({ ...channelStatistics(encoder.features(images)[DEEPEST]) }));
}

/** Images `[N, H, W, 3]` in a style, of the same size, normalised alike and not clipped: `decoder(AdaIN(encoder(images), style, alpha))`.
 *
 *  alpha 0 gives the images as the decoder sees them, 1 the whole style. The caller disposes the result. Throws as `adaptiveInstanceNorm`, and on sides
 *  that are no multiples of 8. Source: Huang and Belongie 2017. */
export function stylise(
  { encoder, decoder }: { encoder: StyleEncoder; decoder: ImageModel },
  images: tf.Tensor4D,
  style: ChannelStatistics,
  alpha = 1,
): tf.Tensor4D {
  return tf.tidy(() => {
    const maps = adaptiveInstanceNorm(encoder.features(images)[DEEPEST], style, alpha);
    return decoder.forward(maps).image as tf.Tensor4D;
  });
}
