// What a pixel is to a network that does not say so itself.
import { IMAGENET_NORMALISATION, type Normalisation } from '../data/resample';
import { SIGNED_RANGE } from '../data/wholeImage';

/** What a network takes for the darkest and brightest pixel; `imagenet`: 0..1, less ImageNet's mean, by its deviation. */
export const PIXEL_RANGES = {
  imagenet: IMAGENET_NORMALISATION,
  '0..1': { mean: [0, 0, 0], std: [1, 1, 1] },
  '-1..1': SIGNED_RANGE,
  '0..255': { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
} as const satisfies Record<string, Normalisation>;
export type PixelRange = keyof typeof PIXEL_RANGES;
