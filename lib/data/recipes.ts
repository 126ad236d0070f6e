// How a transform is made again in another thread, which is told in plain data.

/** A transform as plain data: which one, and its options. */
export interface TransformRecipe {
  readonly kind: 'random-resized-crop' | 'centre-crop' | 'square' | 'whole-image';
  readonly options: object;
}

const recipes = new WeakMap<object, TransformRecipe>();

/** The transform, with its recipe remembered. A copy of it has none: what was changed in the copy would be lost in other threads.
 *  @param options all that the transform is made from, defaults included. */
export function repeatable<T extends object>(
  transform: T,
  kind: TransformRecipe['kind'],
  options: object,
): T {
  recipes.set(transform, { kind, options: structuredClone(options) });
  return transform;
}

/** What another thread makes the transform again from; undefined where it must be applied in the thread that has it. */
export function recipeOf(transform: object): TransformRecipe | undefined {
  return recipes.get(transform);
}
