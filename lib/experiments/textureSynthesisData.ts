// What the experiment texture-synthesis reads: Relief-16, or pretrained weights and images on disk.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ImageSource } from '../data/imageSource';
import { CLASS_NAMES } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { looseImages } from '../data/unlabelled';
import { sha256 } from '../files';
import type { Inputs } from './experiment';
import { inputFolder } from './inputFolder';
import { reliefOf } from './plainTraining';
import type { TextureSynthesisCellConfig } from './textureSynthesisConfig';

/** Hash of the drawings, or of the weights and the images' names and sizes. Throws when they are missing. */
export function hashTextureData(config: TextureSynthesisCellConfig, inputs: Inputs): string {
  if (config.data.kind === 'relief16') return hashOfDrawings(readPack(), CLASS_NAMES);
  const { hash } = looseImages(inputFolder(inputs, 'images', missing));
  return sha256(fs.readFileSync(weightsOf(config, inputs)), `images ${hash}\n`);
}

/** The images that targets are taken from: held-out ones of Relief-16, or those on disk. Throws when they are missing. */
export async function targetsOf(config: TextureSynthesisCellConfig, inputs: Inputs): Promise<ImageSource> {
  return config.data.kind === 'relief16'
    ? reliefOf(config.data, config.model.inputSize as number, 'test')
    : looseImages(inputFolder(inputs, 'images', missing));
}

/** The file of pretrained weights. Throws when it is missing. */
export function weightsOf({ model }: TextureSynthesisCellConfig, { data }: Inputs): string {
  const name = `${model.architecture}.safetensors`;
  const file = path.join(inputFolder({ data }, 'weights', missing), name);
  if (!fs.existsSync(file)) throw new Error(missing(`${data} lacks weights/${name}`));
  return file;
}

function missing(what: string): string {
  return `This profile synthesises with a pretrained network, and ${what}. Give a folder with --data <folder>; it holds weights/vgg19.safetensors (npm run data -- weights vgg19 says where to get them) and images/.`;
}
