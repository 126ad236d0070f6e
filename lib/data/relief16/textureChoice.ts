// Which texture each image of a set wears.
import { deriveSeed, Random } from '../../random';
import type { ClassName, Split } from './classes';
import { STYLE_COUNT, styleClass, TILES_PER_CLASS } from './tiles';
import type { Variant } from './variants';

/** The texture of an image: a tile of a class's texture, or a random style (with another one behind the object). */
export type TextureChoice =
  | { readonly kind: 'class'; readonly shape: ClassName; readonly texture: ClassName; readonly index: number }
  | {
      readonly kind: 'style';
      readonly shape: ClassName;
      /** The class whose pattern the style has, never the shape's. */
      readonly texture: ClassName;
      readonly index: number;
      readonly backdrop: number;
    };

export interface TextureChoiceOptions {
  split: Split;
  count: number;
  seed: number;
  variant: Variant;
  classes: readonly ClassName[];
  textureCue: number;
}

/** The choices for `count` images of each class, image `i` being of class `i % classes.length`. Of each class, exactly
 *  the share `textureCue` (rounded) wears its texture; cue-conflict pairs are equally frequent as far as `count` allows. */
export function textureChoices(options: TextureChoiceOptions): TextureChoice[] {
  const { split, count, seed, variant, classes, textureCue } = options;
  const perClass = classes.map((shape) => {
    const random = new Random(deriveSeed(seed, split, shape, 'textures'));
    if (variant === 'stylised') return repeat(count, () => styleChoice(random, shape));
    if (variant === 'cue-conflict') return conflicts(random, shape, classes, count);
    const order = random.permutation(count);
    const share = variant === 'normal' || variant === 'greyscale' ? textureCue : 1;
    const own = Math.round(share * count);
    return repeat(count, (n) =>
      order[n] < own ? classChoice(random, shape, shape) : styleChoice(random, shape),
    );
  });
  return repeat(count * classes.length, (i) => perClass[i % classes.length][Math.floor(i / classes.length)]);
}

function conflicts(
  random: Random,
  shape: ClassName,
  classes: readonly ClassName[],
  count: number,
): TextureChoice[] {
  const others = classes.filter((className) => className !== shape);
  const order = random.permutation(others.length);
  return repeat(count, (n) => classChoice(random, shape, others[order[n % others.length]]));
}

function classChoice(random: Random, shape: ClassName, texture: ClassName): TextureChoice {
  return { kind: 'class', shape, texture, index: random.integer(TILES_PER_CLASS) };
}

function styleChoice(random: Random, shape: ClassName): TextureChoice {
  let index = random.integer(STYLE_COUNT);
  while (styleClass(index) === shape) index = random.integer(STYLE_COUNT);
  const backdrop = (index + 1 + random.integer(STYLE_COUNT - 1)) % STYLE_COUNT;
  return { kind: 'style', shape, texture: styleClass(index), index, backdrop };
}

function repeat<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
