// What the benchmark says of humans and networks: plain numbers, for figures, tables and reports.
import type { Metric } from './record';

/** Name of all humans of a data set taken together. */
export const HUMANS = 'humans';

/** Someone, or something, that answered images. */
export interface Observer {
  /** As in CSV files: `subject-01`, `resnet50`; or `humans`, all humans together. */
  readonly name: string;
  readonly kind: 'human' | 'model';
}

export interface BenchmarkResult {
  /** Humans (together and one by one) and networks that answered at least one set. */
  readonly observers: readonly Observer[];
  /** In canonical order; only sets that were answered. */
  readonly sets: readonly SetResult[];
  /** Of each network and of `humans`; null where there are no humans to compare with. */
  readonly scores: readonly BenchmarkScores[];
}

/** A condition of a set, in canonical order. */
export interface ConditionInfo {
  readonly name: string;
  /** On an axis. */
  readonly label: string;
  /** Left out of the benchmark's scores. */
  readonly excluded: boolean;
}

/** What one data set says. Keys of the inner tables: names of observers, then names of conditions. */
export interface SetResult {
  readonly dataset: string;
  readonly kind: 'parametric' | 'cue';
  /** Title of the conditions' axis; empty for cue sets. */
  readonly axis: string;
  readonly conditions: readonly ConditionInfo[];
  /** Who answered: `humans` (if there are humans), humans, networks. */
  readonly observers: readonly string[];
  readonly images: number;
  /** Share of right answers; no answer counts as wrong. Of `humans`: all their answers pooled. */
  readonly accuracy: Table<Metric>;
  /** Over all conditions, and over those that count in the benchmark. */
  readonly overallAccuracy: Readonly<Record<string, { all: Metric; benchmark: Metric | null }>>;
  /** Networks with known rankings: share of images whose category is among the first five. */
  readonly topFiveAccuracy: Readonly<Record<string, Metric>>;
  /** Bits, 0 to 4, of the distribution of answers; of `humans`: the mean over humans. */
  readonly entropy: Table<number>;
  /** Counts by answer (row: `na`, then the 16 categories) and presented category (column). */
  readonly confusion: Table<readonly (readonly number[])[]>;
  /** Of every two observers that were compared, under `a|b`. */
  readonly consistency: Table<Consistency>;
  /** The same over all conditions together. */
  readonly overallConsistency: Readonly<Record<string, Consistency>>;
  /** Mean kappa with humans: of a network over humans; of `humans` over each with the others. */
  readonly errorConsistency: Table<Estimate>;
  /** Cue-conflict only. */
  readonly shapeBias?: Readonly<Record<string, ShapeBias>>;
}

export type Table<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** A number with its 95 % interval over images (bootstrap, bias-corrected). */
export interface Estimate {
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

/** How alike two observers err on the same images (Geirhos, Meding & Wichmann 2020). */
export interface Consistency {
  /** Share of images on which both are right or both are wrong. */
  readonly observed: number;
  /** The same, expected of independent observers of their accuracies. */
  readonly expected: number;
  /** Error consistency, `(observed - expected) / (1 - expected)`. */
  readonly kappa: number;
  readonly squaredAccuracyDifference: number;
  /** Of kappa. */
  readonly interval: readonly [number, number] | null;
}

export interface ShapeBias {
  readonly overall: CueDecisions;
  /** By the category of the shape; `bias.value` is null without shape or texture decisions. */
  readonly byCategory: Readonly<Record<string, CueDecisions>>;
}

/** Decisions on images whose shape and texture are of different categories. */
export interface CueDecisions {
  /** `shape / (shape + texture)`; counts `shape`, `texture`, `conflictImages`, `images`. */
  readonly bias: Metric;
  /** Shape decisions of all images, those without conflict included in the denominator alone, as the toolbox has it. */
  readonly shapeShare: number;
  readonly textureShare: number;
}

/** The benchmark's four scores of an observer, means over the sets it answered. */
export interface BenchmarkScores {
  readonly observer: string;
  /** Sets that were answered, of the 17. */
  readonly sets: number;
  readonly outOfDistributionAccuracy: Estimate;
  /** Squared differences of accuracy to each human observer; null without humans, as the next two. */
  readonly accuracyDifference: Estimate | null;
  readonly observedConsistency: Estimate | null;
  readonly errorConsistency: Estimate | null;
  /** Places among the networks, 1 the best, equal ones share their mean; null for `humans`, and without humans. */
  readonly ranks: Ranks | null;
}

export interface Ranks {
  readonly outOfDistributionAccuracy: number;
  readonly accuracyDifference: number;
  readonly observedConsistency: number;
  readonly errorConsistency: number;
  /** Of the last three. */
  readonly mean: number;
}

/** Key of two observers in a table of consistencies: different pairs have different keys, whatever their names. */
export function pairKey(a: string, b: string): string {
  const escaped = (name: string): string => name.replace(/[\\|]/g, '\\$&');
  return `${escaped(a)}|${escaped(b)}`;
}

/** How alike two observers err in a condition, or (without one) over all together, whichever of them the table names first;
 *  undefined when they were not compared. */
export function consistencyOf(
  set: SetResult,
  a: string,
  b: string,
  condition?: string,
): Consistency | undefined {
  const key = set.overallConsistency[pairKey(a, b)] === undefined ? pairKey(b, a) : pairKey(a, b);
  return condition === undefined ? set.overallConsistency[key] : set.consistency[key]?.[condition];
}
