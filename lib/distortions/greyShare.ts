// Grey by share: takes colour away.
import { requireRgb } from './bytePicture';
import type { ByteImageLike } from './image';

/** OpenCV's 0.299, 0.587 and 0.114 of red, green and blue, in parts of 2^15. */
const LUMA = [9798, 19235, 3735] as const;

export interface GreyShareOptions {
  /** Of the grey picture, in [0, 1]. */
  share: number;
}

/** `(1 - share) picture + share luma`, in single precision, fractions dropped; 3 channels.
 *  8-bit RGB in and out. Throws on a share that is not in [0, 1], and on a picture of one channel. Source: Burgert et al. 2025. */
export function greyShare(picture: ByteImageLike, { share }: GreyShareOptions): ByteImageLike {
  if (!(share >= 0 && share <= 1)) throw new Error(`The share of grey lies in [0, 1], got ${share}.`);
  requireRgb(picture);
  const { data } = picture;
  const { fround } = Math;
  // A blend of two bytes is the sum of a number by the one and a number by the other.
  const ofColour = Float32Array.from({ length: 256 }, (_, byte) => fround(1 - share) * fround(byte / 255));
  const ofGrey = Float32Array.from({ length: 256 }, (_, byte) => fround(share) * fround(byte / 255));
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const luma = (data[i] * LUMA[0] + data[i + 1] * LUMA[1] + data[i + 2] * LUMA[2] + 16384) >> 15;
    for (let channel = i; channel < i + 3; channel++) {
      result[channel] = fround(fround(ofColour[data[channel]] + ofGrey[luma]) * 255);
    }
  }
  return { ...picture, data: result };
}
