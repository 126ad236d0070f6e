// Colour to grey.
import { type FloatImage, requireImage, requireShape } from './image';
import { pixelKernels, pixelRoom } from './wasm/pixels';

/** `0.2125 R + 0.7154 G + 0.0721 B`, without gamma; grey images stay as they are. Throws as `requireImage`.
 *  Source: Geirhos et al. 2018 (`skimage.color.rgb2gray`). */
export function greyscale(image: FloatImage): FloatImage {
  if (image.channels === 1) {
    requireImage(image);
    return image;
  }
  const [grey] = greyInRoom(image);
  return greyImage(image, grey);
}

/** The same in the kernels' memory, with `room` for arrays of these lengths: see `pixelRoom`. */
export function greyInRoom(image: FloatImage, ...room: readonly number[]): Float32Array[] {
  requireShape(image);
  const { width, height, channels, data } = image;
  const count = width * height;
  const kernels = pixelKernels();
  const [grey, colour, ...others] = pixelRoom(count, channels === 1 ? 0 : 3 * count, ...room);
  let inside: number;
  if (channels === 1) {
    grey.set(data);
    inside = kernels.allInside(grey.byteOffset, count);
  } else {
    colour.set(data);
    inside = kernels.greyscale(colour.byteOffset, grey.byteOffset, count);
  }
  // What lies behind the image may be what strays.
  if (inside === 0) requireImage(image);
  return [grey, ...others];
}

/** A grey image of the size of another, from values that are copied. */
export function greyImage({ width, height }: FloatImage, values: Float32Array): FloatImage {
  return { width, height, channels: 1, data: values.slice() };
}
