// A network's answers to the stimuli: images are prepared in other threads while it looks at those before.
import * as tf from '@tensorflow/tfjs';
import type { TestTransformOptions } from '../data/augment';
import type { ImageModel } from '../models/model';
import type { NetworkOutputs } from './outputs';
import { preparedBatches } from './preparedBatches';
import type { Stimulus, StimulusSet } from './stimuli';
import type { Trial } from './trials';

export interface AnswerOptions {
  outputs: NetworkOutputs;
  subject: string;
  transform: TestTransformOptions;
  batchSize: number;
  signal?: AbortSignal;
  /** Called after each batch with the set and the images done of all sets. */
  onBatch?: (set: StimulusSet, done: number) => void;
}

/** The trials of one set. */
export interface AnsweredSet {
  readonly set: StimulusSet;
  readonly trials: readonly Trial[];
}

/** The network's trials, set by set, each as soon as it is complete. Leaves no tensors.
 *  Throws on logits that are not finite, naming set and image; errors of the sets pass through. */
export async function* answerSets(
  model: ImageModel,
  sets: readonly StimulusSet[],
  options: AnswerOptions,
): AsyncGenerator<AnsweredSet, void, undefined> {
  const { transform, batchSize, signal, onBatch } = options;
  let trials: Trial[] = [];
  let done = 0;
  for await (const { set, start, end, images } of preparedBatches(sets, transform, batchSize)) {
    signal?.throwIfAborted();
    const logits = await logitsOf(model, images, [end - start, transform.size, transform.size, 3]);
    trials.push(...toTrials(logits, set, start, end, options));
    done += end - start;
    onBatch?.(set, done);
    if (end === set.count) {
      yield { set, trials };
      trials = [];
    }
    // Lets live outputs, interrupts and the answers of the other threads through.
    await new Promise(setImmediate);
  }
}

async function logitsOf(
  model: ImageModel,
  images: Float32Array,
  shape: [number, number, number, number],
): Promise<Float32Array> {
  const logits = tf.tidy(() => {
    const outputs = model.forward(tf.tensor4d(images, shape));
    if (outputs.logits === undefined) {
      throw new Error(`The network has no output "logits", only ${Object.keys(outputs).join(', ')}.`);
    }
    return outputs.logits;
  });
  try {
    return (await logits.data()) as Float32Array;
  } finally {
    logits.dispose();
  }
}

function toTrials(
  logits: Float32Array,
  set: StimulusSet,
  start: number,
  end: number,
  { outputs, subject }: AnswerOptions,
): Trial[] {
  const width = logits.length / (end - start);
  return set.stimuli.slice(start, end).map((stimulus, i) => {
    const row = logits.subarray(i * width, (i + 1) * width);
    requireFinite(row, set, stimulus);
    const ranking = outputs.rank(row);
    const { trial, category, condition, image, imageName } = stimulus;
    const shown = { trial, category, condition, image, imageName };
    return { subject, session: '1', responseTime: null, response: ranking[0], ranking, ...shown };
  });
}

function requireFinite(logits: Float32Array, set: StimulusSet, { imageName }: Stimulus): void {
  const wrong = logits.find((logit) => !Number.isFinite(logit));
  if (wrong === undefined) return;
  throw new Error(
    `The network's answer to ${imageName} of ${set.dataset.name} is not a number: a logit is ${wrong}. Its weights are damaged, or training diverged; evaluate an earlier checkpoint.`,
  );
}
