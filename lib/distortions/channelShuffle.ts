// Channel shuffle: takes the right colours away and leaves their differences.
import { Random } from '../random';
import { requireRgb } from './bytePicture';
import type { ByteImageLike } from './image';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

export interface ChannelShuffleOptions {
  /** Of the permutation; default 0. */
  seed?: number;
  /** For red, green and blue the channel that each gets; in place of the seed's, for comparing with another implementation. */
  order?: ArrayLike<number>;
}

/** Red, green and blue in random order, the same for all pixels; one picture in six keeps its own.
 *  8-bit RGB in and out, in new memory or at the start of `target`. Throws on an order that is no permutation of 0, 1, 2, and on a picture of one channel. Source: Burgert et al. 2025. */
export function channelShuffle(
  picture: ByteImageLike,
  { seed = 0, order = new Random(seed).permutation(3) }: ChannelShuffleOptions = {},
  target?: Uint8Array,
): ByteImageLike {
  if (Array.from(order).sort().join() !== '0,1,2') {
    throw new Error(`An order of channels holds 0, 1 and 2 once each, got ${Array.from(order).join(', ')}.`);
  }
  requireRgb(picture);
  const { width, height, data } = picture;
  // Five pixels, and a byte that the next ones overwrite.
  const places = new Uint8Array(16).map((_, i) => i - (i % 3) + order[i % 3]);
  const memory = new KernelMemory();
  const to = memory.reserve(data.length);
  suppressionKernels().shuffleChannels(memory.put(data), to, width * height, memory.put(places));
  return { ...picture, data: memory.take(to, data.length, target) };
}
