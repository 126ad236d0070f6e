// The encoder of AdaIN style transfer: a VGG up to relu4_1, for images of any size.
import * as tf from '@tensorflow/tfjs';
import { sha256 } from '../files';
import { attach } from './blocks';
import type { ImageModel } from './model';
import { exportWeights } from './weights';

/** Where styles are compared; the last is the map that AdaIN works on and the decoder starts from. */
export const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'] as const;
export type StyleLayer = (typeof STYLE_LAYERS)[number];
export type StyleFeatures = Readonly<Record<StyleLayer, tf.Tensor4D>>;

/** torchvision's names of these layers. */
const LAYER_NAMES: Readonly<Record<StyledVgg, readonly string[]>> = {
  vgg16: ['features.1', 'features.6', 'features.11', 'features.18'],
  vgg19: ['features.1', 'features.6', 'features.11', 'features.20'],
};

/** Networks that a decoder can mirror. */
export const STYLED_VGGS = ['vgg16', 'vgg19'] as const;
export type StyledVgg = (typeof STYLED_VGGS)[number];

/** Rows and columns of an image are multiples of this, so that the decoder gives an image of the same size. */
export const STYLE_STRIDE = 8;

export interface StyleEncoder {
  readonly architecture: StyledVgg;
  /** Channels of the first convolution; relu4_1 has 8 times as many. */
  readonly width: number;
  /** SHA-256 of architecture and weights up to relu4_1: a decoder belongs to it. */
  readonly hash: string;
  /** Of images `[N, H, W, 3]`, normalised as the network wants them: `[N, H / 2^k, W / 2^k, C]`, k = 0..3. The caller disposes them. */
  features(images: tf.Tensor4D): StyleFeatures;
  /** The weights are freed once the model is disposed as well. */
  dispose(): void;
}

/** The encoder in a VGG, whose layers it shares; the caller disposes both.
 *
 *  Zeros surround its maps, as when torchvision's networks were trained; Huang and Belongie's encoder mirrors them. Throws on a network that is no VGG-16
 *  or VGG-19, or into which Top-K was put. */
export async function styleEncoder(model: ImageModel): Promise<StyleEncoder> {
  const architecture = requireVgg(model);
  const names = LAYER_NAMES[architecture];
  const network = throughLayers(model.network, names);
  return {
    architecture,
    width: model.spec.width as number,
    hash: await hashOf(model, architecture, names[names.length - 1]),
    features(images) {
      requireSides(images);
      const maps = tf.tidy(() => network.apply(images) as tf.Tensor4D[]);
      return Object.fromEntries(STYLE_LAYERS.map((layer, i) => [layer, maps[i]])) as StyleFeatures;
    },
    dispose: () => {
      network.dispose();
    },
  };
}

function requireVgg({ spec }: ImageModel): StyledVgg {
  const known = STYLED_VGGS.find((name) => name === spec.architecture);
  if (known === undefined)
    throw new Error(`The encoder of AdaIN is a ${STYLED_VGGS.join(' or ')}, not a ${spec.architecture}.`);
  if ('sparseAfter' in spec)
    throw new Error('The encoder of AdaIN is a VGG without Top-K; this one has Top-K put in.');
  return known;
}

function requireSides({ shape }: tf.Tensor4D): void {
  if (shape[1] % STYLE_STRIDE === 0 && shape[2] % STYLE_STRIDE === 0) return;
  throw new Error(
    `The encoder of AdaIN takes images [N, H, W, 3] with sides that are multiples of ${STYLE_STRIDE}, got [${shape}].`,
  );
}

/** The same layers, called from an input of any size on, up to the last of these names; their outputs. */
function throughLayers(network: tf.LayersModel, names: readonly string[]): tf.LayersModel {
  const images = tf.input({ shape: [null, null, 3], name: 'images' });
  const outputs: tf.SymbolicTensor[] = [];
  let x = images;
  for (const layer of network.layers.filter(({ name }) => name.startsWith('features.'))) {
    x = attach(x, layer);
    if (names.includes(layer.name)) outputs.push(x);
    if (outputs.length === names.length) break;
  }
  return tf.model({ inputs: images, outputs });
}

async function hashOf(model: ImageModel, architecture: string, last: string): Promise<string> {
  const placeOf = (name: string): number => Number(name.split('.')[1]);
  const weights = (await exportWeights(model)).filter(
    ({ name }) => name.startsWith('features.') && placeOf(name) <= placeOf(last),
  );
  const { pooling } = model.spec;
  return sha256(
    `${architecture} ${pooling}`,
    ...weights.flatMap(({ name, shape, data }) => [
      `${name} [${shape}]`,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ]),
  );
}
