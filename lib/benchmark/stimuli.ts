// Stimuli on disk: the folders of the model-vs-human toolbox, and plainer ones.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { decodeImage } from '../data/decodeImage';
import { foldersIn, imagesIn } from '../data/imageFiles';
import type { ByteImage, ImageSource } from '../data/imageSource';
import { readAhead } from '../data/readAhead';
import { sha256 } from '../files';
import { unknownName } from '../suggest';
import { CATEGORIES } from './categories';
import { canonicalCondition, DATASETS, type Dataset, findDataset } from './datasets';
import { imageId, textureOf } from './trials';

/** One image of a data set, as a trial of the experiment. */
export interface Stimulus {
  /** Place in the data set, from 1. */
  readonly trial: number;
  /** What it shows; of a cue-conflict image the class of the shape. */
  readonly category: string;
  /** Class of the texture of a cue-conflict image, else null. */
  readonly texture: string | null;
  /** In canonical form; `0` in data sets without conditions. */
  readonly condition: string;
  /** Joins the answers of different observers to the same image. */
  readonly image: string;
  /** As it goes into CSV files. */
  readonly imageName: string;
}

/** The stimuli of one data set, as a source of images: picture `i` belongs to `stimuli[i]`. */
export interface StimulusSet extends ImageSource {
  readonly dataset: Dataset;
  readonly stimuli: readonly Stimulus[];
}

/** A stimulus with its pixels. */
export interface ShownStimulus {
  readonly stimulus: Stimulus;
  readonly picture: ByteImage;
}

/** The stimuli of a set with their pictures, in order, decoded in parallel: at most `ahead` pictures wait in memory. */
export function showStimuli(
  set: StimulusSet,
  { ahead = 16 }: { ahead?: number } = {},
): AsyncGenerator<ShownStimulus, void, undefined> {
  return readAhead(set.count, ahead, async (index) => ({
    stimulus: set.stimuli[index],
    picture: await set.image(index),
  }));
}

export interface OpenStimuliOptions {
  /** Only images of these categories (of both cues, in cue-conflict sets). Default: all. */
  categories?: readonly string[];
}

/** All data sets of the benchmark that are found under a folder, `<folder>/<data set>/`, in canonical order.
 *  Throws as `openDataset`, and when there is none. */
export function openStimuli(folder: string, options: OpenStimuliOptions = {}): StimulusSet[] {
  const root = path.resolve(folder);
  requireFolder(root, '<data set>/');
  const present = DATASETS.filter(({ name }) => isFolder(path.join(root, name)));
  if (present.length === 0) {
    throw new Error(
      `${root} holds no data set. Expected at least one of the folders ${DATASETS.map(({ name }) => name).join(', ')}.`,
    );
  }
  return present.map(({ name }) => openDataset(path.join(root, name), name, options));
}

/** One data set from its folder, in any of these layouts:
 *
 *  - `dnn/session-1/<trial>_<code>_<session>_<condition>_<category>_<number>_<image>`: the toolbox's;
 *  - `<category>/<image>`: the toolbox's for edge, silhouette and cue-conflict; any set without conditions;
 *  - `<shape category>/<texture category>/<image>`: cue-conflict;
 *  - `<condition>/<category>/<image>`: sets with conditions.
 *
 *  Images may be PNG, JPEG, WebP, GIF, TIFF or AVIF of any size; grey, CMYK and transparent ones become RGB. Decoding waits until an
 *  image is used, so that a damaged file is found then; its error names it. The hash covers names and sizes of the files.
 *
 *  Throws, naming folder or file, when the folder is missing or empty, when a category, condition or file name is none of the
 *  data set's, and when an image occurs twice. */
export function openDataset(folder: string, name: string, options: OpenStimuliOptions = {}): StimulusSet {
  const root = path.resolve(folder);
  const dataset = findDataset(name);
  requireFolder(root, expectedLayout(dataset));
  const found = findFiles(root, dataset);
  if (found.length === 0) {
    throw new Error(`${root} holds no images. Expected ${path.join(root, expectedLayout(dataset))}.`);
  }
  requireDifferent(found);
  const set: StimulusSet = {
    dataset,
    name: path.join(path.basename(path.dirname(root)), path.basename(root)),
    classes: CATEGORIES,
    count: found.length,
    labels: Int32Array.from(found, ({ category }) => labelOf(category)),
    textureLabels:
      dataset.name === 'cue-conflict' ? Int32Array.from(found, ({ texture }) => labelOf(texture)) : undefined,
    stimuli: found.map(({ file: _, ...stimulus }, index) => ({ trial: index + 1, ...stimulus })),
    hash: hashFiles(root, found),
    image(index) {
      if (found[index] === undefined) {
        return Promise.reject(
          new Error(`${root} has ${found.length} images, numbered from 0; there is no image ${index}.`),
        );
      }
      return decodeImage(found[index].file);
    },
  };
  return options.categories === undefined ? set : restrictSet(set, options.categories);
}

/** The part of a set that shows some categories, with labels that are indices into them. Of cue-conflict images both cues must
 *  be among them. Throws when nothing is left. */
export function restrictSet(set: StimulusSet, categories: readonly string[]): StimulusSet {
  const { stimuli, distorted } = set;
  const kept = Array.from(stimuli.keys()).filter((index) => {
    const { category, texture } = stimuli[index];
    return categories.includes(category) && (texture === null || categories.includes(texture));
  });
  if (kept.length === 0) {
    throw new Error(
      `${set.name} has no image of ${categories.join(', ')}. Leave this set out, or give more classes.`,
    );
  }
  const labels = (of: 'category' | 'texture'): Int32Array =>
    Int32Array.from(kept, (index) => categories.indexOf(stimuli[index][of] as string));
  return {
    ...set,
    classes: categories,
    count: kept.length,
    labels: labels('category'),
    textureLabels: set.textureLabels && labels('texture'),
    stimuli: kept.map((index) => stimuli[index]),
    image: (place) => set.image(kept[place]),
    distorted: distorted && {
      original: (place) => distorted.original(kept[place]),
      distortion: (place) => distorted.distortion(kept[place]),
    },
  };
}

function labelOf(category: string | null): number {
  return (CATEGORIES as readonly (string | null)[]).indexOf(category);
}

type FoundStimulus = Omit<Stimulus, 'trial'> & { readonly file: string };

function findFiles(root: string, dataset: Dataset): FoundStimulus[] {
  const folders = foldersIn(root);
  if (folders.includes('dnn')) {
    return foldersIn(path.join(root, 'dnn')).flatMap((session) => {
      const folder = path.join(root, 'dnn', session);
      return imagesIn(folder).map((file) => fromToolboxName(path.join(folder, file), dataset));
    });
  }
  if (dataset.kind === 'cue') return categoryFolders(root, dataset, '0');
  return folders.flatMap((name) => {
    const folder = path.join(root, name);
    return categoryFolders(
      folder,
      dataset,
      inFolder(folder, () => canonicalCondition(dataset, name)),
    );
  });
}

/** A stimulus from a name like `0001_cl_s01_cr_oven_40_n04111531_14126.png`. */
function fromToolboxName(file: string, dataset: Dataset): FoundStimulus {
  const imageName = path.basename(file);
  const [, code, , condition, category, , ...image] = imageName.split('_');
  if (image.length === 0) {
    throw new Error(
      `${file} is not named as the toolbox names stimuli: <trial>_${dataset.code}_<session>_<condition>_<category>_<number>_<image>.`,
    );
  }
  if (code !== dataset.code) {
    throw new Error(
      `${file} is a stimulus of the experiment "${code}", but those of ${dataset.name} are of "${dataset.code}". Move it to its data set's folder.`,
    );
  }
  return inFolder(file, () => ({
    ...identify(file, category),
    condition: dataset.kind === 'cue' ? '0' : canonicalCondition(dataset, condition),
  }));
}

function categoryFolders(root: string, dataset: Dataset, condition: string): FoundStimulus[] {
  return foldersIn(root).flatMap((category) => {
    const folder = path.join(root, category);
    const files = imagesIn(folder).map((file) => path.join(folder, file));
    if (dataset.name !== 'cue-conflict') {
      return inFolder(folder, () => files.map((file) => ({ ...identify(file, category), condition })));
    }
    const flat = files.map((file) => ({ ...conflict(file, category), condition }));
    const nested = foldersIn(folder).flatMap((texture) => {
      const inner = path.join(folder, texture);
      return inFolder(inner, () =>
        imagesIn(inner).map((file, index) => {
          // Named as the toolbox would: files of different folders may have the same name.
          const image = `${category}${index + 1}-${requireCategory(texture)}${index + 1}.png`;
          const stimulus = {
            category: requireCategory(category),
            texture,
            condition,
            image,
            imageName: image,
          };
          return { ...stimulus, file: path.join(inner, file) };
        }),
      );
    });
    return [...flat, ...nested];
  });
}

function identify(file: string, category: string): Omit<FoundStimulus, 'condition'> {
  const imageName = pngName(path.basename(file));
  return { file, imageName, image: imageId(imageName), category: requireCategory(category), texture: null };
}

/** The class of the texture ends the name: `airplane1-bicycle2.png`. */
function conflict(file: string, category: string): Omit<FoundStimulus, 'condition'> {
  return inFolder(file, () => {
    const identified = identify(file, category);
    if (!identified.image.includes('-')) {
      throw new Error(
        'A cue-conflict image is named <shape><number>-<texture><number>, e.g. cat4-truck2.png.',
      );
    }
    return { ...identified, texture: textureOf(identified.image) };
  });
}

/** The toolbox's stimuli are PNG files; a copy in another format shows the same image, and joins with answers to it. */
function pngName(file: string): string {
  return file.replace(/\.[^.]+$/, '.png');
}

function requireCategory(name: string): string {
  if (!(CATEGORIES as readonly string[]).includes(name)) throw unknownName('category', name, CATEGORIES);
  return name;
}

function requireDifferent(stimuli: readonly FoundStimulus[]): void {
  const files = new Map<string, string>();
  for (const { image, file } of stimuli) {
    const other = files.get(image);
    if (other !== undefined) {
      throw new Error(
        `The image "${image}" occurs twice: ${other} and ${file}. Each image is shown once; remove one.`,
      );
    }
    files.set(image, file);
  }
}

/** Says in which file or folder an error was found. */
function inFolder<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`);
  }
}

function expectedLayout({ name, kind }: Dataset): string {
  if (name === 'cue-conflict') return '<shape category>/<shape><number>-<texture><number>.png';
  return kind === 'cue' ? '<category>/<image>' : 'dnn/session-1/<image>, or <condition>/<category>/<image>';
}

function requireFolder(root: string, expected: string): void {
  if (isFolder(root)) return;
  const reason = fs.existsSync(root) ? 'it is a file' : 'it does not exist';
  throw new Error(`Cannot read the stimuli in ${root}: ${reason}. Expected ${path.join(root, expected)}.`);
}

/** Data sets are often links into a larger store. */
function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function hashFiles(root: string, stimuli: readonly FoundStimulus[]): string {
  const lines = stimuli.map(
    ({ file }) => `${path.relative(root, file).split(path.sep).join('/')} ${fs.statSync(file).size}`,
  );
  return sha256(lines.join('\n'));
}
