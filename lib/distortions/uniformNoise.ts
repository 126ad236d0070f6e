// Uniform noise.
import { type DrawOptions, requireDraws } from './draws';
import { greyImage, greyInRoom } from './greyscale';
import type { FloatImage } from './image';
import { pixelKernels } from './wasm/pixels';

/** Contrast that leaves room for noise. */
const CONTRAST = 0.3;

export interface UniformNoiseOptions extends DrawOptions {
  /** Half the width of the noise's distribution, at least 0. */
  width: number;
}

/** Grey at 30 % contrast plus noise uniform in [-width, width), cut to [0, 1].
 *  Throws on a width below 0. Source: Geirhos et al. 2018. */
export function uniformNoise(image: FloatImage, options: UniformNoiseOptions): FloatImage {
  const { width, seed = 0, draws } = options;
  if (!(width >= 0 && Number.isFinite(width))) {
    throw new Error(`The width of the noise is at least 0 and finite, got ${width}.`);
  }
  const [grey, noise] = greyInRoom(image, image.width * image.height);
  const { uniform, addNoise } = pixelKernels();
  if (draws === undefined) uniform(noise.byteOffset, noise.length, seed);
  else noise.set(requireDraws(draws, noise.length));
  const offset = (1 - CONTRAST) / 2 - width;
  addNoise(grey.byteOffset, noise.byteOffset, grey.length, CONTRAST, offset, 2 * width);
  return greyImage(image, grey);
}
