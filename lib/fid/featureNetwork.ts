// A network of ours as a maker of features: what its last linear layer reads.
import * as tf from '@tensorflow/tfjs';
import type { ByteImage } from '../data/imageSource';
import type { ImageModel } from '../models/model';

/** Anything that turns images into features. */
export interface FeatureNetwork {
  /** For results and captions. */
  readonly name: string;
  /** Rows and columns of its images. */
  readonly inputSize: number;
  /** `count x features`, of normalised pixels `count x inputSize x inputSize x 3`; `nameOf` names an image in errors. */
  features(pixels: Float32Array, count: number, nameOf: (image: number) => string): Promise<Float32Array>;
  /** Hash of all that determines the features but the images: they are remembered by it. */
  readonly hash: string;
  /** From an image of any size to pixels, for a network that has a way of its own. */
  prepare?(image: ByteImage): Float32Array;
  /** That way in words; absent without one. */
  readonly resize?: string;
}

/** The features behind a classifier's logits; the model stays the caller's. Throws where it does not end in one linear layer over `[N, features]`. */
export function classifierFeatures(
  model: ImageModel,
  { name, hash }: Pick<FeatureNetwork, 'name' | 'hash'>,
): FeatureNetwork {
  const last = model.network.layers.at(-1) as tf.layers.Layer;
  const read = last.input as tf.SymbolicTensor;
  if (Array.isArray(last.input) || read.shape.length !== 2) {
    throw new Error(
      `${name} has no features: its last layer, ${last.name}, does not read one vector an image.`,
    );
  }
  const inner = tf.model({ inputs: model.network.inputs, outputs: read });
  const inputSize = model.network.inputs[0].shape[1] as number;
  return {
    name,
    hash,
    inputSize,
    async features(pixels, count, nameOf) {
      const tensor = tf.tidy(
        () =>
          inner.apply(tf.tensor4d(pixels, [count, inputSize, inputSize, 3]), {
            training: false,
          }) as tf.Tensor,
      );
      return readFeatures(tensor, { name, count, nameOf });
    },
  };
}

/** The values of features `[count, size]`, which are disposed. Throws, naming the network and the image, when one is not finite. */
export async function readFeatures(
  features: tf.Tensor,
  { name, count, nameOf }: { name: string; count: number; nameOf: (image: number) => string },
): Promise<Float32Array> {
  const values = (await features.data()) as Float32Array;
  features.dispose();
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return values;
  const image = nameOf(Math.floor((wrong * count) / values.length));
  throw new Error(`${name} makes a feature of ${image} that is ${values[wrong]}: its weights are damaged.`);
}
