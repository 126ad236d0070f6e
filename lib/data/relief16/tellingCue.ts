// Images whose class one cue tells, and the others do not: what a network learns from them to rely on is known.
import { sha256 } from '../../files';
import { deriveSeed, Random } from '../../random';
import type { ByteImage, ImageSource } from '../imageSource';
import { CLASS_NAMES, type ClassName, type Split } from './classes';
import { type Relief16Set, relief16 } from './relief16';
import type { Picture } from './render';
import { chromaOf, tint } from './tint';

export const CUES = ['shape', 'texture', 'colour'] as const;
export type Cue = (typeof CUES)[number];

/** Shares of texture and of colour; shape has the rest. */
export type CueShares = { readonly texture: number; readonly colour: number };

/** What a share is a share of.
 *  - `classes`: each class is told by one cue, always the same; a share is one of classes. The other cues are of strangers, classes that are no label:
 *    they say nothing at all.
 *  - `images`: each image is told by one cue, a share is one of every class's images. All cues are of labels, and nothing in an image says which one
 *    tells: the best answer is the cue that tells more often. A colour that tells in no image is of any label, the image's own as often as another, so
 *    that it does not say either which class an image is not of. */
export type Division = 'classes' | 'images';

export interface TellingCueOptions {
  readonly split: Split;
  readonly size: number;
  /** The labels. */
  readonly classes: readonly ClassName[];
  /** Images of each class. */
  readonly count: number;
  readonly seed: number;
  readonly shares: CueShares;
  readonly division: Division;
  /** Decides which classes a cue tells (`classes`). Default: `seed`. */
  readonly divisionSeed?: number;
}

/** Images in memory; every one wears the shape, the texture and the colour of one class each. */
export interface TellingCueSet extends ImageSource {
  /** Class of each cue, by image: a label, or -1 for a stranger's. */
  readonly cues: Readonly<Record<Cue, Int32Array>>;
  /** Which cue tells the label, by image: an index into `CUES`. */
  readonly telling: Uint8Array;
}

/** Hues around the circle: every second is a label's, those between them are strangers'. */
export function hueOfLabel(label: number, labels: number): readonly [cb: number, cr: number] {
  return chromaOf(2 * label, 2 * labels);
}

/** Cues that tell the classes: one for each class (`classes`), as many of each as its share says, in an order that the seed decides.
 *  Throws when the shares do not add up or do not divide the classes. */
export function cueOfClass(count: number, { texture, colour }: CueShares, seed: number): Cue[] {
  requireShares({ texture, colour });
  const [ofTexture, ofColour] = [texture * count, colour * count];
  if (!Number.isInteger(ofTexture) || !Number.isInteger(ofColour)) {
    throw new Error(
      `${count} classes cannot be divided so that texture tells a share of ${texture} and colour one of ${colour}: take shares of whole classes.`,
    );
  }
  const order = new Random(deriveSeed(seed, 'telling cue')).permutation(count);
  return Array.from(order, (place) =>
    place < ofTexture ? 'texture' : place < ofTexture + ofColour ? 'colour' : 'shape',
  );
}

/** Renders such images, colours being hues on grey textures. Image `i` is of class `i % classes.length`; what does not tell is spread evenly.
 *  Throws on shares out of range, where `classes` leave no strangers, and as `relief16`. */
export async function tellingCueSet(options: TellingCueOptions): Promise<TellingCueSet> {
  const { split, size, classes, count, seed, division, divisionSeed = seed } = options;
  const wanted = countsOf(options, divisionSeed);
  const scenes = new Scenes(options);
  const random = new Random(deriveSeed(seed, split, 'colours'));
  const drawn: Drawn[][] = [];
  for (const [label, counts] of wanted.entries()) {
    const own: Drawn[] = [];
    for (const cue of CUES) own.push(...(await scenes.toldBy(cue, label, counts[cue])));
    // Cues take turns, so that any beginning of the set holds all of them.
    const order = new Random(deriveSeed(seed, split, label, 'order')).permutation(own.length);
    drawn.push(Array.from(order, (k) => own[k]));
  }
  const pixels = size * size;
  const total = count * classes.length;
  const images = new Uint8Array(total * pixels * 3);
  const told = (): Int32Array => new Int32Array(total);
  const cues = { shape: told(), texture: told(), colour: told() };
  const telling = new Uint8Array(total);
  for (let i = 0; i < total; i++) {
    const label = i % classes.length;
    const { picture, cue, shape, texture } = drawn[label][Math.floor(i / classes.length)];
    const own = images.subarray(i * pixels * 3, (i + 1) * pixels * 3);
    own.set(picture.rgb);
    const hue = hueOf(cue, label, options, random);
    tint(own, chromaOf(hue, 2 * classes.length));
    telling[i] = CUES.indexOf(cue);
    cues.shape[i] = shape;
    cues.texture[i] = texture;
    cues.colour[i] = hue % 2 === 0 ? hue / 2 : STRANGER;
  }
  return {
    name: `relief16/${split}/told-by-${division}`,
    classes,
    count: total,
    labels: Int32Array.from(telling, (_, i) => i % classes.length),
    cues,
    telling,
    hash: sha256(JSON.stringify({ ...options, divisionSeed }), ...scenes.hashes),
    async image(index): Promise<ByteImage> {
      const data = images.subarray(index * pixels * 3, (index + 1) * pixels * 3);
      return { width: size, height: size, channels: 3, data };
    },
  };
}

const STRANGER = -1;

/** A scene, and which labels its shape and its texture are of. */
interface Drawn {
  readonly picture: Picture;
  readonly cue: Cue;
  readonly shape: number;
  readonly texture: number;
}

/** Renders scenes in which shape and texture are of different classes, two classes at a time: each is drawn in the other's texture. */
class Scenes {
  readonly hashes: string[] = [];
  private readonly pairs = new Map<string, Promise<Relief16Set>>();
  private readonly strangers: readonly ClassName[];

  constructor(private readonly options: TellingCueOptions) {
    const { classes, division } = options;
    this.strangers = CLASS_NAMES.filter((name) => !classes.includes(name));
    if (division === 'classes' && this.strangers.length < 2) {
      throw new Error(
        `${classes.length} labels leave ${this.strangers.length} of the ${CLASS_NAMES.length} classes as strangers; at least two are needed.`,
      );
    }
  }

  /** Scenes of a label whose telling cue is `cue`. */
  async toldBy(cue: Cue, label: number, count: number): Promise<Drawn[]> {
    const { classes } = this.options;
    const partners = this.partnersOf(cue, label);
    const each = Math.ceil(count / partners.length);
    const found: Drawn[] = [];
    for (let k = 0; found.length < count; k++) {
      const [shape, texture] = partners[k % partners.length];
      const set = await this.pair(shape, texture, each, cue);
      const [first] = [shape, texture].sort();
      const index = 2 * Math.floor(k / partners.length) + (shape === first ? 0 : 1);
      found.push({
        picture: set.picture(index),
        cue,
        shape: classes.indexOf(shape),
        texture: classes.indexOf(texture),
      });
    }
    return found;
  }

  /** Shape and texture of the scenes of a label, in turn. */
  private partnersOf(cue: Cue, label: number): [shape: ClassName, texture: ClassName][] {
    const { classes, division } = this.options;
    const own = classes[label];
    const others = division === 'classes' ? this.strangers : classes.filter((name) => name !== own);
    if (cue === 'shape') return others.map((other) => [own, other]);
    if (cue === 'texture') return others.map((other) => [other, own]);
    return others.map((other, i) => [other, others[(i + 1 + (label % (others.length - 1))) % others.length]]);
  }

  private pair(shape: ClassName, texture: ClassName, count: number, cue: Cue): Promise<Relief16Set> {
    const { split, size, seed } = this.options;
    const classes = [shape, texture].sort();
    const key = [cue, count, ...classes].join();
    let set = this.pairs.get(key);
    if (set === undefined) {
      set = relief16({
        split,
        size,
        classes,
        count,
        variant: 'cue-conflict',
        seed: deriveSeed(seed, key),
      }).then((rendered) => {
        this.hashes.push(rendered.hash);
        return rendered;
      });
      this.pairs.set(key, set);
    }
    return set;
  }
}

/** The image's place among twice as many hues as there are labels. */
function hueOf(
  cue: Cue,
  label: number,
  { classes: { length: labels }, division, shares }: TellingCueOptions,
  random: Random,
): number {
  if (cue === 'colour') return 2 * label;
  if (division === 'classes') return 2 * random.integer(labels) + 1;
  if (shares.colour === 0) return 2 * random.integer(labels);
  return 2 * ((label + 1 + random.integer(labels - 1)) % labels);
}

/** Images of each class that each cue tells. */
function countsOf(
  { classes, count, shares, division }: TellingCueOptions,
  seed: number,
): Record<Cue, number>[] {
  requireShares(shares);
  const none = { shape: 0, texture: 0, colour: 0 };
  if (division === 'classes') {
    return cueOfClass(classes.length, shares, seed).map((cue) => ({ ...none, [cue]: count }));
  }
  const [texture, colour] = [shares.texture, shares.colour].map((share) => Math.round(share * count));
  return classes.map(() => ({ shape: count - texture - colour, texture, colour }));
}

function requireShares({ texture, colour }: CueShares): void {
  if (texture >= 0 && colour >= 0 && texture + colour <= 1) return;
  throw new Error(
    `Shares of cues lie in [0, 1] and add up to 1 at most; got texture ${texture}, colour ${colour}.`,
  );
}
