// Grey by share: takes colour away.
import { requireRgb } from './bytePicture';
import type { ByteImageLike } from './image';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

export interface GreyShareOptions {
  /** Of the grey picture, in [0, 1]. */
  share: number;
}

/** `(1 - share) picture + share luma`, in single precision, fractions dropped; luma is OpenCV's 0.299 red + 0.587 green + 0.114 blue in parts of
 *  2^15, rounded. The result has 3 channels.
 *  8-bit RGB in and out, in new memory or at the start of `target`. Throws on a share that is not in [0, 1], and on a picture of one channel. Source: Burgert et al. 2025. */
export function greyShare(
  picture: ByteImageLike,
  { share }: GreyShareOptions,
  target?: Uint8Array,
): ByteImageLike {
  if (!(share >= 0 && share <= 1)) throw new Error(`The share of grey lies in [0, 1], got ${share}.`);
  requireRgb(picture);
  const { width, height, data } = picture;
  const memory = new KernelMemory();
  const to = memory.reserve(data.length);
  suppressionKernels().blendGrey(memory.put(data), to, width * height, 1 - share, share);
  return { ...picture, data: memory.take(to, data.length, target) };
}
