// Pictures of any shape as a network's input, and back.
import type { ByteImage } from './imageSource';
import { IMAGENET_NORMALISATION, type Normalisation } from './resample';

/** `height x width x 3` floats, `(value / 255 - mean) / std`; grey fills all three. */
export function normalisedPixels(
  { data, channels }: ByteImage,
  { mean, std }: Normalisation = IMAGENET_NORMALISATION,
): Float32Array {
  const values = new Float32Array((data.length / channels) * 3);
  for (let i = 0; i < values.length; i++) {
    const channel = i % 3;
    const byte = channels === 3 ? data[i] : data[(i - channel) / 3];
    values[i] = (byte / 255 - mean[channel]) / std[channel];
  }
  return values;
}

/** The inverse: rounded to 0..255, what is beyond becomes the end. Throws on values that are not finite. */
export function pictureOfPixels(
  values: Float32Array,
  { width, height }: { width: number; height: number },
  { mean, std }: Normalisation = IMAGENET_NORMALISATION,
): ByteImage {
  if (!values.every(Number.isFinite)) throw new Error('The picture has values that are not finite.');
  const data = Uint8Array.from(values, (value, i) =>
    Math.min(255, Math.max(0, Math.round(255 * (value * std[i % 3] + mean[i % 3])))),
  );
  return { width, height, channels: 3, data };
}
