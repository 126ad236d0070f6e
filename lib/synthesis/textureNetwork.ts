// The part of a VGG that texture synthesis looks at, from weights of any head.
import { fitWeights } from '../models/fitWeights';
import type { ImageModel } from '../models/model';
import type { StoredTensor } from '../models/safetensors';
import { buildVgg } from '../models/vgg';
import { exportWeights, loadWeights } from '../models/weights';

export interface TextureNetworkOptions {
  architecture: 'vgg16' | 'vgg19';
  /** Rows and columns of the images, a multiple of 32: convolutions fit any. */
  size: number;
  /** Default `average`, for smoother syntheses (Gatys et al. 2015). */
  pooling?: 'max' | 'average';
}

const CONVOLUTIONS = 'features.';
const FIRST = 'features.0.weight';
/** Poolings whose outputs count. */
const POOLINGS = 4;

/** A VGG with the convolutions of the tensors (PyTorch's names and layout, any width) and the smallest head, which no texture asks for.
 *
 *  Throws, naming `source`, when these are not the convolutions of the architecture, and on a size that is no multiple of 32. */
export async function textureNetwork(
  tensors: ReadonlyMap<string, StoredTensor>,
  source: string,
  { architecture, size, pooling = 'average' }: TextureNetworkOptions,
): Promise<ImageModel> {
  const first = tensors.get(FIRST);
  if (first?.shape.length !== 4) {
    throw new Error(
      `${source} holds no ${FIRST} of a convolution: these are no weights of a ${architecture}.`,
    );
  }
  const spec = { architecture, width: first.shape[0], inputSize: size, classes: 2, hidden: 1, pooling };
  const model = buildVgg(spec, 0);
  try {
    const isConvolution = ({ name }: StoredTensor): boolean => name.startsWith(CONVOLUTIONS);
    const head = (await exportWeights(model)).filter((tensor) => !isConvolution(tensor));
    const weights = [...[...tensors.values()].filter(isConvolution), ...head];
    const named = new Map(weights.map((tensor) => [tensor.name, tensor]));
    loadWeights(model, fitWeights(model, named, source), source);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The layers whose Gram matrices make the texture: the first rectifier and the first four poolings. Source: Gatys et al. 2015; Li et al. 2023. */
export function textureLayers({ network }: ImageModel): string[] {
  const named = (...kinds: string[]): string[] =>
    network.layers.filter((layer) => kinds.includes(layer.getClassName())).map(({ name }) => name);
  return [named('ReLU')[0], ...named('AveragePool', 'MaxPool').slice(0, POOLINGS)];
}
