// Lower contrast.
import { type FloatImage, requireImage, requireShape } from './image';
import { pixelKernels, pixelRoom } from './wasm/pixels';

export interface ContrastOptions {
  /** Nominal contrast in [0, 1]: 1 changes nothing, 0 leaves an even grey. */
  level: number;
}

/** `(1 - level) / 2 + level * value`, in each channel. The stimuli of the papers are grey: `greyscale` first.
 *  Throws on a level that is not in [0, 1]. Source: Geirhos et al. 2018. */
export function contrast(image: FloatImage, { level }: ContrastOptions): FloatImage {
  if (!(level >= 0 && level <= 1)) throw new Error(`The contrast level lies in [0, 1], got ${level}.`);
  requireShape(image);
  const kernels = pixelKernels();
  const [values] = pixelRoom(image.data.length);
  values.set(image.data);
  if (kernels.allInside(values.byteOffset, values.length) === 0) requireImage(image);
  kernels.scale(values.byteOffset, values.length, level, (1 - level) / 2);
  return { ...image, data: values.slice() };
}
