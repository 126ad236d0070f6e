// Relief-16: the embedded data set. Sixteen classes drawn from open vector drawings, with texture, relief and light.
import * as fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sha256 } from '../../files';
import type { ByteImage, ImageSource } from '../imageSource';
import { preparationThreads, renderElsewhere } from '../preparation/preparation';
import { readAhead } from '../readAhead';
import type { ClassName } from './classes';
import { cacheFile, rememberDrawings } from './drawings';
import { hashOfDrawings, readPack } from './pack';
import { PREPARATION_VERSION } from './prepare';
import { type Picture, RENDERER_VERSION } from './render';
import { pictureIn, renderRange, roomForImages } from './renderRange';
import { type Relief16Options, type ResolvedRelief, resolveRelief } from './settings';
import { type TextureChoice, textureChoices } from './textureChoice';

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
  constructor(options: ResolvedRelief, choices: readonly TextureChoice[], hash: string) {
    const { split, variant, classes, size } = options;
    this.name = `relief16/${split}/${variant}`;
    this.classes = classes;
    this.size = size;
    this.count = choices.length;
    this.labels = Int32Array.from(choices, (choice) => classes.indexOf(choice.shape));
    this.styled = Uint8Array.from(choices, (choice) => (choice.kind === 'style' ? 1 : 0));
    if (variant === 'cue-conflict') {
      this.textureLabels = Int32Array.from(choices, (choice) => classes.indexOf(choice.texture));
    }
    const { images, depths, mask } = roomForImages(choices.length, size);
    this.images = images;
    this.depths = depths;
    this.mask = mask;
    this.hash = hash;
  }

  /** Views of one image's colours, depth and mask in the set's memory. Throws on an index out of range. */
  picture(index: number): Picture {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new Error(`${this.name} has no image ${index}: it has ${this.count} images, numbered from 0.`);
    }
    return pictureIn(this, index, this.size);
  }

  async image(index: number): Promise<ByteImage> {
    return { width: this.size, height: this.size, channels: 3, data: this.picture(index).rgb };
  }

  async depth(index: number): Promise<ByteImage> {
    return { width: this.size, height: this.size, channels: 1, data: this.picture(index).depth };
  }
}

/** Images that are rendered at a time; between them others have their turn. */
const AT_ONCE = 32;
/** From so many pixels on, threads are worth their start: rendering takes twice as long as cropping. */
const WORTH_THREADS = 2e6;

/** Renders a set of images, in other threads where it is large. The first call prepares the drawings (half a minute) and caches them on disk.
 *  Throws on unknown names, on numbers out of range, and when the drawings are missing or damaged. */
export async function relief16(options: Relief16Options): Promise<Relief16Set> {
  const { packFile, cache, onProgress } = options;
  const settings = resolveRelief(options);
  const { size, classes, split } = settings;
  const pack = readPack(packFile);
  for (const className of classes) await rememberDrawings({ pack, className, split, cache });
  const hash = hashOf(settings, hashOfDrawings(pack, classes));
  const set = new Relief16Set(settings, textureChoices(settings), hash);
  const { count } = set;
  // Threads read the drawings from the cache: without one each would prepare them.
  const areCached = classes.every((className) => fs.existsSync(cacheFile(pack, className, cache)));
  const inThreads = preparationThreads() > 1 && count * size * size >= WORTH_THREADS && areCached;
  const render = inThreads ? renderElsewhere : renderRange;
  const parts = readAhead(Math.ceil(count / AT_ONCE), inThreads ? preparationThreads() : 0, (part) => {
    const start = part * AT_ONCE;
    return render({ settings, hash, start, end: Math.min(start + AT_ONCE, count), packFile, cache });
  });
  let done = 0;
  for await (const { images, depths, mask } of parts) {
    set.images.set(images, done * size * size * 3);
    set.depths.set(depths, done * size * size);
    set.mask.set(mask, done * size * size);
    done += depths.length / (size * size);
    onProgress?.(done, count);
    await nextTurn();
  }
  return set;
}

function hashOf(resolved: ResolvedRelief, drawingsHash: string): string {
  const versions = `renderer ${RENDERER_VERSION}, preparation ${PREPARATION_VERSION}`;
  return sha256(JSON.stringify(resolved), drawingsHash, versions);
}
