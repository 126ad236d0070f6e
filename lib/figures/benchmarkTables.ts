// Tables of the benchmark.
import { type BenchmarkResult, type Estimate, HUMANS } from '../results/benchmark';
import type { Table, TableValue } from '../results/tables';
import { observerStyle } from './benchmarkObservers';
import { metricInWords, percent } from './intervals';

/** The four scores and places: networks by mean rank, humans last. */
export function scoresTable({ scores }: BenchmarkResult, about: string): Table {
  const order = [...scores].sort(
    (a, b) =>
      Number(a.observer === HUMANS) - Number(b.observer === HUMANS) ||
      (a.ranks?.mean ?? 0) - (b.ranks?.mean ?? 0) ||
      b.outOfDistributionAccuracy.value - a.outOfDistributionAccuracy.value,
  );
  return {
    id: 'benchmark-scores',
    title: 'Scores of the benchmark',
    columns: [
      'Observer',
      'Sets',
      'OOD accuracy',
      'Accuracy difference',
      'Observed consistency',
      'Error consistency',
      'Mean rank',
    ],
    rows: order.map(({ observer, sets, ranks, ...score }) => [
      observer,
      sets,
      estimate(score.outOfDistributionAccuracy),
      estimate(score.accuracyDifference),
      estimate(score.observedConsistency),
      estimate(score.errorConsistency),
      ranks === null ? null : ranks.mean.toFixed(2),
    ]),
    caption:
      'Means over the sets answered, without the conditions that the benchmark leaves out; in brackets 95 % intervals over images (bias-corrected bootstrap). ' +
      `Mean rank: of accuracy difference (less is better), observed and error consistency (more is better). ${about}`,
  };
}

/** Accuracy of every observer on every set. */
export function accuracyTable(result: BenchmarkResult, about: string): Table {
  const { shown } = observerStyle(result);
  return {
    id: 'benchmark-accuracy',
    title: 'Accuracy by set (%)',
    columns: ['Set', 'Images', ...shown],
    rows: result.sets.map(({ dataset, images, overallAccuracy }) => [
      dataset,
      images,
      ...shown.map((observer) => metricInWords(overallAccuracy[observer]?.all, percent)),
    ]),
    caption: `All conditions together; in brackets 95 % intervals over images. ${about}`,
  };
}

/** Shape bias over all and by category; undefined when no one answered cue-conflict images. */
export function shapeBiasTable(result: BenchmarkResult, about: string): Table | undefined {
  const biases = result.sets.find(({ dataset }) => dataset === 'cue-conflict')?.shapeBias;
  if (biases === undefined) return undefined;
  const shown = observerStyle(result).shown.filter((observer) => biases[observer] !== undefined);
  const categories = Object.keys(biases[shown[0]].byCategory);
  return {
    id: 'benchmark-shape-bias',
    title: 'Shape bias (%)',
    columns: ['Category of the shape', ...shown],
    rows: [
      ['all', ...shown.map((observer) => metricInWords(biases[observer].overall.bias, percent))],
      ...categories.map((category): TableValue[] => [
        category,
        ...shown.map((observer) => metricInWords(biases[observer].byCategory[category]?.bias, percent)),
      ]),
    ],
    caption:
      'Shape decisions of all shape and texture decisions on images whose cues differ; in brackets 95 % intervals ' +
      `over images. ${about}`,
  };
}

function estimate(found: Estimate | null): string | null {
  return metricInWords(found, (value) => value.toFixed(3));
}
