// The embedded benchmark: all 17 data sets from Relief-16, for networks that were trained on it, on any machine.
import type { ByteImage, ImageSource } from '../data/imageSource';
import { CLASS_NAMES, type ClassName } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { PREPARATION_VERSION } from '../data/relief16/prepare';
import { relief16 } from '../data/relief16/relief16';
import { RENDERER_VERSION } from '../data/relief16/render';
import type { Relief16Options } from '../data/relief16/settings';
import { textureChoices } from '../data/relief16/textureChoice';
import type { Variant } from '../data/relief16/variants';
import { sha256 } from '../files';
import { DATASETS, type Dataset, findDataset } from './datasets';
import { distortedSets, imagesOfClass, PARAMETRIC } from './distorted';
import type { Stimulus, StimulusSet } from './stimuli';

/** Which variant of Relief-16 stands for which data set of cues. */
const CUE_VARIANTS: Readonly<Record<string, Variant>> = {
  edge: 'edges',
  silhouette: 'silhouette',
  'cue-conflict': 'cue-conflict',
  sketch: 'sketch',
  stylized: 'stylised',
};

export interface ReliefBenchmarkOptions {
  /** Side of the images in pixels. Default 64. */
  size?: number;
  /** Classes of Relief-16 that the network tells apart. Default: all 16. */
  classes?: readonly ClassName[];
  /** Share of the papers' 18,080 images in (0, 1], rounded up to whole images of each class in each condition. Default 1. */
  share?: number;
  /** Of drawings, poses, light, conditions and noise. Default 0. */
  seed?: number;
  /** Data sets wanted. Default: all 17. */
  datasets?: readonly string[];
}

/** The 17 data sets of the benchmark from drawings that no training has seen (the test split), in canonical order.
 *
 *  Sets of cues are variants of Relief-16: edges, silhouettes, cue-conflict, sketches, stylised. The twelve parametric sets distort its
 *  `normal` images by the papers' levels. Images are rendered when first used, in other threads where there are many. Throws on unknown names. */
export function reliefBenchmark(options: ReliefBenchmarkOptions = {}): StimulusSet[] {
  const { size = 64, classes = CLASS_NAMES, share = 1, seed = 0 } = options;
  const wanted = DATASETS.filter(({ name }) => options.datasets?.includes(name) ?? true);
  for (const name of options.datasets ?? []) findDataset(name);
  const relief = (variant: Variant, count: number): ImageSource =>
    reliefSource({ split: 'test', size, count, seed, variant, classes });
  const parametric = wanted.filter(({ kind }) => kind === 'parametric');
  // One set of images for all, as large as the most demanding needs.
  const needed = PARAMETRIC.map((dataset) => dataset.conditions.length * imagesOfClass(dataset, share));
  const distorted =
    parametric.length === 0
      ? []
      : distortedSets(relief('normal', Math.max(...needed)), { share, seed, datasets: parametric });
  return wanted.map(
    (dataset) =>
      distorted.find((set) => set.dataset === dataset) ??
      cueSet(dataset, relief(CUE_VARIANTS[dataset.name], imagesOfClass(dataset, share))),
  );
}

/** Relief-16 as `relief16` renders it, but only when an image is asked for. */
export function reliefSource(
  options: Omit<Relief16Options, 'onProgress'> & { classes: readonly ClassName[]; variant: Variant },
): ImageSource {
  const { split, size, count, classes, variant, textureCue = split === 'train' ? 0.8 : 1 } = options;
  const choices = textureChoices({ ...options, textureCue });
  const labels = (of: 'shape' | 'texture'): Int32Array =>
    Int32Array.from(choices, (choice) => classes.indexOf(choice[of]));
  const pixels = size * size * 3;
  let rendering: Promise<Uint8Array> | undefined;
  const rendered = (): Promise<Uint8Array> => {
    rendering ??= relief16(options).then(({ images }) => images);
    // A failure is not remembered: the next call tries again.
    rendering.catch(() => {
      rendering = undefined;
    });
    return rendering;
  };
  return {
    name: `relief16/${split}/${variant}`,
    classes,
    count: count * classes.length,
    labels: labels('shape'),
    textureLabels: variant === 'cue-conflict' ? labels('texture') : undefined,
    hash: sha256(
      JSON.stringify({ ...options, textureCue }),
      hashOfDrawings(readPack(options.packFile), classes),
      `renderer ${RENDERER_VERSION}, preparation ${PREPARATION_VERSION}`,
    ),
    async image(index): Promise<ByteImage> {
      const images = await rendered();
      const data = images.subarray(index * pixels, (index + 1) * pixels);
      return { width: size, height: size, channels: 3, data };
    },
  };
}

/** A set of cues over a source of such images; names are like the toolbox's: `cat3.png`, `cat3-truck3.png`. */
function cueSet(dataset: Dataset, source: ImageSource): StimulusSet {
  const { classes, labels, textureLabels } = source;
  const seen = classes.map(() => 0);
  const stimuli = Array.from(labels, (label, index): Stimulus => {
    const category = classes[label];
    const texture = textureLabels === undefined ? null : classes[textureLabels[index]];
    const number = ++seen[label];
    const image = `${category}${number}${texture === null ? '' : `-${texture}${number}`}.png`;
    return { trial: index + 1, category, texture, condition: '0', image, imageName: image };
  });
  return { ...source, dataset, stimuli };
}
