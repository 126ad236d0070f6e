// Every measure of bias, from a network's answers alone.
import { deriveSeed } from '../../random';
import type { BayesianBootstrapOptions } from '../../results/bayesianBootstrap';
import type { Metric } from '../../results/record';
import { accuracy, shapeBias } from '../metrics';
import type { BiasAnswers, NetworkAnswers } from './answers';
import { meanReciprocalRank } from './reciprocalRank';
import { accuracyLeft, type PairedDecisions, reliance, relianceArea } from './reliance';

export type BiasMetricsOptions = Pick<BayesianBootstrapOptions, 'seed' | 'resamples'>;

/** All measures of a network by name, each with its interval over images and the counts behind it:
 *
 *  - `original`, `accuracy.<suppression>.<level>`, `accuracy.exact.<name>`: accuracies;
 *  - `left.<suppression>.<level>`: the accuracy above chance that is left (`accuracyLeft`);
 *  - `area.<suppression>`: reliance over all levels (`relianceArea`); `exact.<name>`: under an exact suppression (`reliance`);
 *  - `shape-bias` on conflict images (`shapeBias`), and `rank-shape`, `rank-texture` on those of them whose cues differ (`meanReciprocalRank`).
 *
 *  Conflict images are measured where they were shown. Values are null where they are undefined (`whyNoReliance`, `shapeBias`). */
export function biasMetrics(
  answers: NetworkAnswers,
  options: BiasMetricsOptions = {},
): Record<string, Metric> {
  const { labels, classes, original, suppressed, exact } = answers;
  const seeded = (name: string): BayesianBootstrapOptions => ({
    ...options,
    seed: deriveSeed(options.seed ?? 0, name),
  });
  const paired = (levels: Readonly<Record<string, BiasAnswers>>): PairedDecisions => ({
    labels,
    original: original.decisions,
    suppressed: Object.fromEntries(
      Object.entries(levels).map(([level, { decisions }]) => [level, decisions]),
    ),
    classes: classes.length,
  });
  const metrics: Record<string, Metric> = {
    original: accuracy(original.decisions, labels),
    ...conflictMetrics(answers, seeded),
  };
  for (const [suppression, levels] of Object.entries(suppressed)) {
    const pairs = paired(levels);
    metrics[`area.${suppression}`] = relianceArea(pairs, seeded(`area.${suppression}`));
    for (const [level, { decisions }] of Object.entries(levels)) {
      const name = `${suppression}.${level}`;
      metrics[`left.${name}`] = accuracyLeft(pairs, level, seeded(`left.${name}`));
      metrics[`accuracy.${name}`] = accuracy(decisions, labels);
    }
  }
  for (const [name, { decisions }] of Object.entries(exact)) {
    metrics[`exact.${name}`] = reliance(paired(exact), name, seeded(`exact.${name}`));
    metrics[`accuracy.exact.${name}`] = accuracy(decisions, labels);
  }
  return metrics;
}

function conflictMetrics(
  { classes, conflict }: NetworkAnswers,
  seeded: (name: string) => BayesianBootstrapOptions,
): Record<string, Metric> {
  if (conflict === null) return {};
  const { decisions, shapeRanks, textureRanks = [], shapeLabels, textureLabels } = conflict;
  const differs = (_: number, image: number): boolean => shapeLabels[image] !== textureLabels[image];
  const rank = (name: string, ranks: readonly number[]): Metric =>
    meanReciprocalRank(ranks.filter(differs), classes.length, seeded(name));
  return {
    'shape-bias': shapeBias(decisions, shapeLabels, textureLabels),
    'rank-shape': rank('rank-shape', shapeRanks),
    'rank-texture': rank('rank-texture', textureRanks),
  };
}
