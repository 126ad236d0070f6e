// A network's answers to the stimuli: images are prepared in other threads while it looks at those before.
import type { TestTransformOptions } from '../data/augment';
import type { Answer } from './classifier';
import type { NetworkOutputs } from './outputs';
import { preparedBatches } from './preparedBatches';
import type { StimulusSet } from './stimuli';
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
  answer: Answer,
  sets: readonly StimulusSet[],
  options: AnswerOptions,
): AsyncGenerator<AnsweredSet, void, undefined> {
  const { transform, batchSize, signal, onBatch } = options;
  let trials: Trial[] = [];
  let done = 0;
  for await (const { set, start, end, images } of preparedBatches(sets, transform, batchSize)) {
    signal?.throwIfAborted();
    const logits = await answer(images, end - start, (image) => nameOf(set, start + image));
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

function nameOf({ stimuli, dataset }: StimulusSet, index: number): string {
  return `${stimuli[index].imageName} of ${dataset.name}`;
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
    const ranking = outputs.rank(row);
    const { trial, category, condition, image, imageName } = stimulus;
    const shown = { trial, category, condition, image, imageName };
    return { subject, session: '1', responseTime: null, response: ranking[0], ranking, ...shown };
  });
}
