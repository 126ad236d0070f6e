// How much a network relies on a cue: what of its accuracy is lost with it.
import {
  type BayesianBootstrapOptions,
  bayesianInterval,
  type ScoredImages,
} from '../../results/bayesianBootstrap';
import type { Metric } from '../../results/record';
import { accuracy } from '../metrics';

/** Decisions on the same images, in the same order, with and without suppression: all of them class indices. */
export interface PairedDecisions {
  readonly labels: readonly number[];
  readonly original: readonly number[];
  /** By level, in rising strength; a single one of a suppression without levels. */
  readonly suppressed: Readonly<Record<string, readonly number[]>>;
  /** Between which the network decides: chance is one in as many. */
  readonly classes: number;
}

/** Share of the accuracy above chance that is left under one level,
 *
 *  `left = (a - chance) / (a0 - chance)` with the accuracies `a` suppressed and `a0` original, `chance = 1 / classes`.
 *
 *  1: nothing is lost; 0: the network guesses; below 0, it does worse than guessing; above 1, better than on the original images. Null, without an interval,
 *  where `whyNoReliance` says why. The interval is over images, each with both of its answers. Counts: `images`, `classes`, `original` and `suppressed`
 *  (right answers), `both` (right in both). Source: the accuracy left of Burgert et al. 2025, corrected for chance. */
export function accuracyLeft(
  paired: PairedDecisions,
  level: string,
  options: BayesianBootstrapOptions = {},
): Metric {
  const { classes } = paired;
  const suppressed = rightAnswers(paired.suppressed[level], paired.labels);
  const original = rightAnswers(paired.original, paired.labels);
  const counts = {
    images: original.length,
    classes,
    original: sumOf(original),
    suppressed: sumOf(suppressed),
    both: sumOf(original.map((right, i) => right * suppressed[i])),
  };
  return overImages(paired, suppressed, leftOf(classes), counts, options);
}

/** The reliance on what one suppression takes away, `1 - left`; otherwise as `accuracyLeft`. */
export function reliance(
  paired: PairedDecisions,
  level: string,
  options: BayesianBootstrapOptions = {},
): Metric {
  const { value, counts, interval } = accuracyLeft(paired, level, options);
  return {
    value: value === null ? null : 1 - value,
    counts,
    interval: interval === null ? null : [1 - interval[1], 1 - interval[0]],
  };
}

/** The area under the reliance over the levels of a suppression, by trapezoids: levels are one step apart, and before the first of K lies the
 *  original image, whose reliance is 0,
 *
 *  `area = (r_1 + ... + r_{K-1} + r_K / 2) / (K - 1/2)` with `r = 1 - left`.
 *
 *  The divisor makes it 1 where everything above chance is lost at every level; of a single level it is the reliance. Null as `accuracyLeft`, with
 *  the interval over images, each with its answers at all levels. Counts: `images`, `classes`, `original` and `level.<level>` (right answers). */
export function relianceArea(paired: PairedDecisions, options: BayesianBootstrapOptions = {}): Metric {
  const { labels, classes } = paired;
  const levels = Object.entries(paired.suppressed);
  const right = levels.map(([, decisions]) => rightAnswers(decisions, labels));
  const weights = levels.map((_, k) => (k < levels.length - 1 ? 1 : 0.5) / (levels.length - 0.5));
  // Of an image: the weighted share of levels at which it is recognised. The area is then what is lost of the mean of that share.
  const shares = labels.map((_, i) => right.reduce((sum, answers, k) => sum + weights[k] * answers[i], 0));
  const left = leftOf(classes);
  const counts = {
    images: labels.length,
    classes,
    original: sumOf(rightAnswers(paired.original, labels)),
    ...Object.fromEntries(levels.map(([level], k) => [`level.${level}`, sumOf(right[k])])),
  };
  return overImages(paired, shares, (means) => 1 - left(means), counts, options);
}

/** Why nothing can be said of a network's reliance, in words; null where something can: its accuracy on the original images must be above
 *  chance, by the whole of its interval. */
export function whyNoReliance({
  labels,
  original,
  classes,
}: Omit<PairedDecisions, 'suppressed'>): string | null {
  const { counts, interval } = accuracy(original, labels);
  if (interval !== null && interval[0] > 1 / classes) return null;
  return `The network is right on ${counts.correct} of ${counts.images} original images, which may be chance (one in ${classes}): what it relies on cannot be measured.`;
}

/** From the means of right answers, original and suppressed; undefined (NaN) without an accuracy above chance. */
function leftOf(classes: number): (means: readonly number[]) => number {
  const chance = 1 / classes;
  return ([original, suppressed]) =>
    original > chance ? (suppressed - chance) / (original - chance) : Number.NaN;
}

/** Right and wrong, original and suppressed: half an image each. */
const EXTREMES = [
  [1, 1],
  [1, 0],
  [0, 1],
  [0, 0],
];

function overImages(
  paired: PairedDecisions,
  suppressed: readonly number[],
  statistic: (means: readonly number[]) => number,
  counts: Readonly<Record<string, number>>,
  options: BayesianBootstrapOptions,
): Metric {
  if (whyNoReliance(paired) !== null) return { value: null, counts, interval: null };
  const original = rightAnswers(paired.original, paired.labels);
  const sample = alike(original, suppressed);
  return {
    value: statistic([sumOf(original) / original.length, sumOf(suppressed) / original.length]),
    counts,
    interval: bayesianInterval(sample, EXTREMES, statistic, options),
  };
}

/** Images with the same two scores together. */
function alike(original: readonly number[], suppressed: readonly number[]): ScoredImages[] {
  const kinds = new Map<string, { scores: number[]; images: number }>();
  for (const [i, right] of original.entries()) {
    const scores = [right, suppressed[i]];
    const kind = kinds.get(scores.join()) ?? { scores, images: 0 };
    kind.images++;
    kinds.set(scores.join(), kind);
  }
  return [...kinds.values()];
}

/** 1 where a decision is the label's, else 0. */
function rightAnswers(decisions: readonly number[], labels: readonly number[]): number[] {
  if (decisions.length !== labels.length) {
    throw new Error(
      `${decisions.length} decisions but ${labels.length} labels: one of each is needed per image.`,
    );
  }
  return decisions.map((decision, i) => Number(decision === labels[i]));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
