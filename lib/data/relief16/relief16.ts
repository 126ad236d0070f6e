// Relief-16: the embedded data set. Sixteen classes drawn from open vector drawings, with texture, relief and light.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sha256 } from '../../files';
import { deriveSeed, Random } from '../../random';
import { unknownName } from '../../suggest';
import type { ByteImage, ImageSource } from '../imageSource';
import { CLASS_NAMES, type ClassName, SPLITS, type Split } from './classes';
import { type PreparedDrawing, rememberDrawings } from './drawings';
import { hashOfDrawings, readPack } from './pack';
import { PREPARATION_VERSION } from './prepare';
import { type Picture, RENDERER_VERSION } from './render';
import { drawBackground, drawLight, drawPose, drawSurface, type Scene } from './scene';
import { type TextureChoice, textureChoices } from './textureChoice';
import { type TileSet, tilesFor } from './tiles';
import { VARIANTS, type Variant, VariantRenderer } from './variants';

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

type Resolved = Required<
  Pick<Relief16Options, 'split' | 'size' | 'count' | 'seed' | 'variant' | 'classes'>
> & {
  textureCue: number;
};

/** Images in memory. Image `i` is of class `i % classes.length`, so that any beginning of the set is balanced. */
export class Relief16Set implements ImageSource {
  readonly name: string;
  readonly classes: readonly ClassName[];
  readonly size: number;
  readonly count: number;
  readonly labels: Int32Array;
  /** Cue-conflict only: class of the texture. */
  readonly textureLabels?: Int32Array;
  /** `count` flags: 1 where object and background wear a random style instead of a class's texture. */
  readonly styled: Uint8Array;
  /** `count x size x size x 3`, RGB. */
  readonly images: Uint8Array;
  /** `count x size x size`: 0 far .. 255 near. */
  readonly depths: Uint8Array;
  /** `count x size x size`: coverage by the object, 0..255. */
  readonly mask: Uint8Array;
  readonly hash: string;

  /** For `relief16`, which fills the images. */
  constructor(options: Resolved, choices: readonly TextureChoice[], hash: string) {
    const { split, variant, classes, size } = options;
    const pixels = choices.length * size * size;
    this.name = `relief16/${split}/${variant}`;
    this.classes = classes;
    this.size = size;
    this.count = choices.length;
    this.labels = Int32Array.from(choices, (choice) => classes.indexOf(choice.shape));
    this.styled = Uint8Array.from(choices, (choice) => (choice.kind === 'style' ? 1 : 0));
    if (variant === 'cue-conflict') {
      this.textureLabels = Int32Array.from(choices, (choice) => classes.indexOf(choice.texture));
    }
    this.images = new Uint8Array(pixels * 3);
    this.depths = new Uint8Array(pixels);
    this.mask = new Uint8Array(pixels);
    this.hash = hash;
  }

  /** Views of one image's colours, depth and mask in the set's memory. Throws on an index out of range. */
  picture(index: number): Picture {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new Error(`${this.name} has no image ${index}: it has ${this.count} images, numbered from 0.`);
    }
    const pixels = this.size * this.size;
    return {
      rgb: this.images.subarray(index * pixels * 3, (index + 1) * pixels * 3),
      depth: this.depths.subarray(index * pixels, (index + 1) * pixels),
      mask: this.mask.subarray(index * pixels, (index + 1) * pixels),
    };
  }

  async image(index: number): Promise<ByteImage> {
    return { width: this.size, height: this.size, channels: 3, data: this.picture(index).rgb };
  }

  async depth(index: number): Promise<ByteImage> {
    return { width: this.size, height: this.size, channels: 1, data: this.picture(index).depth };
  }
}

/** Renders a set of images. The first call prepares the drawings (half a minute) and caches them on disk.
 *  Throws on unknown names, on numbers out of range, and when the drawings are missing or damaged. */
export async function relief16(options: Relief16Options): Promise<Relief16Set> {
  const resolved = resolve(options);
  const { split, size, seed, classes, variant } = resolved;
  const pack = readPack(options.packFile);
  const drawings = new Map<ClassName, PreparedDrawing[]>();
  for (const className of classes) {
    const loaded = await rememberDrawings({ pack, className, split, cache: options.cache });
    // In random order, over and over: each is shown equally often, as far as the count allows.
    const order = new Random(deriveSeed(seed, split, className)).permutation(loaded.length);
    drawings.set(
      className,
      Array.from(order, (k) => loaded[k]),
    );
  }
  const choices = textureChoices(resolved);
  const set = new Relief16Set(resolved, choices, hashOf(resolved, hashOfDrawings(pack, classes)));
  const renderer = new VariantRenderer(variant, size);
  const tiles = tilesFor(split, size);
  for (const [index, choice] of choices.entries()) {
    const instance = Math.floor(index / classes.length);
    const control = (name: string): Random =>
      new Random(deriveSeed(seed, split, choice.shape, instance, name));
    const ofShape = drawings.get(choice.shape) as PreparedDrawing[];
    const drawing = ofShape[instance % ofShape.length];
    renderer.render(composeScene(drawing, choice, tiles, control), control('pencil'), set.picture(index));
    if (index % 32 === 31) {
      options.onProgress?.(index + 1, set.count);
      await nextTurn();
    }
  }
  options.onProgress?.(set.count, set.count);
  return set;
}

/** Scene of one image; `control(name)` is the generator of the control of that name. */
function composeScene(
  drawing: PreparedDrawing,
  choice: TextureChoice,
  tiles: TileSet,
  control: (name: string) => Random,
): Scene {
  const isStyle = choice.kind === 'style';
  const tile = isStyle ? tiles.ofStyle(choice.index) : tiles.ofClass(choice.texture, choice.index);
  return {
    drawing,
    pose: drawPose(control('pose')),
    surface: drawSurface(control('surface'), tile),
    light: drawLight(control('light')),
    background: drawBackground(control('background')),
    backdrop: isStyle ? drawSurface(control('backdrop'), tiles.ofStyle(choice.backdrop)) : undefined,
  };
}

function hashOf(resolved: Resolved, drawingsHash: string): string {
  const versions = `renderer ${RENDERER_VERSION}, preparation ${PREPARATION_VERSION}`;
  return sha256(JSON.stringify(resolved), drawingsHash, versions);
}

function resolve(options: Relief16Options): Resolved {
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
