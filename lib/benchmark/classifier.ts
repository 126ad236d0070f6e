// A network as the benchmark sees it, whatever computes it.
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../engine/engine';
import type { ImageModel } from '../models/model';
import type { JsonObject, RunRecord } from '../results/record';
import { readLogits } from '../train/logits';
import { hashModel } from './saveModel';

/** The logits of images `[count, size, size, 3]`, normalised, image by image. Throws on a logit that is not finite, naming its image by `nameOf`. */
export type Answer = (
  pixels: Float32Array,
  count: number,
  nameOf: (image: number) => string,
) => Promise<Float32Array>;

export interface Classifier {
  /** Rows and columns of the images that it takes. */
  readonly inputSize: number;
  /** Logits an image. */
  readonly outputs: number;
  /** For records: what it is. */
  readonly spec: JsonObject;
  readonly answer: Answer;
  /** A hash of all that determines its answers, and what computes them. */
  identify(): Promise<{ hash: string; engine: RunRecord['engine'] }>;
}

/** A model of the house as a classifier; it stays the caller's. Throws unless it takes square images of a fixed size. */
export function classifierOf(model: ImageModel): Classifier {
  const inputSize = sizeOf(model);
  return {
    inputSize,
    outputs: model.network.outputs[0].shape.at(-1) as number,
    spec: model.spec,
    answer: (pixels, count, nameOf) => readLogits(model, pixels, [count, inputSize, inputSize, 3], nameOf),
    async identify() {
      const { name, family } = await useEngine({ quiet: true });
      return { hash: await hashModel(model), engine: { name, family, version: tf.version_core } };
    },
  };
}

function sizeOf({ network }: ImageModel): number {
  const [, height, width] = network.inputs[0].shape;
  if (height == null || height !== width) {
    throw new Error(
      `The network takes ${height} x ${width} images; the benchmark needs square ones of a fixed size.`,
    );
  }
  return height;
}
