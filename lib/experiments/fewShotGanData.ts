// What the experiment few-shot-gan reads: images, and the networks that judge them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ImageSource } from '../data/imageSource';
import { CLASS_NAMES, type ClassName } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { relief16 } from '../data/relief16/relief16';
import { looseImages } from '../data/unlabelled';
import { fromRoot, sha256 } from '../files';
import {
  type PerceptualNetwork,
  type PerceptualNetworkOptions,
  perceptualNetwork,
} from '../synthesis/perceptualNetwork';
import type { Inputs } from './experiment';
import { type OpenedFeatures, openInception, openOnnx, openOwnFeatures } from './featureNetworks';
import type { FewShotGanCellConfig, FewShotNetworks } from './fewShotGanConfig';
import { inputFolder } from './inputFolder';
import { SHIPPED_NETWORK } from './stimuliTransfer';

/** A VGG-16 of ours, trained on Relief-16: stands for ImageNet's in perceptual distances. */
export const OWN_VGG = 'data/records/tiny/texture-synthesis/artifacts/seed0-network.safetensors';

type Described = Pick<FewShotGanCellConfig, 'data' | 'networks' | 'set'>;

/** Hash of the drawings, or of the images' names and sizes, and of the networks' files. Throws when they are missing. */
export function hashFewShotData({ data, networks, set }: Described, inputs: Inputs): string {
  const images =
    data.kind === 'relief16'
      ? hashOfDrawings(readPack(), [classOf(set)])
      : looseImages(inputFolder(inputs, set, missing)).hash;
  return sha256(images, ...filesOf(networks, inputs).map((file) => fs.readFileSync(file)));
}

/** The real images. Throws when they are missing. */
export async function realImages(
  { data, set }: Described,
  size: number,
  inputs: Inputs,
): Promise<ImageSource> {
  if (data.kind === 'image-folders') return looseImages(inputFolder(inputs, set, missing));
  // In their class's own texture: a hundred images are few.
  const { images, seed } = data;
  return relief16({ split: 'train', size, seed, count: images, textureCue: 1, classes: [classOf(set)] });
}

/** The networks of a cell; close them when it is done. */
export interface JudgingNetworks extends OpenedFeatures {
  /** Of images of the small side. */
  readonly perceptual: PerceptualNetwork;
}

/** Opens them, for images of `side` pixels in perceptual distances. Throws, naming what is missing. */
export async function openNetworks(
  networks: FewShotNetworks,
  side: number,
  inputs: Inputs,
): Promise<JudgingNetworks> {
  if (networks.kind === 'own')
    return withPerceptual(await openOwnFeatures(), { vgg: fromRoot(OWN_VGG), size: side });
  const [vgg, heads, file] = filesOf(networks, inputs);
  const features =
    path.extname(file) === '.onnx'
      ? await openOnnx(file, { input: '-1..1', size: networks.featuresSize })
      : await openInception(file);
  return withPerceptual(features, { vgg, heads, size: side });
}

/** Both are closed as one. */
export async function withPerceptual(
  features: OpenedFeatures,
  options: PerceptualNetworkOptions,
): Promise<JudgingNetworks> {
  const perceptual = await perceptualNetwork(options).catch(async (error: Error) => {
    await features.close();
    throw error;
  });
  return {
    ...features,
    perceptual,
    async close() {
      perceptual.dispose();
      await features.close();
    },
  };
}

function classOf(set: string): ClassName {
  if (!(CLASS_NAMES as readonly string[]).includes(set)) throw new Error(`Relief-16 has no class "${set}".`);
  return set as ClassName;
}

function filesOf(networks: FewShotNetworks, inputs: Inputs): string[] {
  if (networks.kind === 'own') return [fromRoot(OWN_VGG), fromRoot(SHIPPED_NETWORK)];
  const folder = inputFolder(inputs, 'weights', missing);
  return [networks.vgg, networks.heads, networks.features].map((name) => {
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) throw new Error(missing(`${folder} lacks ${name}`));
    return file;
  });
}

function missing(what: string): string {
  return `This profile learns from folders of photographs, and ${what}. Give a folder with --data <folder>: a folder of images for each data set, e.g. jeep/; for the profile paper also weights/ with vgg16.safetensors (npm run data -- weights vgg16), lpips-vgg16.safetensors (the linear heads of LPIPS 0.1) and inception-2015.safetensors (the weights by which published FIDs are measured).`;
}
