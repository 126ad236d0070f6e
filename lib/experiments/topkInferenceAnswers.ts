// What a network decides when a part of its activations passes: as metrics, and image by image.
import { CATEGORIES } from '../benchmark/categories';
import { accuracy, shapeBias } from '../benchmark/metrics';
import { outputsOf } from '../benchmark/outputs';
import { preparedBatches } from '../benchmark/preparedBatches';
import type { StimulusSet } from '../benchmark/stimuli';
import type { ImageModel } from '../models/model';
import type { Metric } from '../results/record';
import { readLogits } from '../train/logits';

/** Answers to one set, a letter an image: categories are a to p, in alphabetical order. */
export interface ConditionAnswers {
  readonly labels: string;
  readonly textures: string;
  /** By condition. */
  readonly decisions: Readonly<Record<string, string>>;
}

export interface AnswerOptions {
  readonly size: number;
  readonly resize: 'fit' | 'shorter-side';
  readonly signal: AbortSignal;
}

/** Images a forward pass. */
const BATCH = 64;

/** Shows each image of a set of cue conflicts to several networks with the same outputs, by the names of their conditions. Leaves no tensors.
 *  Throws the signal's reason when aborted. */
export async function answerUnder(
  networks: Readonly<Record<string, ImageModel>>,
  set: StimulusSet,
  { size, resize, signal }: AnswerOptions,
): Promise<ConditionAnswers> {
  const decided = Object.fromEntries(Object.keys(networks).map((condition) => [condition, [] as string[]]));
  for await (const { start, end, images } of preparedBatches([set], { size, resize }, BATCH)) {
    for (const [condition, network] of Object.entries(networks)) {
      signal.throwIfAborted();
      const nameOf = (image: number): string => set.stimuli[start + image].imageName;
      const logits = await readLogits(network, images, [end - start, size, size, 3], nameOf);
      decided[condition].push(...decisionsOf(logits, end - start));
      // Lets interrupts and the answers of the other threads through.
      await new Promise(setImmediate);
    }
  }
  const textures = set.stimuli.map(({ texture, imageName }) => {
    if (texture === null)
      throw new Error(`${imageName} of ${set.name} has no texture: it is no cue conflict.`);
    return texture;
  });
  return {
    labels: letters(set.stimuli.map(({ category }) => category)),
    textures: letters(textures),
    decisions: Object.fromEntries(Object.entries(decided).map(([name, all]) => [name, letters(all)])),
  };
}

/** Of each condition `accuracy.<condition>`, the share of all images decided for the shape, and `shapeBias.<condition>`, from the answers alone. */
export function metricsUnder({ labels, textures, decisions }: ConditionAnswers): Record<string, Metric> {
  const [shapes, styles] = [labels, textures].map(numbers);
  return Object.fromEntries(
    Object.entries(decisions).flatMap(([condition, all]) => [
      [`accuracy.${condition}`, accuracy(numbers(all), shapes)],
      [`shapeBias.${condition}`, shapeBias(numbers(all), shapes, styles)],
    ]),
  );
}

function decisionsOf(logits: Float32Array, images: number): string[] {
  const count = logits.length / images;
  const { rank } = outputsOf(count);
  return Array.from({ length: images }, (_, i) => rank(logits.subarray(i * count, (i + 1) * count))[0]);
}

const FIRST = 'a'.charCodeAt(0);

function letters(categories: readonly string[]): string {
  const known: readonly string[] = CATEGORIES;
  return categories.map((name) => String.fromCharCode(FIRST + known.indexOf(name))).join('');
}

function numbers(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0) - FIRST);
}
