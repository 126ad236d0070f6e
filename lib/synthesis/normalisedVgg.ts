// VGG with its weights rescaled so that all channels are equally active on average, as texture synthesis wants it.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { buildVgg } from '../models/vgg';

/** Images `[N, H, W, 3]` as `batches` gives them, normalised for the network. */
export interface ImageBatch {
  readonly images: Float32Array;
  readonly shape: [number, number, number, number];
}

/** The same batches each time that it is called. */
export type ImageBatches = () => Iterable<ImageBatch> | AsyncIterable<ImageBatch>;

/** By the name of a convolution, each of its channels. */
export type ChannelMeans = ReadonlyMap<string, Float32Array>;

export interface NormalisedVgg {
  /** A copy with its own weights; the caller disposes it. */
  readonly model: ImageModel;
  /** Mean activations of the network given, and of the copy: 1 but for dead channels. */
  readonly before: ChannelMeans;
  readonly after: ChannelMeans;
  /** Channels that no image activates: their mean is 0, and their weights are as they were. */
  readonly dead: readonly { readonly layer: string; readonly channels: readonly number[] }[];
}

/** A smaller mean could not be divided by in float32. */
const LEAST_MEAN = 1e-20;
const FIRST_LINEAR = 'classifier.0';

/** A copy of a VGG in which every channel of every convolution has, behind its rectifier, the mean 1 over images and positions: its filter and bias are divided
 *  by its mean, the weights that read it in the next layer multiplied by it. Rectifiers and both kinds of pooling pass such factors on, so the channels
 *  are those of before up to their factor, and, as the first linear layer is adapted too, the logits are the same up to rounding.
 *
 *  Leaves no tensors but the copy's. Throws on a network that is no plain VGG, and when there are no images. Source: Gatys et al. 2015. */
export async function normalisedVgg(model: ImageModel, images: ImageBatches): Promise<NormalisedVgg> {
  requireVgg(model);
  const before = await meanActivations(model, images);
  const copy = buildVgg(model.spec, 0);
  try {
    rescale(model, copy, before);
    const after = await meanActivations(copy, images);
    return { model: copy, before, after, dead: deadIn(before) };
  } catch (error) {
    copy.dispose();
    throw error;
  }
}

/** Mean of each channel of each convolution behind its rectifier, over images and positions. Leaves no tensors; throws as `normalisedVgg`. */
export async function meanActivations(model: ImageModel, images: ImageBatches): Promise<ChannelMeans> {
  requireVgg(model);
  const convolutions = convolutionsOf(model);
  const rectified = tf.model({
    inputs: model.network.inputs,
    outputs: convolutions.map(({ rectifier }) => rectifier),
  });
  const sums = convolutions.map(({ channels }) => new Float64Array(channels));
  let count = 0;
  for await (const { images: values, shape } of images()) {
    const means = tf.tidy(() =>
      (rectified.apply(tf.tensor4d(values, shape)) as tf.Tensor[]).map((map) => tf.mean(map, [0, 1, 2])),
    );
    const read = await Promise.all(means.map((mean) => mean.data()));
    tf.dispose(means);
    for (const [layer, channels] of read.entries())
      for (const [channel, mean] of channels.entries()) sums[layer][channel] += shape[0] * mean;
    count += shape[0];
  }
  if (count === 0) throw new Error('Normalising a VGG takes one image at least, got none.');
  return new Map(
    convolutions.map(({ name }, layer) => [name, Float32Array.from(sums[layer], (sum) => sum / count)]),
  );
}

function requireVgg({ spec }: ImageModel): void {
  const { architecture } = spec;
  const isPlain = !Object.keys(spec).some((key) => key.startsWith('sparse'));
  if (/^vgg1[69]$/.test(architecture) && isPlain) return;
  const what = isPlain ? architecture : `${architecture} with Top-K put in`;
  throw new Error(`Only VGG-16 and VGG-19 as built are normalised, got ${what}.`);
}

interface Convolution {
  readonly name: string;
  readonly channels: number;
  /** Output of the rectifier behind it. */
  readonly rectifier: tf.SymbolicTensor;
}

/** In their order; a rectifier stands behind each. */
function convolutionsOf({ network }: ImageModel): Convolution[] {
  // Other networks may share the layers: outputs are those of this one's nodes.
  const nodes = new Map(
    Object.values(network.nodesByDepth)
      .flat()
      .map((node) => [node.outboundLayer.name, node]),
  );
  return network.layers.flatMap((layer, place) => {
    if (layer.getClassName() !== 'Conv2d') return [];
    const [rectifier] = nodes.get(network.layers[place + 1].name)!.outputTensors;
    return [{ name: layer.name, channels: rectifier.shape[3] as number, rectifier }];
  });
}

/** Sets the copy's weights: each convolution's by the means before and behind it, those of the first linear layer by the last means. */
function rescale(model: ImageModel, copy: ImageModel, means: ChannelMeans): void {
  const weights = new Map(model.parameters().map(({ name, variable }) => [name, variable]));
  const names = [...means.keys()];
  tf.tidy(() => {
    for (const { name, variable } of copy.parameters()) {
      const layer = name.slice(0, name.lastIndexOf('.'));
      let value: tf.Tensor = weights.get(name) as tf.Variable;
      const place = names.indexOf(layer);
      const own = place < 0 ? undefined : factorsOf(means, layer);
      const reads = place > 0 ? factorsOf(means, names[place - 1]) : undefined;
      // Convolutions are [kh, kw, in, out], biases [out].
      if (own !== undefined) value = tf.div(value, own);
      if (reads !== undefined && value.rank === 4) value = tf.mul(value, tf.reshape(reads, [-1, 1]));
      if (layer === FIRST_LINEAR && value.rank === 2)
        value = readingMaps(value as tf.Tensor2D, factorsOf(means, names.at(-1) as string));
      variable.assign(value);
    }
  });
}

/** A linear layer's weights `[channels * positions, units]`, those of a channel times its factor. */
function readingMaps(weight: tf.Tensor2D, factors: tf.Tensor1D): tf.Tensor {
  const [inputs, units] = weight.shape;
  const channels = factors.shape[0];
  const byChannel = tf.reshape(weight, [channels, inputs / channels, units]);
  return tf.reshape(tf.mul(byChannel, tf.reshape(factors, [channels, 1, 1])), [inputs, units]);
}

/** A channel's mean, or 1 where it is dead. */
function factorsOf(means: ChannelMeans, layer: string): tf.Tensor1D {
  return tf.tensor1d((means.get(layer) as Float32Array).map((mean) => (isDead(mean) ? 1 : mean)));
}

function isDead(mean: number): boolean {
  return !(mean > LEAST_MEAN);
}

function deadIn(means: ChannelMeans): NormalisedVgg['dead'] {
  return [...means].flatMap(([layer, channels]) => {
    const dead = [...channels.keys()].filter((channel) => isDead(channels[channel]));
    return dead.length === 0 ? [] : [{ layer, channels: dead }];
  });
}
