// Two groups of runs side by side, subset by subset: the numbers that claims are judged by.

import type { Cell, RunRecord } from './record';
import { bootstrap, type Interval, mean, resample, type Summary, summarise, welchTest } from './statistics';

/** Which runs: by values of the cell's coordinates, e.g. `{ spec: 'code', variant: 'topk' }`. */
export type Coordinates = Readonly<Record<string, string | number>>;

/** A difference between two groups of runs on one subset, in percentage points. */
export interface Comparison {
  readonly subset: string;
  readonly metric: string;
  readonly baseline: Summary;
  readonly variant: Summary;
  /** variant - baseline. */
  readonly difference: number;
  /** 95 % bootstrap interval of the difference over seeds. */
  readonly interval: Interval;
  /** Two-sided Welch test; null where neither group has any spread. */
  readonly p: number | null;
  /** Ids of the cells behind it. */
  readonly cells: readonly string[];
  /** Values by seed, in percent. */
  readonly values: { readonly baseline: readonly number[]; readonly variant: readonly number[] };
}

/** The values of a metric by seed, in percent, of the runs at these coordinates; undefined ones are left out. */
export function metricValues(records: readonly RunRecord[], metric: string, where: Coordinates): number[] {
  return matching(records, where).flatMap((record) => {
    const value = record.metrics[metric]?.value ?? null;
    return value === null ? [] : [100 * value];
  });
}

/** The runs at these coordinates, by seed. */
export function matching(records: readonly RunRecord[], where: Coordinates): RunRecord[] {
  const agrees = (cell: Cell): boolean =>
    Object.entries(where).every(([axis, value]) => cell[axis] === value);
  return records.filter((record) => agrees(record.cell)).sort((a, b) => a.cell.seed - b.cell.seed);
}

/** All subsets among the records, in alphabetical order. */
export function subsetsOf(records: readonly RunRecord[]): string[] {
  return [...new Set(records.map((record) => String(record.cell.subset)))].sort();
}

/** One comparison for each subset where both groups have at least two seeds: fewer have no spread to judge by. */
export function compare(
  records: readonly RunRecord[],
  metric: string,
  baseline: Coordinates,
  variant: Coordinates,
): Comparison[] {
  return subsetsOf(records).flatMap((subset) => {
    const values = {
      baseline: metricValues(records, metric, { ...baseline, subset }),
      variant: metricValues(records, metric, { ...variant, subset }),
    };
    if (values.baseline.length < 2 || values.variant.length < 2) return [];
    const cells = [baseline, variant].flatMap((group) => matching(records, { ...group, subset }));
    const [a, b] = [summarise(values.baseline), summarise(values.variant)];
    return [
      {
        subset,
        metric,
        baseline: a,
        variant: b,
        difference: b.mean - a.mean,
        interval: differenceInterval([values]),
        p: welchTest(a, b)?.p ?? null,
        cells: cells.map((record) => record.cell.id),
        values,
      },
    ];
  });
}

/** A difference averaged over subsets, in percentage points. */
export interface PooledDifference {
  readonly difference: number;
  readonly interval: Interval;
}

/** The mean difference over subsets; its interval resamples the seeds within each group of each subset. */
export function pool(comparisons: readonly Comparison[]): PooledDifference {
  return {
    difference: mean(comparisons.map((comparison) => comparison.difference)),
    interval: differenceInterval(comparisons.map((comparison) => comparison.values)),
  };
}

function differenceInterval(groups: readonly Comparison['values'][]): Interval {
  const interval = bootstrap((random) =>
    mean(
      groups.map(
        ({ baseline, variant }) => mean(resample(variant, random)) - mean(resample(baseline, random)),
      ),
    ),
  );
  if (interval === null) throw new Error('No subset to compare.');
  return interval;
}
