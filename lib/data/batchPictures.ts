// A batch as pictures again: to see what a network is shown.
import type { Batch } from './batches';
import type { ByteImage } from './imageSource';
import { IMAGENET_NORMALISATION, type Normalisation } from './resample';

/** The images of a batch without their normalisation, `size x size x 3` bytes each. */
export function batchPictures(
  { images, shape }: Batch,
  { mean, std }: Normalisation = IMAGENET_NORMALISATION,
): ByteImage[] {
  return pictures(images, shape, 3, (value, channel) => value * std[channel] + mean[channel]);
}

/** The maps of a target, values of 0..1 as bytes. Throws when the batch has no such target, naming those that it has. */
export function targetPictures({ targets = {}, shape }: Batch, name: string): ByteImage[] {
  const values = targets[name];
  if (values === undefined) {
    const has = Object.keys(targets).join(', ') || 'none';
    throw new Error(`The batch has no target "${name}"; its targets: ${has}.`);
  }
  return mapPictures(values, shape[1], values.length / (shape[0] * shape[1] * shape[2]) === 1 ? 1 : 3);
}

/** Square maps one behind the other, `size x size x channels` values of 0..1 each, as pictures; values outside are clamped. */
export function mapPictures(values: Float32Array, size: number, channels: 1 | 3 = 1): ByteImage[] {
  const count = values.length / (size * size * channels);
  return pictures(values, [count, size, size], channels, (value) => value);
}

function pictures(
  values: Float32Array,
  [count, height, width]: readonly number[],
  channels: 1 | 3,
  toShare: (value: number, channel: number) => number,
): ByteImage[] {
  const each = height * width * channels;
  return Array.from({ length: count }, (_, image) => ({
    width,
    height,
    channels,
    data: Uint8Array.from(values.subarray(image * each, (image + 1) * each), (value, i) =>
      Math.round(255 * Math.min(1, Math.max(0, toShare(value, i % channels)))),
    ),
  }));
}
