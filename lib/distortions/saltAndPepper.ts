// Salt-and-pepper noise.
import { type DrawOptions, uniformDraws } from './draws';
import { greyImage, greyInRoom } from './greyscale';
import type { FloatImage } from './image';

/** As for uniform noise. */
const CONTRAST = 0.3;

export interface SaltAndPepperOptions extends DrawOptions {
  /** Share of pixels that become black or white, in [0, 1]. */
  share: number;
}

/** Grey at 30 % contrast, in which half of `share` of the pixels become white and the other half black.
 *  Not one of the 17 data sets. Throws on a share that is not in [0, 1]. Source: Geirhos et al. 2018. */
export function saltAndPepper(image: FloatImage, { share, ...random }: SaltAndPepperOptions): FloatImage {
  if (!(share >= 0 && share <= 1)) throw new Error(`The share of noisy pixels lies in [0, 1], got ${share}.`);
  const [grey] = greyInRoom(image);
  const draws = uniformDraws(grey.length, random);
  for (let i = 0; i < grey.length; i++) {
    // One more or one less leaves [0, 1], and is cut to its end.
    if (draws[i] >= 1 - share / 2) grey[i] = 1;
    else if (draws[i] < share / 2) grey[i] = 0;
    else grey[i] = (1 - CONTRAST) / 2 + CONTRAST * grey[i];
  }
  return greyImage(image, grey);
}
