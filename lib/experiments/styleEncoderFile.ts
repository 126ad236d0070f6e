// The encoder of style transfer from a file.
import * as fs from 'node:fs';
import { loadModel } from '../benchmark/loadModel';
import { sha256 } from '../files';
import { type StyleEncoder, styleEncoder } from '../models/styleEncoder';

export interface OpenedEncoder {
  readonly encoder: StyleEncoder;
  /** SHA-256 of the file. */
  readonly fileHash: string;
  close(): void;
}

export interface EncoderOptions {
  /** The network of weights that do not say theirs, e.g. torchvision's: `vgg19`, of torchvision's width and classes. */
  architecture?: string;
}

/** Classes of torchvision's networks. */
const IMAGENET_CLASSES = 1000;

/** Opens a VGG of a safetensors file as an encoder, on the engine in use. Throws, naming the file, as `loadModel` and `styleEncoder`. */
export async function openStyleEncoder(
  file: string,
  { architecture }: EncoderOptions = {},
): Promise<OpenedEncoder> {
  const spec = architecture === undefined ? undefined : { architecture, classes: IMAGENET_CLASSES };
  const { model } = loadModel(file, { spec });
  try {
    const encoder = await styleEncoder(model);
    const close = (): void => {
      encoder.dispose();
      model.dispose();
    };
    return { encoder, fileHash: sha256(fs.readFileSync(file)), close };
  } catch (error) {
    model.dispose();
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
