// Lower contrast.
import { type FloatImage, requireImage } from './image';

export interface ContrastOptions {
  /** Nominal contrast in [0, 1]: 1 changes nothing, 0 leaves an even grey. */
  level: number;
}

/** `(1 - level) / 2 + level * value`, in each channel. The stimuli of the papers are grey: `greyscale` first.
 *  Throws on a level that is not in [0, 1]. Source: Geirhos et al. 2018. */
export function contrast(image: FloatImage, { level }: ContrastOptions): FloatImage {
  requireImage(image);
  if (!(level >= 0 && level <= 1)) throw new Error(`The contrast level lies in [0, 1], got ${level}.`);
  const data = new Float32Array(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (1 - level) / 2 + level * image.data[i];
  return { ...image, data };
}
