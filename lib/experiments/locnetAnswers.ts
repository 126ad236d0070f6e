// A network's answers to the 17 data sets, as metrics and image by image.
import { answerSets } from '../benchmark/answers';
import { classifierOf } from '../benchmark/classifier';
import { shapeBias } from '../benchmark/metrics';
import { outputsOf } from '../benchmark/outputs';
import type { StimulusSet } from '../benchmark/stimuli';
import type { Trial } from '../benchmark/trials';
import { CATEGORIES } from '../categories';
import { endPreparation } from '../data/preparation/preparation';
import type { ImageModel } from '../models/model';
import { wilsonInterval } from '../results/proportion';
import type { Metric } from '../results/record';

/** Answers to one data set, a letter an image: categories are a to p, in alphabetical order; places are a (first) to p. */
export interface SetAnswers {
  readonly labels: string;
  /** Cue conflict only. */
  readonly textures?: string;
  readonly decisions: string;
  /** Place of the label among the categories by falling logit. */
  readonly places: string;
}

export interface BenchmarkAnswers {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly answers: Readonly<Record<string, SetAnswers>>;
}

/** Shows a network the sets and counts: `top1.<set>` and `top5.<set>` of each, and `shapeBias` on cue conflict. Leaves no tensors.
 *  Throws the signal's reason when aborted. */
export async function answerBenchmark(
  model: ImageModel,
  sets: readonly StimulusSet[],
  { resize, signal }: { resize: 'fit' | 'shorter-side'; signal: AbortSignal },
): Promise<BenchmarkAnswers> {
  const { inputSize: size, outputs, answer } = classifierOf(model);
  const metrics: Record<string, Metric> = {};
  const answers: Record<string, SetAnswers> = {};
  try {
    const options = { outputs: outputsOf(outputs), subject: 'network', batchSize: 64, signal };
    for await (const { set, trials } of answerSets(answer, sets, {
      ...options,
      transform: { size, resize },
    })) {
      const { name } = set.dataset;
      answers[name] = lettersOf(set, trials);
      Object.assign(metrics, metricsOf(name, answers[name]));
    }
  } finally {
    await endPreparation();
  }
  return { metrics, answers };
}

/** The metrics of one set, from its answers alone. */
export function metricsOf(set: string, answers: SetAnswers): Record<string, Metric> {
  const places = numbersOf(answers.places);
  const metrics: Record<string, Metric> = {
    [`top1.${set}`]: share(places.filter((place) => place < 1).length, places.length),
    [`top5.${set}`]: share(places.filter((place) => place < 5).length, places.length),
  };
  if (answers.textures !== undefined) {
    const [decisions, labels, textures] = [answers.decisions, answers.labels, answers.textures].map(
      numbersOf,
    );
    metrics.shapeBias = shapeBias(decisions, labels, textures);
  }
  return metrics;
}

function share(correct: number, images: number): Metric {
  return { value: correct / images, counts: { correct, images }, interval: wilsonInterval(correct, images) };
}

const FIRST = 'a'.charCodeAt(0);

function lettersOf({ stimuli }: StimulusSet, trials: readonly Trial[]): SetAnswers {
  const category = (name: string): number => (CATEGORIES as readonly string[]).indexOf(name);
  const letters = (values: readonly number[]): string =>
    String.fromCharCode(...values.map((value) => FIRST + value));
  const textures = stimuli.map(({ texture }) => (texture === null ? -1 : category(texture)));
  return {
    labels: letters(stimuli.map((stimulus) => category(stimulus.category))),
    ...(textures.includes(-1) ? {} : { textures: letters(textures) }),
    decisions: letters(trials.map(({ response }) => category(response))),
    places: letters(trials.map(({ ranking, category: label }) => (ranking ?? []).indexOf(label))),
  };
}

function numbersOf(letters: string): number[] {
  return Array.from(letters, (letter) => letter.charCodeAt(0) - FIRST);
}
