// From a model's depth to the 8-bit picture that is kept.
import sharp from 'sharp';
import type { DepthFormat } from './layout';
import type { Size } from './readDepthMap';

const JPEG_QUALITY = 95;
/** A range below this share of the largest magnitude is rounding of 32-bit floats, not depth. */
const FLAT = 1e-6;

/** Scales depth to 0 .. 255 by its own minimum and maximum, rounded; depth that is the same everywhere, but for
 *  the rounding of 32-bit floats, becomes 0.
 *  Throws where a value is no finite number. */
export function scaleDepth(depth: ArrayLike<number>): Uint8Array {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < depth.length; i++) {
    if (!Number.isFinite(depth[i])) throw new Error(`The model's depth at pixel ${i} is ${depth[i]}.`);
    least = Math.min(least, depth[i]);
    most = Math.max(most, depth[i]);
  }
  const isFlat = most - least <= FLAT * Math.max(Math.abs(least), Math.abs(most));
  const scale = isFlat ? 0 : 255 / (most - least);
  return Uint8Array.from({ length: depth.length }, (_, i) => Math.round((depth[i] - least) * scale));
}

/** One channel of 8 bits as the bytes of a file. */
export async function encodeDepthMap(
  data: Uint8Array,
  { width, height }: Size,
  format: DepthFormat,
): Promise<Buffer> {
  const picture = sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
  return format === 'png' ? picture.png().toBuffer() : picture.jpeg({ quality: JPEG_QUALITY }).toBuffer();
}
