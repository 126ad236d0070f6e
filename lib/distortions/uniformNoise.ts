// Uniform noise.
import { type DrawOptions, uniformDraws } from './draws';
import { greyValues } from './greyscale';
import { clippedGrey, type FloatImage } from './image';

/** Contrast that leaves room for noise. */
const CONTRAST = 0.3;

export interface UniformNoiseOptions extends DrawOptions {
  /** Half the width of the noise's distribution, at least 0. */
  width: number;
}

/** Grey at 30 % contrast plus noise uniform in [-width, width), cut to [0, 1].
 *  Throws on a negative width. Source: Geirhos et al. 2018. */
export function uniformNoise(image: FloatImage, { width, ...random }: UniformNoiseOptions): FloatImage {
  if (!(width >= 0)) throw new Error(`The width of the noise is at least 0, got ${width}.`);
  const grey = greyValues(image);
  const draws = uniformDraws(grey.length, random);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = (1 - CONTRAST) / 2 + CONTRAST * grey[i] - width + 2 * width * draws[i];
  }
  return clippedGrey(image.width, image.height, grey);
}
