// The images of the Top-K training experiment: one set to train on and several to test on.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { imageFolder } from '../data/imageFolder';
import type { ImageSource } from '../data/imageSource';
import type { ClassName } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { relief16 } from '../data/relief16/relief16';
import type { Variant } from '../data/relief16/variants';
import { sha256 } from '../files';
import type { Inputs } from './experiment';
import type { FolderData, ReliefData, TopKCellConfig } from './topkConfig';

/** What a cell reads. */
export interface TopKData {
  /** For captions. */
  readonly name: string;
  readonly train: ImageSource;
  /** By name of the metric: `original` and `stylised` always, others where the data have them. */
  readonly tests: Readonly<Record<string, ImageSource>>;
  /** Images whose shape and texture are of different classes. */
  readonly cueConflict: ImageSource | null;
}

type DataConfig = Pick<TopKCellConfig, 'data' | 'classes' | 'model'>;

/** Opens the images of a cell. Throws when folders or classes are missing, saying what was expected. */
export async function openTopKData(config: DataConfig, inputs: Inputs): Promise<TopKData> {
  const { data, classes, model } = config;
  return data.kind === 'relief16'
    ? openRelief(data, classes, model.inputSize)
    : openFolders(data, classes, inputs);
}

const hashes = new Map<string, string>();

/** Hash of what a cell reads from disk; cells that read the same share the work. Throws as `openTopKData`. */
export function hashTopKData(config: DataConfig, inputs: Inputs): string {
  const key = JSON.stringify([config.data, config.classes, inputs.data]);
  const hash = hashes.get(key) ?? hashData(config, inputs);
  hashes.set(key, hash);
  return hash;
}

function hashData({ data, classes }: DataConfig, inputs: Inputs): string {
  // How Relief-16 is rendered is a matter of configuration and code, which a record's key covers anyway.
  if (data.kind === 'relief16') return hashOfDrawings(readPack(), classes as ClassName[]);
  const { train, tests, cueConflict } = openFolders(data, classes, inputs);
  const sources = [train, ...Object.values(tests), ...(cueConflict === null ? [] : [cueConflict])];
  return sha256(...sources.map((source) => `${source.name} ${source.hash}\n`));
}

const RELIEF_TESTS = {
  original: 'normal',
  stylised: 'stylised',
  silhouette: 'silhouette',
  edges: 'edges',
  greyscale: 'greyscale',
  textureOnly: 'texture-only',
} as const;

async function openRelief(data: ReliefData, classes: readonly string[], size: number): Promise<TopKData> {
  const { textureCue, seed } = data;
  const common = { size, seed, classes: classes as ClassName[] };
  const test = (variant: Variant): Promise<ImageSource> =>
    relief16({ ...common, split: 'test', variant, count: data.testPerClass });
  const train = await relief16({ ...common, split: 'train', count: data.trainPerClass, textureCue });
  const tests: Record<string, ImageSource> = {};
  for (const [name, variant] of Object.entries(RELIEF_TESTS)) tests[name] = await test(variant);
  return { name: 'Relief-16', train, tests, cueConflict: await test('cue-conflict') };
}

function openFolders(data: FolderData, classes: readonly string[], inputs: Inputs): TopKData {
  if (inputs.data === undefined) {
    throw new Error(
      'This profile reads image folders. Give them with --data <folder>; it holds train/<class>/, test/<class>/ and ' +
        'stylised_test/<class>/ and, if shape bias is wanted, cue_conflict/<shape class>/<texture class>/.',
    );
  }
  const open = (set: string): ImageSource =>
    imageFolder(path.join(inputs.data as string, set), { classes, name: `${data.name}/${set}` });
  const train = open('train');
  const tests = { original: open('test'), stylised: open('stylised_test') };
  const cueConflict = openCueConflict(data, path.join(inputs.data, 'cue_conflict'), classes);
  return { name: data.name, train, tests, cueConflict };
}

/** `<folder>/<shape class>/<texture class>/<image>`; null without the folder. Classes outside the subset are left out. */
function openCueConflict(data: FolderData, folder: string, classes: readonly string[]): ImageSource | null {
  if (!fs.existsSync(folder)) return null;
  const has = (...parts: string[]): boolean => fs.existsSync(path.join(folder, ...parts));
  const parts = classes
    .filter((shape) => has(shape) && classes.some((texture) => has(shape, texture)))
    .map((shape) => {
      const textures = classes.filter((texture) => has(shape, texture));
      const source = imageFolder(path.join(folder, shape), { classes: textures });
      return {
        shape: classes.indexOf(shape),
        textures: textures.map((texture) => classes.indexOf(texture)),
        source,
      };
    });
  if (parts.length === 0) {
    throw new Error(
      `${folder} holds no images of these classes. Expected ${folder}/<shape class>/<texture class>/<image>.`,
    );
  }
  const images = parts.flatMap(({ shape, textures, source }) =>
    Array.from(source.labels, (texture, index) => ({ shape, texture: textures[texture], source, index })),
  );
  return {
    name: `${data.name}/cue_conflict`,
    classes,
    count: images.length,
    labels: Int32Array.from(images, ({ shape }) => shape),
    textureLabels: Int32Array.from(images, ({ texture }) => texture),
    hash: sha256(...parts.map(({ shape, source }) => `${shape} ${source.hash}\n`)),
    image: (index) => images[index].source.image(images[index].index),
  };
}
