// Two groups of runs side by side, subset by subset: the numbers that claims are judged by.
import type { Interval } from './proportion';
import type { Cell, RunRecord } from './record';
import {
  type Contrast,
  contrast,
  difference,
  intervalOf,
  meanContrast,
  type Summary,
  summarise,
  twoSidedP,
} from './statistics';

/** Which runs: by values of the cell's coordinates, e.g. `{ spec: 'code', variant: 'topk' }`. */
export type Coordinates = Readonly<Record<string, string | number>>;

/** What a difference is counted in. */
export type Unit =
  | 'percentage points'
  | 'percentage points a halving'
  | 'hundredths'
  | 'hundredths of a natural logarithm';

/** A difference between groups of runs. */
export interface Difference {
  /** Default: percentage points. */
  readonly unit?: Unit;
  /** Of means over seeds. */
  readonly difference: number;
  /** Over seeds: Welch's, its degrees of freedom by Welch and Satterthwaite. */
  readonly interval: Interval;
  /** Of the interval: 0.95 unless growing data are looked at several times. */
  readonly coverage: number;
  /** Two-sided Welch test; null where no group has any spread. */
  readonly p: number | null;
  readonly contrast: Contrast;
}

/** A difference between two groups of runs on one subset. */
export interface Comparison extends Difference {
  readonly subset: string;
  readonly metric: string;
  readonly baseline: Summary;
  readonly variant: Summary;
  /** Ids of the cells behind it. */
  readonly cells: readonly string[];
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

/** Coverage of an interval that is looked at once. */
export const ONCE = 0.95;

/** One comparison, variant minus baseline, for each subset where both groups have at least two seeds: fewer have no spread to
 *  judge by. */
export function compare(
  records: readonly RunRecord[],
  metric: string,
  baseline: Coordinates,
  variant: Coordinates,
  coverage?: number,
): Comparison[] {
  return subsetsOf(records).flatMap((subset) => {
    const [a, b] = [baseline, variant].map((group): Group => {
      const where = { ...group, subset };
      return { runs: matching(records, where), values: metricValues(records, metric, where) };
    });
    return compareGroups({ subset, metric }, a, b, coverage) ?? [];
  });
}

/** Runs of one kind, and their values by seed. */
export interface Group {
  readonly runs: readonly RunRecord[];
  readonly values: readonly number[];
}

/** Variant minus baseline over seeds (Welch); null with fewer than two values of either. */
export function compareGroups(
  names: Pick<Comparison, 'subset' | 'metric'>,
  baseline: Group,
  variant: Group,
  coverage?: number,
): Comparison | null {
  const groups = [baseline, variant];
  if (groups.some(({ values }) => values.length < 2)) return null;
  const cells = groups.flatMap(({ runs }) => runs.map(({ cell }) => cell.id));
  return { ...names, ...compareValues(baseline.values, variant.values, coverage), cells };
}

/** The same of values alone, two of each at least. */
export function compareValues(
  baseline: readonly number[],
  variant: readonly number[],
  coverage?: number,
): Difference & Pick<Comparison, 'baseline' | 'variant'> {
  const [a, b] = [baseline, variant].map((values) => summarise(values));
  return { baseline: a, variant: b, ...describe(difference(a, b) as Contrast, coverage) };
}

/** The mean difference over subsets, with the coverage of theirs. Throws for none. */
export function pool(comparisons: readonly Difference[]): Difference {
  const pooled = meanContrast(comparisons.map(({ contrast }) => contrast));
  if (pooled === null) throw new Error('No subset to compare.');
  return describe(pooled, comparisons[0].coverage);
}

/** The mean of values over seeds against 0 (Student); null with fewer than two. */
export function describeMean(values: readonly number[], coverage?: number): Difference | null {
  const found = values.length < 2 ? null : contrast([{ weight: 1, group: summarise(values) }]);
  return found && describe(found, coverage);
}

/** What a contrast says. */
export function describe(contrast: Contrast, coverage: number = ONCE): Difference {
  return {
    difference: contrast.value,
    interval: intervalOf(contrast, coverage),
    coverage,
    p: twoSidedP(contrast),
    contrast,
  };
}
