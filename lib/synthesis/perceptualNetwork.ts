// How different two images look to a VGG-16: LPIPS where its weights are given, else the same distance with equal weights.
import * as fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { sha256 } from '../files';
import { readSafetensors, type StoredTensor } from '../models/safetensors';
import { perceptualDistance } from '../objectives/perceptualDistance';
import { featuresOf, mapsOf } from './features';
import { textureNetwork } from './textureNetwork';

/** The last rectifier before each pooling. Source: Zhang et al. 2018. */
const LAYERS = [3, 8, 15, 22, 29].map((place) => `features.${place}`);
/** LPIPS' own scaling of images in [-1, 1]. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];

export interface PerceptualNetworkOptions {
  /** `.safetensors` of a VGG-16 of any width (PyTorch's names): ImageNet's for LPIPS. */
  vgg: string;
  /** `.safetensors` of LPIPS' linear heads, `lin0.model.1.weight` to `lin4...`, `[1, C, 1, 1]` each. Without them every channel counts alike. */
  heads?: string;
  /** Side of the images, a multiple of 32. */
  size: number;
}

export interface PerceptualNetwork {
  /** Of each of N images `[N, size, size, 3]` in [-1, 1] from another: `[N]`. Differentiable in both. */
  distance(images: tf.Tensor4D, others: tf.Tensor4D): tf.Tensor1D;
  /** Hash of the files: where it is the same, so are the distances. */
  readonly hash: string;
  dispose(): void;
}

/** With heads LPIPS v0.1; without them the mean over the layers of the squared distance between feature vectors of length 1, none of them negative: from 0 to 2.
 *
 *  Throws, naming the file, when it holds no VGG-16 or no heads that fit it. Source: Zhang et al. 2018; section 5 of the spec. */
export async function perceptualNetwork({
  vgg,
  heads,
  size,
}: PerceptualNetworkOptions): Promise<PerceptualNetwork> {
  const files = heads === undefined ? [vgg] : [vgg, heads];
  const convolutions = readSafetensors(vgg).tensors;
  const linear = heads === undefined ? null : readSafetensors(heads).tensors;
  const network = await textureNetwork(convolutions, vgg, { architecture: 'vgg16', size, pooling: 'max' });
  try {
    const features = featuresOf(network, LAYERS);
    const channels = features.outputs.map(({ shape }) => shape[3] as number);
    const weights = channels.map((count, layer) =>
      linear === null
        ? Float32Array.from({ length: count }, () => 1 / LAYERS.length)
        : headOf(linear, heads as string, layer, count),
    );
    const look = (images: tf.Tensor4D): tf.Tensor4D[] =>
      mapsOf(features, tf.div(tf.sub(images, SHIFT), SCALE) as tf.Tensor4D);
    return {
      distance: (images, others) =>
        tf.tidy(() =>
          perceptualDistance(
            look(images),
            look(others),
            weights.map((values) => tf.tensor1d(values)),
          ),
        ),
      hash: sha256(...files.map((file) => fs.readFileSync(file))),
      dispose: () => network.dispose(),
    };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

function headOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  file: string,
  layer: number,
  channels: number,
): Float32Array {
  const name = `lin${layer}.model.1.weight`;
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`${file} holds no ${name}: these are no linear heads of LPIPS.`);
  if (tensor.data.length !== channels) {
    throw new Error(
      `${name} of ${file} weighs ${tensor.data.length} channels, the layer has ${channels}: heads and VGG do not belong together.`,
    );
  }
  return Float32Array.from(tensor.data);
}
