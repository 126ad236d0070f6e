// Images with depth maps in two trees of folders, as LocNet's authors keep them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../files';
import { unknownName } from '../suggest';
import { decodeImage } from './decodeImage';
import { checkStems, type DEPTH_EXTENSIONS, depthName, foldersIn, imagesIn } from './depthMaps/layout';
import { imageSize, readDepthMap } from './depthMaps/readDepthMap';
import type { DepthSource } from './depthSource';
import { LOCNET_CLASSES, locnetSynsets, type SynsetChoice } from './locnetClasses';

const SYNSET = /^n\d{8}$/;
/** An error lists no more folders than these. */
const MOST_FOLDERS = 8;

export interface DepthFolderOptions {
  /** Folder of `{train,val}/<synset>/<image>`. */
  images: string;
  /** Folder of `{train,val}/<synset>/<stem>_depth.JPEG` (or `.png`; where both are, JPEG is read). */
  depth: string;
  split: 'train' | 'val';
  /** Which synsets show a class: the authors' one, the 207 of Geirhos et al., or any by class name. Default: used. */
  synsets?: SynsetChoice | Readonly<Record<string, readonly string[]>>;
  /** Which classes, in the order of their labels. Default: the 16 in LocNet's order, or all of `synsets` in its order. */
  classes?: readonly string[];
  /** At most this many images a class, the first by synset and name. Default: all. */
  imagesPerClass?: number;
  /** For captions and records. Default: the last two parts of the images' path. */
  name?: string;
  /** Hash every byte, instead of names and sizes. */
  hashContents?: boolean;
}

interface Pair {
  readonly label: number;
  /** Both as paths from `{images,depth}/<split>`. */
  readonly image: string;
  readonly map: string;
}

/** An image source with depth over `<images>/<split>/<synset>/<image>` and `<depth>/<split>/<synset>/<stem>_depth.JPEG`; the stem of
 *  an image is its name up to the first dot.
 *
 *  Images are decoded as by `imageFolder`; depth maps are 8-bit grey of their image's size, near bright, and are read without scaling.
 *  Folders of other synsets are passed over: all of ImageNet may lie there. The hash covers class names, file names and sizes of both trees.
 *
 *  Throws when a folder, a synset of a class, or the depth map of an image is missing, a class has no images, or a folder's name is no synset.
 *  A corrupt file, and a depth map of another size or more than 8 bits, are found when first used; the error names the file. */
export function depthFolder(options: DepthFolderOptions): DepthSource {
  const images = path.resolve(options.images, options.split);
  const maps = path.resolve(options.depth, options.split);
  const { name = path.join(path.basename(path.dirname(images)), path.basename(images)) } = options;
  const synsets = chooseClasses(options);
  checkFolders(images, synsets);
  const remake = `npm run data -- depth ${typed(options.images)} --to ${typed(options.depth)}`;
  const pairs = pairsOf(images, synsets, options.imagesPerClass).map((pair) => findMap(maps, pair));
  checkMaps(maps, pairs, remake);
  const at = (index: number): Pair => {
    if (pairs[index] === undefined)
      throw new Error(`${name} has images 0 to ${pairs.length - 1}, no image ${index}.`);
    return pairs[index];
  };
  return {
    name,
    classes: synsets.map(([className]) => className),
    count: pairs.length,
    labels: Int32Array.from(pairs, ({ label }) => label),
    hash: hashPairs(images, maps, pairs, synsets, options.hashContents ?? false),
    image: async (index) => decodeImage(path.join(images, at(index).image)),
    async depth(index) {
      const { image, map } = at(index);
      return readDepthMap(path.join(maps, map), await imageSize(path.join(images, image)));
    },
  };
}

/** A path as one word of a command line. */
function typed(folder: string): string {
  const full = path.resolve(folder);
  return /\s/.test(full) ? `"${full}"` : full;
}

type Synsets = readonly (readonly [className: string, synsets: readonly string[]])[];

function chooseClasses({ synsets = 'used', classes }: DepthFolderOptions): Synsets {
  const mapping = typeof synsets === 'string' ? locnetSynsets(synsets) : synsets;
  const known = typeof synsets === 'string' ? [...LOCNET_CLASSES] : Object.keys(mapping);
  const wanted = classes ?? known;
  const unknown = wanted.find((className) => !known.includes(className));
  if (unknown !== undefined) throw unknownName('class', unknown, known);
  const repeated = wanted.find((className, place) => wanted.indexOf(className) !== place);
  if (repeated !== undefined) throw new Error(`The class "${repeated}" is listed twice.`);
  if (wanted.length === 0) throw new Error('The list of classes is empty. Leave it out for all classes.');
  return wanted.map((className) => [className, [...mapping[className]].sort()]);
}

/** Sees that every synset asked for has its folder, and that all folders are synsets. */
function checkFolders(images: string, synsets: Synsets): void {
  const layout = 'Expected <images>/{train,val}/<synset>/<image>';
  if (!fs.existsSync(images)) throw new Error(`The folder of images ${images} does not exist. ${layout}.`);
  const folders = foldersIn(images);
  const wanted = synsets.flatMap(([className, ids]) => ids.map((id) => ({ id, className })));
  const missing = wanted.filter(({ id }) => !folders.includes(id));
  const stray = folders.find((folder) => !SYNSET.test(folder) && !wanted.some(({ id }) => id === folder));
  if (stray !== undefined) {
    const own = synsets.find(([className]) => className === stray)?.[1];
    const hint = own === undefined ? '' : ` The synset of ${stray} is ${list(own)}.`;
    const known = wanted.map(({ id }) => id);
    throw new Error(`${images}: ${unknownName('synset folder', stray, known).message}${hint} ${layout}.`);
  }
  if (missing.length === 0) return;
  const names = list(missing.map(({ id, className }) => `${id} (${className})`));
  const there = folders.length === 0 ? 'no folders' : list(folders);
  throw new Error(
    `${images} lacks ${missing.length} of ${wanted.length} synset folders: ${names}. It holds ${there}. ${layout}; for fewer, give \`classes\`, or \`synsets\` by class.`,
  );
}

function list(names: readonly string[]): string {
  const more = names.length > MOST_FOLDERS ? ` and ${names.length - MOST_FOLDERS} more` : '';
  return `${names.slice(0, MOST_FOLDERS).join(', ')}${more}`;
}

function pairsOf(images: string, synsets: Synsets, most = Number.POSITIVE_INFINITY): Omit<Pair, 'map'>[] {
  return synsets.flatMap(([className, ids], label) => {
    const files = ids.flatMap((id) => imagesIn(path.join(images, id)).map((file) => path.join(id, file)));
    if (files.length === 0)
      throw new Error(`The class "${className}" has no images: looked into ${list(ids)} in ${images}.`);
    checkStems(files, images);
    return files.slice(0, most).map((image) => ({ label, image }));
  });
}

function findMap(maps: string, { label, image }: Omit<Pair, 'map'>): Pair {
  const inFormat = (format: keyof typeof DEPTH_EXTENSIONS): string =>
    path.join(path.dirname(image), depthName(image, format));
  const [jpeg, png] = [inFormat('jpeg'), inFormat('png')];
  const isThere = (file: string): boolean => fs.existsSync(path.join(maps, file));
  return { label, image, map: !isThere(jpeg) && isThere(png) ? png : jpeg };
}

function checkMaps(maps: string, pairs: readonly Pair[], remake: string): void {
  const missing = pairs.filter(({ map }) => !fs.existsSync(path.join(maps, map)));
  if (missing.length === 0) return;
  const [{ image, map }] = missing;
  throw new Error(
    `${missing.length} of ${pairs.length} images have no depth map. The first is ${image}: expected ${path.join(maps, map)} (or .png). Make what is missing: ${remake}`,
  );
}

function hashPairs(
  images: string,
  maps: string,
  pairs: readonly Pair[],
  synsets: Synsets,
  contents: boolean,
): string {
  const line = (root: string, file: string): string => {
    const full = path.join(root, file);
    const content = contents ? ` ${sha256(fs.readFileSync(full))}` : '';
    return `${file.split(path.sep).join('/')} ${fs.statSync(full).size}${content}`;
  };
  const lines = pairs.map(
    ({ label, image, map }) => `${synsets[label][0]} ${line(images, image)} ${line(maps, map)}`,
  );
  return sha256(lines.join('\n'));
}
