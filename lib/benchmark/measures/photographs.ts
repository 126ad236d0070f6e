// A folder of photographs by class, as the measures show them to a network.
import { type Transform, testTransform } from '../../data/augment';
import { keepInMemory } from '../../data/batches';
import { foldersIn } from '../../data/imageFiles';
import { imageFolder } from '../../data/imageFolder';
import type { ByteImage, ImageSource } from '../../data/imageSource';
import { readAhead } from '../../data/readAhead';
import { isGrey } from '../../distortions/bytePicture';
import { sha256 } from '../../files';
import { Random } from '../../random';
import { unknownName } from '../../suggest';
import { CATEGORIES } from '../categories';
import { DATASETS } from '../datasets';
import { categoryOf, type Labels } from '../labels';
import type { NetworkOutputs } from '../outputs';
import { outputsOf } from '../outputs';
import { categoryOfWordnetId } from '../wordnetIds';
import { categorySpace, type LabelSpace, ownSpace } from './labelSpace';

/** Whether a folder of stimuli holds photographs by class, `<folder>/<class>/<image>`: none of its folders is named as one of the 17 sets. A folder that is
 *  missing or empty is none. */
export function holdsPhotographs(folder: string): boolean {
  let folders: string[];
  try {
    folders = foldersIn(folder);
  } catch {
    return false;
  }
  return folders.length > 0 && !DATASETS.some(({ name }) => folders.includes(name));
}

/** What labels of photographs are compared with. */
export interface LabelledOutputs {
  readonly outputs: number;
  /** The class of each output; null where the network does not say. */
  readonly classes: readonly string[] | null;
  readonly labels?: Labels;
}

export interface PhotographOptions {
  /** Side of the network's input, in pixels. */
  size: number;
  /** Of the photographs of each class, the first by name; rounded up. Default 1. */
  share?: number;
}

export interface Photographs {
  readonly source: ImageSource;
  readonly space: LabelSpace;
  /** What a reader should know of them. */
  readonly notes: readonly string[];
}

/** Opens photographs by class. As in the papers the shorter side is made `256 / 224` times the size, and the centre is cropped.
 *
 *  Folders are compared with the network's classes: by name, where it names them; else in alphabetical order, where there are as many folders as outputs, as in
 *  torchvision's ImageFolder; else both through the 16 categories (by name, by ImageNet's WordNet ids, or by a mapping of labels). Grey photographs are
 *  left out, since no colour can be taken from them.
 *
 *  Throws, naming folder or file, as `imageFolder`, on folders that are no classes of the network, on damaged images, and when all are grey. */
export async function openPhotographs(
  folder: string,
  network: LabelledOutputs,
  { size, share = 1 }: PhotographOptions,
): Promise<Photographs> {
  const all = imageFolder(folder);
  const { space, labelOf, notes } = meaningOf(all, network);
  const chosen = firstOfEach(all, share).filter((index) => labelOf(all.classes[all.labels[index]]) !== null);
  const cropped = croppedTo(all, size);
  const coloured = await inColour(cropped, chosen);
  if (coloured.length === 0) {
    throw new Error(
      `${folder} has ${chosen.length === 0 ? 'no photographs of classes that the network knows' : 'grey photographs only: colour cannot be taken from them'}.`,
    );
  }
  const grey = chosen.length - coloured.length;
  const kept = keepInMemoryIfSmall(cropped, coloured.length * size ** 2 * 3);
  return {
    source: {
      name: all.name,
      classes: space.classes,
      count: coloured.length,
      labels: Int32Array.from(coloured, (index) => labelOf(all.classes[all.labels[index]]) as number),
      hash: sha256(all.hash, JSON.stringify({ size, coloured, classes: space.classes })),
      image: (place) => kept.image(coloured[place]),
    },
    space,
    notes: [
      ...notes,
      ...(grey === 0 ? [] : [`${grey} grey photographs were left out: no colour can be taken from them.`]),
    ],
  };
}

interface Meaning {
  readonly space: LabelSpace;
  /** Index of a folder's class in the space; null: left out. */
  labelOf(folder: string): number | null;
  readonly notes: readonly string[];
}

function meaningOf({ name, classes: folders }: ImageSource, network: LabelledOutputs): Meaning {
  const { outputs, classes, labels } = network;
  if (labels === undefined && classes !== null && folders.every((folder) => classes.includes(folder)))
    return { space: ownSpace(classes), labelOf: (folder) => classes.indexOf(folder), notes: [] };
  if (labels === undefined && classes === null && folders.length === outputs) {
    const notes = [
      `The ${outputs} folders, in alphabetical order, are taken for the network's ${outputs} outputs, in their order.`,
    ];
    return { space: ownSpace(folders), labelOf: (folder) => folders.indexOf(folder), notes };
  }
  return byCategories(name, folders, outputsOf(outputs, classes ?? undefined, labels), labels);
}

function byCategories(
  name: string,
  folders: readonly string[],
  known: NetworkOutputs,
  labels?: Labels,
): Meaning {
  const categoryIn = (folder: string): string | null =>
    categoryOf(folder, labels) ?? categoryOfWordnetId(folder) ?? null;
  const strange = folders.find(
    (folder) =>
      categoryIn(folder) === null && labels?.mapping.get(folder) !== null && !/^n\d{8}$/.test(folder),
  );
  if (strange !== undefined) {
    throw new Error(
      `${name}: ${unknownName('class', strange, CATEGORIES).message} A folder is named by a category, by one of ImageNet's WordNet ids, or as a label of --labels <file>; or there is one for each output of the network.`,
    );
  }
  const space = categorySpace(known);
  const labelOf = (folder: string): number | null => {
    const label = space.classes.indexOf(categoryIn(folder) ?? '');
    return label < 0 ? null : label;
  };
  const leftOut = folders.filter((folder) => labelOf(folder) === null);
  const notes =
    leftOut.length === 0
      ? []
      : [
          `${leftOut.length} of ${folders.length} folders show no category that the network knows, and are left out.`,
        ];
  return { space, labelOf, notes };
}

function firstOfEach({ labels, classes }: ImageSource, share: number): number[] {
  const counts = classes.map((_, label) => labels.filter((other) => other === label).length);
  const taken = classes.map(() => 0);
  return Array.from(labels.keys()).filter(
    (index) => taken[labels[index]]++ < Math.ceil(share * counts[labels[index]]),
  );
}

function croppedTo(source: ImageSource, size: number): ImageSource {
  const transform = testTransform({ size, normalisation: { mean: [0, 0, 0], std: [1, 1, 1] } });
  return { ...source, image: async (index) => transformed(await source.image(index), transform) };
}

function transformed(picture: ByteImage, transform: Transform): ByteImage {
  const { size } = transform;
  const values = new Float32Array(size * size * 3);
  // A test transform draws nothing.
  transform.apply(picture, new Random(0), values, 0);
  const data = Uint8Array.from(values, (value) => Math.round(255 * value));
  return { width: size, height: size, channels: 3, data };
}

async function inColour(source: ImageSource, indices: readonly number[]): Promise<number[]> {
  const greys = readAhead(indices.length, 16, async (place) => isGrey(await source.image(indices[place])));
  const coloured: number[] = [];
  let place = 0;
  for await (const grey of greys) {
    if (!grey) coloured.push(indices[place]);
    place++;
  }
  return coloured;
}

/** Every photograph is asked for once a level; decoding takes longer than most suppressions. */
const MOST_KEPT_BYTES = 1e9;

function keepInMemoryIfSmall(source: ImageSource, bytes: number): ImageSource {
  return bytes <= MOST_KEPT_BYTES ? keepInMemory(source) : source;
}
