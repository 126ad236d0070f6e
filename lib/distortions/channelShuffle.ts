// Channel shuffle: takes the right colours away and leaves their differences.
import { Random } from '../random';
import { requireRgb } from './bytePicture';
import type { ByteImageLike } from './image';

export interface ChannelShuffleOptions {
  /** Of the permutation; default 0. */
  seed?: number;
  /** For red, green and blue the channel that each gets; in place of the seed's, for comparing with another implementation. */
  order?: ArrayLike<number>;
}

/** Red, green and blue in random order, the same for all pixels; one picture in six keeps its own.
 *  8-bit RGB in and out. Throws on an order that is no permutation of 0, 1, 2, and on a picture of one channel. Source: Burgert et al. 2025. */
export function channelShuffle(
  picture: ByteImageLike,
  { seed = 0, order = new Random(seed).permutation(3) }: ChannelShuffleOptions = {},
): ByteImageLike {
  if (Array.from(order).sort().join() !== '0,1,2') {
    throw new Error(`An order of channels holds 0, 1 and 2 once each, got ${Array.from(order).join(', ')}.`);
  }
  requireRgb(picture);
  const { data } = picture;
  const [red, green, blue] = Array.from(order);
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    result[i] = data[i + red];
    result[i + 1] = data[i + green];
    result[i + 2] = data[i + blue];
  }
  return { ...picture, data: result };
}
