// The images of the LocNet experiment: with depth to train and to test on, and the 17 out-of-distribution sets.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DATASETS } from '../benchmark/datasets';
import { reliefBenchmark } from '../benchmark/embedded';
import { openDataset, type StimulusSet } from '../benchmark/stimuli';
import { type TargetName, type Transform, testTransform, trainTransform } from '../data/augment';
import { depthFolder } from '../data/depthFolder';
import type { ImageSource } from '../data/imageSource';
import { CLASS_NAMES } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { relief16 } from '../data/relief16/relief16';
import { squareTransform } from '../data/squareTransform';
import { sha256 } from '../files';
import type { Inputs } from './experiment';
import type { DepthFolderData, LocNetTraining } from './locnetConfig';
import type { ReliefData } from './topkConfig';

/** What a cell reads. */
export interface LocNetImages {
  /** For captions. */
  readonly name: string;
  readonly train: ImageSource;
  /** The same kind of images; of Relief-16 from drawings that no training has seen. */
  readonly test: ImageSource;
  /** Images of which Grad-CAM maps are made; null where there are none. */
  readonly sketches: ImageSource | null;
  /** Those of the 17 sets that are there. */
  readonly sets: readonly StimulusSet[];
}

/** Hash of what a cell reads from disk. Throws as `openLocNetImages`. */
export function hashLocNetData({ data }: Pick<LocNetTraining, 'data'>, inputs: Inputs): string {
  // How Relief-16 is rendered is a matter of configuration and code, which a record's key covers anyway.
  if (data.kind === 'relief16') return hashOfDrawings(readPack(), CLASS_NAMES);
  const { train, test, sets } = openFolders(data, inputs);
  return sha256(...[train, test, ...sets].map(({ name, hash }) => `${name} ${hash}\n`));
}

/** Opens or renders the images of a cell. Throws when folders are missing, saying what was expected. */
export async function openLocNetImages(config: LocNetTraining, inputs: Inputs): Promise<LocNetImages> {
  const { data } = config;
  return data.kind === 'relief16' ? openRelief(data, config) : openFolders(data, inputs);
}

async function openRelief(
  { textureCue, trainPerClass, testPerClass, seed }: ReliefData,
  { model, benchmarkShare: share }: LocNetTraining,
): Promise<LocNetImages> {
  const size = model.inputSize;
  const common = { size, seed };
  return {
    name: 'Relief-16',
    train: await relief16({ ...common, split: 'train', count: trainPerClass, textureCue }),
    test: await relief16({ ...common, split: 'test', count: testPerClass }),
    sketches: await relief16({ ...common, split: 'test', count: testPerClass, variant: 'sketch' }),
    sets: reliefBenchmark({ size, share, seed }),
  };
}

function openFolders({ name, mapping }: DepthFolderData, { data }: Inputs): LocNetImages {
  if (data === undefined) {
    throw new Error(
      'This profile reads photographs with depth maps. Give their folder with --data <folder>; it holds images/{train,val}/<synset>/, depth/{train,val}/<synset>/<stem>_depth.JPEG and, if the 17 sets are wanted, stimuli/<set>/ as in github.com/bethgelab/model-vs-human.',
    );
  }
  const [images, depth, stimuli] = ['images', 'depth', 'stimuli'].map((part) => path.join(data, part));
  const open = (split: 'train' | 'val'): ImageSource =>
    depthFolder({ images, depth, split, mapping, name: `${name}/${split}` });
  const sets = DATASETS.filter((set) => fs.existsSync(path.join(stimuli, set.name))).map((set) =>
    openDataset(path.join(stimuli, set.name), set.name),
  );
  const sketches = sets.find(({ dataset }) => dataset.name === 'sketch') ?? null;
  return { name, train: open('train'), test: open('val'), sketches, sets };
}

/** From image, and depth where it is learnt, to input. */
export function trainingTransform(config: LocNetTraining, targets: readonly TargetName[]): Transform {
  const { smallestCrop, randAugment = false, model } = config;
  const size = model.inputSize;
  return smallestCrop === null
    ? squareTransform({ size, randAugment, targets })
    : trainTransform({ size, scale: [smallestCrop, 1], targets });
}

/** The same for held-out images. */
export function evaluationTransform(config: LocNetTraining, targets: readonly TargetName[]): Transform {
  const size = config.model.inputSize;
  return config.data.kind === 'relief16'
    ? testTransform({ size, resize: 'fit', targets })
    : squareTransform({ size, targets });
}

/** How the images of the 17 sets are resized: rendered ones are made to size, stimuli are cropped as in the paper. */
export function resizeOf({ data }: LocNetTraining): 'fit' | 'shorter-side' {
  return data.kind === 'relief16' ? 'fit' : 'shorter-side';
}
