// Images in memory as tensors, for looking at layers in notebooks.
import * as tf from '@tensorflow/tfjs';
import type { ByteImage } from './imageSource';

/** Images of one size as `[N, height, width, channels]`, values in [0, 1], not normalised. Throws when sizes differ. */
export function imageTensor(images: readonly ByteImage[]): tf.Tensor4D {
  if (images.length === 0) throw new Error('imageTensor needs at least one image.');
  const [{ width, height, channels }] = images;
  const pixels = width * height * channels;
  const values = new Float32Array(images.length * pixels);
  images.forEach((image, i) => {
    if (image.width !== width || image.height !== height || image.channels !== channels) {
      throw new Error(
        `Image ${i} is ${image.width} x ${image.height} x ${image.channels}; the first is ${width} x ${height} x ${channels}.`,
      );
    }
    for (let j = 0; j < pixels; j++) values[i * pixels + j] = image.data[j] / 255;
  });
  return tf.tensor4d(values, [images.length, height, width, channels]);
}
