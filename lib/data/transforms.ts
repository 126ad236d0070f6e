// Transforms from their recipes, for threads that are told what to do in plain data.
import { type Transform, testTransform, trainTransform } from './augment';
import type { TransformRecipe } from './recipes';
import { squareTransform } from './squareTransform';
import { wholeImage } from './wholeImage';

const MAKERS: Readonly<Record<TransformRecipe['kind'], (options: never) => Transform>> = {
  'random-resized-crop': trainTransform,
  'centre-crop': testTransform,
  square: squareTransform,
  'whole-image': wholeImage,
};

/** The transform that a recipe was taken from. Throws as its maker. */
export function transformFrom({ kind, options }: TransformRecipe): Transform {
  return MAKERS[kind](options as never);
}
