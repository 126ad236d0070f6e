// What a Relief-16 set is asked for, checked and complete.
import { unknownName } from '../../suggest';
import { CLASS_NAMES, type ClassName, SPLITS, type Split } from './classes';
import { VARIANTS, type Variant } from './variants';

export interface Relief16Options {
  /** The two splits share neither drawings nor texture seeds. */
  split: Split;
  /** Side of the images in pixels, 8 or more. */
  size: number;
  /** Images of each class. */
  count: number;
  /** Two variants with the same seed and split show the same drawings in the same poses, light and places. */
  seed: number;
  /** Default: normal. */
  variant?: Variant;
  /** A part of the 16 classes; labels are indices into it, and cue-conflict textures come from it. Default: all. */
  classes?: readonly ClassName[];
  /** Variants normal and greyscale: share in [0, 1] of each class's images in the class's texture; the others wear a
   *  random style, background included. Default: 0.8 for training, 1 for the test. */
  textureCue?: number;
  /** Called now and then with the number of images made and their total. */
  onProgress?: (done: number, total: number) => void;
  /** The drawings. Default: data/drawings/icons.json. */
  packFile?: string;
  /** Folder for prepared drawings. Default: .cache/relief16. */
  cache?: string;
}

/** All that determines the images, besides the drawings. */
export interface ResolvedRelief
  extends Required<Pick<Relief16Options, 'split' | 'size' | 'count' | 'seed' | 'variant' | 'classes'>> {
  readonly textureCue: number;
}

/** Options with their defaults. Throws on unknown names and on numbers out of range. */
export function resolveRelief(options: Relief16Options): ResolvedRelief {
  const { split, size, count, seed, variant = 'normal', classes = CLASS_NAMES } = options;
  if (!SPLITS.includes(split)) throw unknownName('split', split, SPLITS);
  if (!VARIANTS.includes(variant)) throw unknownName('variant', variant, VARIANTS);
  for (const className of classes) {
    if (!CLASS_NAMES.includes(className)) throw unknownName('class', className, CLASS_NAMES);
  }
  if (new Set(classes).size !== classes.length || classes.length === 0) {
    throw new Error(`classes must name each class once, and at least one; got [${classes.join(', ')}].`);
  }
  if (variant === 'cue-conflict' && classes.length < 2) {
    throw new Error(
      'cue-conflict images need at least two classes: one for the shape, another for the texture.',
    );
  }
  requireInteger('size', size, 8, 'pixels');
  requireInteger('count', count, 1, 'images of each class');
  requireInteger('seed', seed, 0, '');
  const textureCue = options.textureCue ?? (split === 'train' ? 0.8 : 1);
  if (!(textureCue >= 0 && textureCue <= 1)) {
    throw new Error(`textureCue must be a share between 0 and 1; got ${textureCue}.`);
  }
  return { split, size, count, seed, variant, classes, textureCue };
}

function requireInteger(name: string, value: number, least: number, unit: string): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new Error(`${name} must be a whole number, ${least} or more${unit && ` (${unit})`}; got ${value}.`);
}
