// Photographs with depth maps, in the layout of LocNet's authors: one folder a synset of ImageNet, twice.
import * as fs from 'node:fs';
import * as path from 'node:path';
import sharp from 'sharp';
import { CATEGORIES, type Category } from '../categories';
import { fromRoot, sha256 } from '../files';
import { decodeImage } from './decodeImage';
import { depthName, depthStem } from './depthMaps/layout';
import { hashFiles, imageFiles, whyNoFolder } from './imageFolder';
import type { ByteImage, ImageSource } from './imageSource';

/** `one`: the synset of each category that the authors' loader reads. `all`: the 207 of the mapping whose loading is commented out there. */
export type SynsetMapping = 'one' | 'all';

export interface DepthFolderOptions {
  /** Holds `<split>/<synset>/<image>`. */
  images: string;
  /** Holds `<split>/<synset>/<stem>_depth.JPEG` (or .jpg, .png), where the stem is the image's name up to its first dot. */
  depth: string;
  split: 'train' | 'val';
  mapping: SynsetMapping;
  /** For captions and records. Default: `ImageNet-16/<split>`. */
  name?: string;
}

const DEPTH_ENDINGS = ['JPEG', 'jpeg', 'jpg', 'JPG', 'png', 'PNG'];

/** A source of the 16 categories, in alphabetical order, with a depth map for each image.
 *
 *  Of the mapping `all`, synsets that are not there are left out; folders of other synsets are passed over. The hash covers the names and sizes
 *  of images and maps. Throws when a folder is missing, when a category has no synset or a synset no images, and when an image has no depth
 *  map, naming what was expected and how maps are made. A map of 16 bits, in colour or of another size than its image is found when it is
 *  first used. */
export function depthFolder(options: DepthFolderOptions): ImageSource & Required<Pick<ImageSource, 'depth'>> {
  const { images, depth, split, mapping, name = `ImageNet-16/${split}` } = options;
  const [imageRoot, depthRoot] = [images, depth].map((root) => path.join(path.resolve(root), split));
  const present = new Set(foldersOf(imageRoot));
  const entries = CATEGORIES.flatMap((category, label) =>
    synsetsOf(category, mapping, present, imageRoot).flatMap((synset) =>
      pairsOf(imageRoot, depthRoot, synset).map((pair) => ({ label, ...pair })),
    ),
  );
  return {
    name,
    classes: CATEGORIES,
    count: entries.length,
    labels: Int32Array.from(entries, ({ label }) => label),
    hash: sha256(
      mapping,
      hashFiles(
        imageRoot,
        entries.map(({ image }) => image),
        false,
      ),
      hashFiles(
        depthRoot,
        entries.map(({ map }) => map),
        false,
      ),
    ),
    image: (index) => decodeImage(path.join(imageRoot, entries[index].image)),
    depth: (index) => decodeDepth(path.join(depthRoot, entries[index].map)),
  };
}

function foldersOf(root: string): string[] {
  try {
    return fs.readdirSync(root);
  } catch (error) {
    throw new Error(
      `Cannot read the folder ${root}: ${whyNoFolder(error)}. Expected ${root}/<synset>/<image>.`,
    );
  }
}

interface Synsets {
  readonly category: Category;
  readonly one: string;
  readonly all: readonly string[];
}

function synsetsOf(
  category: Category,
  mapping: SynsetMapping,
  present: ReadonlySet<string>,
  root: string,
): string[] {
  const found = readSynsets().find((entry) => entry.category === category) as Synsets;
  const wanted = mapping === 'one' ? [found.one] : found.all;
  const there = wanted.filter((synset) => present.has(synset));
  if (there.length > 0) return there;
  const expected = wanted.slice(0, 3).join(', ') + (wanted.length > 3 ? ', ...' : '');
  throw new Error(`${root} has no images of the category "${category}": expected the folder ${expected}.`);
}

let synsets: readonly Synsets[] | undefined;

function readSynsets(): readonly Synsets[] {
  synsets ??= (
    JSON.parse(fs.readFileSync(fromRoot('data', 'papers', 'locnet', 'synsets.json'), 'utf8')) as {
      categories: Synsets[];
    }
  ).categories;
  return synsets;
}

/** Images of a synset with their maps, as paths from the two roots. */
function pairsOf(imageRoot: string, depthRoot: string, synset: string): { image: string; map: string }[] {
  const folder = path.join(depthRoot, synset);
  const maps = new Set(fs.existsSync(folder) ? fs.readdirSync(folder) : []);
  return imageFiles(imageRoot, synset).map((file) => {
    const stem = depthStem(file);
    const map = DEPTH_ENDINGS.map((ending) => `${stem}.${ending}`).find((each) => maps.has(each));
    if (map === undefined) {
      throw new Error(
        `The image ${path.join(imageRoot, synset, file)} has no depth map: expected ${path.join(folder, depthName(file, 'jpeg'))}. Make one of each image with a depth model such as Depth-Anything.`,
      );
    }
    return { image: path.join(synset, file), map: path.join(synset, map) };
  });
}

/** One channel of 8 bits. Errors name the file. */
async function decodeDepth(file: string): Promise<ByteImage> {
  const { depth } = await sharp(file)
    .metadata()
    .catch(() => ({ depth: undefined }));
  if (depth !== undefined && depth !== 'uchar') {
    throw new Error(
      `The depth map ${file} has values of type ${depth}; 8 bits are expected. Scale its values to 0..255 (near is bright) and store them as 8-bit grey.`,
    );
  }
  const { width, height, channels, data } = await decodeImage(file);
  if (channels === 1) return { width, height, channels, data };
  const grey = Uint8Array.from({ length: width * height }, (_, i) => data[3 * i]);
  if (grey.some((value, i) => value !== data[3 * i + 1] || value !== data[3 * i + 2])) {
    throw new Error(
      `The depth map ${file} is in colour; grey is expected, near is bright. Store it as 8-bit grey.`,
    );
  }
  return { width, height, channels: 1, data: grey };
}
