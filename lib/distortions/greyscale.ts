// Colour to grey.
import { type FloatImage, requireImage } from './image';

/** `0.2125 R + 0.7154 G + 0.0721 B`, without gamma; grey images stay as they are. Throws as `requireImage`.
 *  Source: Geirhos et al. 2018 (`skimage.color.rgb2gray`). */
export function greyscale(image: FloatImage): FloatImage {
  if (image.channels === 1) {
    requireImage(image);
    return image;
  }
  return { ...image, channels: 1, data: new Float32Array(greyValues(image)) };
}

/** The same in double precision, for what is computed from it. */
export function greyValues(image: FloatImage): Float64Array {
  requireImage(image);
  const { width, height, channels, data } = image;
  const grey = new Float64Array(width * height);
  if (channels === 1) grey.set(data);
  else {
    for (let i = 0; i < grey.length; i++) {
      grey[i] = 0.2125 * data[3 * i] + 0.7154 * data[3 * i + 1] + 0.0721 * data[3 * i + 2];
    }
  }
  return grey;
}
