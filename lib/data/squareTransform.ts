// LocNet's transform: squeezed to a square, the centre cropped, by RandAugment in training if asked; alike for an image and its depth.
import type { Random } from '../random';
import { describe, named, requireSize, type TargetName, type Transform, targetTransforms } from './augment';
import type { ByteImage } from './imageSource';
import { pillowResize } from './pillowResize';
import { AFFINE_OPERATIONS, augmentAlike, COLOUR_OPERATIONS } from './randAugment/randAugment';
import { repeatable } from './recipes';
import { IMAGENET_NORMALISATION, type Normalisation, resample, resampleMap } from './resample';
import { roundHalfEven } from './rounding';

export interface SquareTransformOptions {
  /** Side of the output, in pixels. */
  size: number;
  /** Two geometric and two colour operations a sample. Default false, as the authors' default is. */
  randAugment?: boolean;
  normalisation?: Normalisation;
  /** Maps that go through the same. Default: none. */
  targets?: readonly TargetName[];
}

/** Resize to `256/224 size` on both sides, the aspect ratio not kept, to bytes; CenterCrop; RandAugment; normalise. Without RandAugment it is the
 *  paper's transform of validation, and of the 17 sets. Throws on a size that is not a whole number from 1. Source: LocNet, section 3. */
export function squareTransform(options: SquareTransformOptions): Transform {
  const { size, randAugment = false, normalisation = IMAGENET_NORMALISATION, targets = [] } = options;
  requireSize(size);
  const side = Math.round((size * 256) / 224);
  const part = (image: ByteImage, random: Random): ByteImage => {
    const cropped = centre(pillowResize(image, side, side), size);
    return randAugment ? augmentAlike(cropped, AFFINE_OPERATIONS, random) : cropped;
  };
  const whole = {
    box: { left: 0, top: 0, width: size, height: size },
    width: size,
    height: size,
    window: { left: 0, top: 0, size },
  };
  const transform: Transform = {
    size,
    description: describe('square', { size, side, randAugment, ...normalisation, ...named(targets) }),
    apply(image, random, out, offset) {
      const shared = part(image, random);
      const coloured = randAugment ? augmentAlike(shared, COLOUR_OPERATIONS, random) : shared;
      resample(coloured, { ...whole, normalisation }, out, offset);
    },
    targets: targetTransforms(targets, (map, random, out, offset) =>
      resampleMap(part(map, random), whole, out, offset),
    ),
  };
  return repeatable(transform, 'square', { size, randAugment, normalisation, targets });
}

/** torchvision's CenterCrop. */
function centre({ width, height, channels, data }: ByteImage, size: number): ByteImage {
  const [left, top] = [(width - size) / 2, (height - size) / 2].map(roundHalfEven);
  const result = new Uint8Array(size * size * channels);
  for (let y = 0; y < size; y++) {
    const start = ((top + y) * width + left) * channels;
    result.set(data.subarray(start, start + size * channels), y * size * channels);
  }
  return { width: size, height: size, channels, data: result };
}
