// Running a trained model over a set of images.
import type { Transform } from '../data/augment';
import { type Batch, batches } from '../data/batches';
import type { ImageSource } from '../data/imageSource';
import type { ImageModel } from '../models/model';
import type { Callback } from './callbacks';
import { readLogits } from './logits';
import { countCorrect } from './step';

export interface PredictOptions {
  /** Images a forward pass. Changes memory and speed, not the numbers (up to rounding). */
  batchSize?: number;
  /** Checked between batches; an aborted prediction throws the signal's reason. */
  signal?: AbortSignal;
}

/** A model's answers on a set of images. */
export interface Predictions {
  readonly classes: readonly string[];
  readonly labels: Int32Array;
  /** `labels.length x outputs`, row by row; `outputs` is the model's number of logits. */
  readonly logits: Float32Array;
  readonly outputs: number;
}

/** The logits of every image of a source, in the source's order. Leaves no tensors. Throws on logits that are not finite, naming the image. */
export async function predict(
  model: ImageModel,
  source: ImageSource,
  transform: Transform,
  options: PredictOptions = {},
): Promise<Predictions> {
  const parts: Float32Array[] = [];
  let done = 0;
  for await (const { images, shape } of evaluationBatches(source, transform, options)) {
    const first = done;
    parts.push(await readLogits(model, images, shape, (image) => `image ${first + image} of ${source.name}`));
    done += shape[0];
  }
  const logits = concatenate(parts);
  return { classes: source.classes, labels: source.labels, logits, outputs: logits.length / source.count };
}

/** The batches of an evaluation, in the source's order. Between them the signal is checked, and others have their turn. */
export async function* evaluationBatches(
  source: ImageSource,
  transform: Transform,
  { batchSize = 64, signal }: PredictOptions,
): AsyncGenerator<Batch> {
  for await (const batch of batches({ source, transform, batchSize, seed: 0 })) {
    signal?.throwIfAborted();
    yield batch;
    await new Promise(setImmediate);
  }
}

/** Softmax of the logits, row by row: `labels.length x outputs`, each row summing to 1. */
export function probabilities({ logits, outputs }: Predictions): Float32Array {
  const result = new Float32Array(logits.length);
  for (let row = 0; row < logits.length; row += outputs) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = row; i < row + outputs; i++) largest = Math.max(largest, logits[i]);
    let sum = 0;
    for (let i = row; i < row + outputs; i++) sum += Math.exp(logits[i] - largest);
    for (let i = row; i < row + outputs; i++) result[i] = Math.exp(logits[i] - largest) / sum;
  }
  return result;
}

/** The class with the largest logit, by image; the first of equals. */
export function decisions({ logits, outputs, labels }: Predictions): Int32Array {
  return Int32Array.from(labels, (_, image) => {
    const row = logits.subarray(image * outputs, (image + 1) * outputs);
    return row.indexOf(row.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY));
  });
}

/** Share of the images whose largest logit is that of their label, 0..1. */
export function accuracy({ logits, labels }: Predictions): number {
  return countCorrect(logits, labels) / labels.length;
}

/** A callback that adds `<name>Accuracy` to the learning curve: the accuracy on a source after every epoch. */
export function evaluation(
  name: string,
  source: ImageSource,
  transform: Transform,
  options: PredictOptions = {},
): Callback {
  return {
    async onEpoch({ model }) {
      return { [`${name}Accuracy`]: accuracy(await predict(model, source, transform, options)) };
    },
  };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
