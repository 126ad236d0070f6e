// What a network answers to the images of the bias measures: everything that is measured is computed from these answers.
import type { ImageSource } from '../../data/imageSource';
import {
  findSuppression,
  type SuppressionName,
  type SuppressionRequest,
} from '../../distortions/suppressions';
import { unknownName } from '../../suggest';
import { suppressedImages } from './suppressedImages';

/** What a network answers to one set, image by image. */
export interface BiasAnswers {
  /** Class indices. */
  readonly decisions: readonly number[];
  /** Place of the true class by falling logit, 1 for the first; of conflict images: of the shape's class. */
  readonly shapeRanks: readonly number[];
  /** Conflict images only: place of the texture's class. */
  readonly textureRanks?: readonly number[];
}

/** The images on which a network is measured, at the size of its input. */
export interface MeasureImages {
  /** Null: only conflict images are shown, and nothing is suppressed. */
  readonly original: ImageSource | null;
  /** Images whose shape and texture are of different classes (`textureLabels`), if there are any. */
  readonly conflict: ImageSource | null;
  /** By name: the scenes of `original`, in their order, with a cue taken away when they were made. */
  readonly exact: Readonly<Record<string, ImageSource>>;
}

/** Suppressions and levels that are shown, and the seed of their draws. */
export interface MeasurePlan {
  readonly suppressions: readonly { readonly name: SuppressionName; readonly levels: readonly string[] }[];
  readonly seed: number;
}

/** A network's answers to all of them. As JSON it is what a run keeps, and from which every measure can be computed again. */
export interface NetworkAnswers {
  readonly classes: readonly string[];
  /** Class indices of the original images. */
  readonly labels: readonly number[];
  readonly original: BiasAnswers;
  readonly conflict:
    | null
    | (BiasAnswers & { readonly shapeLabels: readonly number[]; readonly textureLabels: readonly number[] });
  readonly exact: Readonly<Record<string, BiasAnswers>>;
  /** By suppression, then by level. */
  readonly suppressed: Readonly<Record<string, Readonly<Record<string, BiasAnswers>>>>;
}

/** The logits of all images of a source, `count x classes`, image by image. */
export type Predict = (source: ImageSource) => Promise<Float32Array>;

/** A set that was answered. */
export interface AnsweredMeasure {
  /** E.g. `original`, `conflict`, `patch-shuffle 4`, `exact outline`. */
  readonly name: string;
  /** Of its images. */
  readonly hash: string;
  readonly answers: BiasAnswers;
  /** Sets answered so far, and all. */
  readonly done: number;
  readonly total: number;
}

export interface AnswerMeasuresOptions {
  /** Answers of before, by the hash of their images: these are not asked for again. */
  known?: ReadonlyMap<string, BiasAnswers>;
  /** Called after each set. */
  onAnswered?: (answered: AnsweredMeasure) => void;
}

/** Shows a network the original images, those of conflicting cues and, level by level, the original ones suppressed: each image once a suppression and level, so that
 *  every comparison is of the same images.
 *
 *  Throws when the images are of one class only, when suppressed or conflict images do not fit the original ones, when the network has not one logit for each
 *  class, on a logit that is not a number (naming the set and the image), and on unknown suppressions and levels. Errors of `predict` pass through. */
export async function answerMeasures(
  predict: Predict,
  images: MeasureImages,
  plan: MeasurePlan,
  { known = new Map(), onAnswered }: AnswerMeasuresOptions = {},
): Promise<NetworkAnswers> {
  requireFitting(images, plan);
  const { original, conflict, exact } = images;
  const steps = stepsOf(plan);
  const total =
    Number(original !== null) + Number(conflict !== null) + Object.keys(exact).length + steps.length;
  let done = 0;
  const ask = async (name: string, source: ImageSource): Promise<BiasAnswers> => {
    const answers = known.get(source.hash) ?? answersOf(await predict(source), source);
    onAnswered?.({ name, hash: source.hash, answers, done: ++done, total });
    return answers;
  };
  const { classes } = (original ?? conflict) as ImageSource;
  const answered = {
    classes,
    labels: Array.from(original?.labels ?? []),
    original: original === null ? NO_ANSWERS : await ask('original', original),
    conflict: conflict === null ? null : { ...(await ask('conflict', conflict)), ...cuesOf(conflict) },
  };
  const exactAnswers: Record<string, BiasAnswers> = {};
  for (const [name, source] of Object.entries(exact)) exactAnswers[name] = await ask(`exact ${name}`, source);
  const suppressed: Record<string, Record<string, BiasAnswers>> = {};
  for (const { suppression, level } of steps) {
    const shown = suppressedImages(original as ImageSource, { suppression, level, seed: plan.seed });
    suppressed[suppression] ??= {};
    suppressed[suppression][level] = await ask(`${suppression} ${level}`, shown);
  }
  return { ...answered, exact: exactAnswers, suppressed };
}

const NO_ANSWERS: BiasAnswers = { decisions: [], shapeRanks: [] };

/** Every level of every suppression, in rising strength whatever their order in the plan: areas go by it. Throws on unknown ones. */
function stepsOf({ suppressions }: MeasurePlan): Omit<SuppressionRequest, 'seed'>[] {
  return suppressions.flatMap(({ name, levels }) => {
    const { levels: sweep } = findSuppression(name);
    const strange = levels.find((level) => !sweep.includes(level));
    if (strange !== undefined) throw unknownName(`level of ${name}`, strange, sweep);
    return sweep.filter((level) => levels.includes(level)).map((level) => ({ suppression: name, level }));
  });
}

function cuesOf({ labels, textureLabels }: ImageSource): {
  shapeLabels: readonly number[];
  textureLabels: readonly number[];
} {
  return { shapeLabels: Array.from(labels), textureLabels: Array.from(textureLabels as Int32Array) };
}

/** Decisions and places from logits; of equal ones the first class comes first. */
function answersOf(logits: Float32Array, source: ImageSource): BiasAnswers {
  const { classes, count, labels, textureLabels } = source;
  const outputs = logits.length / count;
  if (outputs !== classes.length) {
    throw new Error(
      `The network gives ${outputs} logits an image, but ${source.name} has ${classes.length} classes, and a class without a logit has no rank. Show it images labelled by its own classes.`,
    );
  }
  const stray = logits.findIndex((logit) => !Number.isFinite(logit));
  if (stray >= 0) {
    throw new Error(
      `The network's answer to image ${Math.floor(stray / outputs)} of ${source.name} is not a number: a logit is ${logits[stray]}.`,
    );
  }
  const rows = Array.from({ length: count }, (_, i) => logits.subarray(i * outputs, (i + 1) * outputs));
  const ranksOf = (of: Int32Array): number[] => rows.map((row, image) => rankOf(row, of[image]));
  return {
    decisions: rows.map((row) => row.indexOf(Math.max(...row))),
    shapeRanks: ranksOf(labels),
    ...(textureLabels === undefined ? {} : { textureRanks: ranksOf(textureLabels) }),
  };
}

/** 1 and the classes before it. */
function rankOf(row: Float32Array, label: number): number {
  return row.reduce(
    (rank, logit, other) => rank + Number(logit > row[label] || (logit === row[label] && other < label)),
    1,
  );
}

function requireFitting({ original, conflict, exact }: MeasureImages, { suppressions }: MeasurePlan): void {
  if (original === null) {
    if (conflict === null) throw new Error('There are neither original nor conflict images to measure by.');
    if (suppressions.length > 0 || Object.keys(exact).length > 0)
      throw new Error(
        'Suppressed images are compared with the original ones, and there are none. Give them.',
      );
  } else {
    requireClasses(original);
    for (const [name, { labels }] of Object.entries(exact)) requireSameScenes(original, name, labels);
  }
  if (conflict === null) return;
  if (conflict.textureLabels === undefined) {
    throw new Error(`${conflict.name} does not say the classes of its textures: it has no conflicting cues.`);
  }
  if (original !== null && conflict.classes.join() !== original.classes.join()) {
    throw new Error(
      `${conflict.name} is of other classes (${conflict.classes.join(', ')}) than ${original.name} (${original.classes.join(', ')}).`,
    );
  }
}

function requireSameScenes(original: ImageSource, name: string, labels: Int32Array): void {
  if (labels.length === original.count && labels.every((label, i) => label === original.labels[i])) return;
  throw new Error(
    `The exact suppression "${name}" does not show the scenes of ${original.name}: its ${labels.length} labels are not those of the ${original.count} original images.`,
  );
}

function requireClasses({ name, classes, labels }: ImageSource): void {
  const shown = new Set(labels);
  if (shown.size >= 2) return;
  throw new Error(
    shown.size === 0
      ? `${name} has no images to measure by.`
      : `${name} shows one class only, "${classes[labels[0]]}": whoever always answers it is always right. Give images of two classes at least.`,
  );
}
