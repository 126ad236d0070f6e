// Whole images, stretched to a square: what generators are trained on.
import { describe, requireSize, type Transform } from './augment';
import { normalisedPixels } from './normalisedPixels';
import { pillowResize } from './pillowResize';
import { repeatable } from './recipes';

/** From bytes to [-1, 1]. */
export const SIGNED_RANGE = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

export interface WholeImageOptions {
  /** Side of the output, in pixels. */
  size: number;
  /** Probability of mirroring left and right. Default 0.5. */
  flip?: number;
}

/** `Resize((size, size))` of the whole image, its aspect ratio not kept, mirrored at random, in [-1, 1]. Source: FastGAN; section 5 of the spec. */
export function wholeImage(options: WholeImageOptions): Transform {
  const { size, flip = 0.5 } = options;
  requireSize(size);
  if (!(flip >= 0 && flip <= 1)) throw new Error(`flip is a probability in 0..1, not ${flip}.`);
  const transform: Transform = {
    size,
    description: describe('whole-image', { size, flip, ...SIGNED_RANGE }),
    apply(image, random, out, offset) {
      const pixels = normalisedPixels(pillowResize(image, size, size), SIGNED_RANGE);
      out.set(random.next() < flip ? mirrored(pixels, size) : pixels, offset);
    },
  };
  return repeatable(transform, 'whole-image', { size, flip });
}

function mirrored(pixels: Float32Array, size: number): Float32Array {
  return pixels.map((_, i) => {
    const [channel, column] = [i % 3, Math.floor(i / 3) % size];
    return pixels[i - 3 * column - channel + 3 * (size - 1 - column) + channel];
  });
}
