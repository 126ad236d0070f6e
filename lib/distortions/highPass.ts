// High-pass filter: coarse structure removed.
import { BACKGROUND, gaussianFilter } from './gaussian';
import { greyValues } from './greyscale';
import { clippedGrey, type FloatImage } from './image';

export interface HighPassOptions {
  /** Standard deviation in pixels of the Gaussian that is taken away: the smaller, the less is left; Infinity leaves the
   *  grey image. */
  deviation: number;
}

/** The grey image less its Gaussian, moved so that its mean is the background's 0.4423, cut to [0, 1].
 *  Source: Geirhos et al. 2018. */
export function highPass(image: FloatImage, { deviation }: HighPassOptions): FloatImage {
  const { width, height } = image;
  const grey = greyValues(image);
  if (deviation === Number.POSITIVE_INFINITY) return clippedGrey(width, height, grey);
  const coarse = gaussianFilter(grey, width, height, deviation);
  let sum = 0;
  for (let i = 0; i < grey.length; i++) {
    grey[i] -= Math.min(1, Math.max(0, coarse[i]));
    sum += grey[i];
  }
  const offset = BACKGROUND - sum / grey.length;
  for (let i = 0; i < grey.length; i++) grey[i] += offset;
  return clippedGrey(width, height, grey);
}
