// Low-pass filter: fine detail removed.
import { greyAndFiltered } from './gaussian';
import { greyImage } from './greyscale';
import type { FloatImage } from './image';

export interface LowPassOptions {
  /** Standard deviation of the Gaussian in pixels; 0 leaves the grey image. */
  deviation: number;
}

/** A Gaussian of the grey image, cut to [0, 1]. Source: Geirhos et al. 2018. */
export function lowPass(image: FloatImage, { deviation }: LowPassOptions): FloatImage {
  const [, filtered] = greyAndFiltered(image, deviation);
  return greyImage(image, filtered);
}
