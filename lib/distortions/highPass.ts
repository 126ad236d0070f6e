// High-pass filter: coarse structure removed.
import { BACKGROUND, greyAndFiltered } from './gaussian';
import { greyImage, greyscale } from './greyscale';
import type { FloatImage } from './image';
import { pixelKernels } from './wasm/pixels';

export interface HighPassOptions {
  /** Standard deviation in pixels of the Gaussian that is taken away: the smaller, the less is left; Infinity leaves the
   *  grey image. */
  deviation: number;
}

/** The grey image less its Gaussian, moved so that its mean is the background's 0.4423, cut to [0, 1].
 *  Source: Geirhos et al. 2018. */
export function highPass(image: FloatImage, { deviation }: HighPassOptions): FloatImage {
  if (deviation === Number.POSITIVE_INFINITY) return greyscale(image);
  const [grey, coarse] = greyAndFiltered(image, deviation);
  pixelKernels().difference(grey.byteOffset, coarse.byteOffset, grey.length, BACKGROUND);
  return greyImage(image, grey);
}
