// Any labelled images become the twelve parametric data sets: each image, in each set, under one of the set's conditions.
import { distortPicture } from '../data/distortPicture';
import type { ByteImage, ImageSource } from '../data/imageSource';
import { resample } from '../data/resample';
import type { Distortion } from '../distortions/levels';
import { sha256 } from '../files';
import { deriveSeed, Random } from '../random';
import { unknownName } from '../suggest';
import { CATEGORIES, type Category } from './categories';
import { DATASETS, type Dataset } from './datasets';
import type { Stimulus, StimulusSet } from './stimuli';
import { categoryOfWordnetId } from './wordnetIds';

export interface DistortedSetsOptions {
  /** Side of the pictures that are distorted, in pixels; default: as they are. Photographs want 224: their shorter side
   *  is resized to 256 and the centre cropped, as for the stimuli of the papers. */
  size?: number;
  /** Share of the papers' number of images, in (0, 1]; see `imagesOfClass`. Default 1. */
  share?: number;
  /** Of the choice of images and conditions, and of noise. Default 0. */
  seed?: number;
  /** Parametric data sets wanted. Default: all 12. */
  datasets?: readonly Dataset[];
}

/** Images of each class in each condition: the papers' number (10 in each contrast, 40 in colour ...) or a share of it,
 *  rounded up. Throws when the share is not in (0, 1]. */
export function imagesOfClass({ imagesPerCondition }: Dataset, share = 1): number {
  if (!(share > 0 && share <= 1)) throw new Error(`share is above 0 and at most 1, not ${share}.`);
  return Math.ceil((share * imagesPerCondition) / CATEGORIES.length);
}

/** The parametric data sets over labelled images: Relief-16, or a folder whose classes are categories or ImageNet's WordNet ids.
 *
 *  As in the original experiments, each image occurs in one condition of a set, and classes and conditions are balanced; which
 *  image gets which condition is drawn anew for each set. Throws when the source has too few images of a class, or a
 *  class that is none of the benchmark's. */
export function distortedSets(source: ImageSource, options: DistortedSetsOptions = {}): StimulusSet[] {
  const { datasets = PARAMETRIC } = options;
  const categorised = asCategories(source);
  return datasets.map((dataset) => distortedSet(categorised, dataset, options));
}

export const PARAMETRIC: readonly Dataset[] = DATASETS.filter(({ kind }) => kind === 'parametric');

/** The images of a source that show one of the 16 categories, labelled by them: classes are categories already, or WordNet
 *  ids as of ImageNet's folders, of which 207 show a category and the others are left out. */
function asCategories(source: ImageSource): ImageSource {
  const byLabel = source.classes.map(
    (name) => CATEGORIES.find((category) => category === name) ?? categoryOfWordnetId(name),
  );
  const classes = CATEGORIES.filter((category) => byLabel.includes(category));
  const strange = source.classes.find(
    (name, label) => byLabel[label] === undefined && !/^n\d{8}$/.test(name),
  );
  if (strange !== undefined) throw unknownName(`category in ${source.name}`, strange, CATEGORIES);
  if (classes.length === 0) {
    throw new Error(
      `${source.name} has no class that shows one of the 16 categories: ${source.classes.join(', ')}.`,
    );
  }
  const kept = Array.from(source.labels.keys()).filter(
    (index) => byLabel[source.labels[index]] !== undefined,
  );
  return {
    ...source,
    classes,
    count: kept.length,
    labels: Int32Array.from(kept, (index) => classes.indexOf(byLabel[source.labels[index]] as Category)),
    textureLabels: undefined,
    image: (place) => source.image(kept[place]),
  };
}

function distortedSet(source: ImageSource, dataset: Dataset, options: DistortedSetsOptions): StimulusSet {
  const { size, seed = 0 } = options;
  const shown = deal(source, dataset, options);
  const original = (place: number): Promise<ByteImage> => squared(source, shown[place].index, size);
  const distortion = (place: number): Distortion => ({
    set: dataset.name as Distortion['set'],
    condition: shown[place].stimulus.condition,
    seed: deriveSeed(seed, dataset.name, 'distortion', shown[place].stimulus.image),
  });
  const dealt = shown.map(({ index, stimulus }) => [index, stimulus.condition]);
  return {
    dataset,
    name: `${source.name}/${dataset.name}`,
    classes: source.classes,
    count: shown.length,
    labels: Int32Array.from(shown, ({ index }) => source.labels[index]),
    stimuli: shown.map(({ stimulus }) => stimulus),
    hash: sha256(source.hash, JSON.stringify({ dataset: dataset.name, size: size ?? null, seed, dealt })),
    distorted: { original, distortion },
    image: async (place) => distortPicture(await original(place), distortion(place)),
  };
}

interface Shown {
  /** In the source. */
  readonly index: number;
  readonly stimulus: Stimulus;
}

/** Which images are shown, and under which condition, in random order. */
function deal(source: ImageSource, dataset: Dataset, { share, seed = 0 }: DistortedSetsOptions): Shown[] {
  const { name, conditions } = dataset;
  const each = imagesOfClass(dataset, share);
  const dealt = source.classes.flatMap((category, label) => {
    const images = indicesOf(source, label);
    if (images.length < each * conditions.length) {
      throw new Error(
        `${name} needs ${each * conditions.length} images of each class (${conditions.length} conditions of ${each}), but ${source.name} has ${images.length} of "${category}". Give more images, or a smaller share.`,
      );
    }
    const order = new Random(deriveSeed(seed, name, 'images', category)).permutation(images.length);
    return conditions.flatMap((condition, c) =>
      Array.from({ length: each }, (_, k) => {
        const number = order[c * each + k];
        return {
          index: images[number],
          category,
          condition: condition.name,
          image: `${category}${number + 1}.png`,
        };
      }),
    );
  });
  const order = new Random(deriveSeed(seed, name, 'order')).permutation(dealt.length);
  return Array.from(order, (k, place) => {
    const { index, category, condition, image } = dealt[k];
    const trial = place + 1;
    const imageName = `${String(trial).padStart(4, '0')}_${dataset.code}_dnn_${condition}_${category}_00_${image}`;
    return { index, stimulus: { trial, category, texture: null, condition, image, imageName } };
  });
}

function indicesOf({ labels }: ImageSource, label: number): number[] {
  return Array.from(labels, (other, index) => (other === label ? index : -1)).filter((index) => index >= 0);
}

/** The centre of an image at `size x size` pixels, by the papers' test transform (`shorter-side` of `testTransform`). */
async function squared(source: ImageSource, index: number, size: number | undefined): Promise<ByteImage> {
  const image = await source.image(index);
  const { width, height } = image;
  if (size === undefined || (width === size && height === size)) return image;
  const scale = Math.round((size * 256) / 224) / Math.min(width, height);
  const [newWidth, newHeight] = [
    Math.max(size, Math.round(width * scale)),
    Math.max(size, Math.round(height * scale)),
  ];
  const window = { left: Math.round((newWidth - size) / 2), top: Math.round((newHeight - size) / 2), size };
  const values = new Float32Array(size * size * 3);
  const box = { left: 0, top: 0, width, height };
  resample(image, { box, width: newWidth, height: newHeight, window, normalisation: UNCHANGED }, values);
  return {
    width: size,
    height: size,
    channels: 3,
    data: Uint8Array.from(values, (value) => Math.round(255 * value)),
  };
}

const UNCHANGED = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
