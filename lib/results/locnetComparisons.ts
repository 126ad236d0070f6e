// Runs of LocNet side by side: the joint network, the U-Net and the baseline, seed by seed.
import type { Evidence } from './claimRule';
import {
  type Comparison,
  compareGroups,
  type Difference,
  describeMean,
  type Group,
  matching,
} from './comparisons';
import type { Metric, RunRecord } from './record';
import { mean } from './statistics';

/** A number of one run, from its metrics; null where the run has none. */
export type Quantity = (metrics: Readonly<Record<string, Metric>>) => number | null;

/** One metric of a run. */
export function metric(name: string): Quantity {
  return (metrics) => metrics[name]?.value ?? null;
}

/** The mean of several metrics of a run; null where one is missing. */
export function meanOf(names: readonly string[]): Quantity {
  return (metrics) => {
    const values = names.map((name) => metrics[name]?.value ?? null);
    return values.includes(null) ? null : mean(values as number[]);
  };
}

/** The error of the map that a run paints as a share of that of guessing the mean map; null where it paints none. */
export function shareOfMeanMap(map: 'depth' | 'image' = 'depth'): Quantity {
  return (metrics) => {
    const [error, guess] = [metrics[`${map}Error`]?.value, metrics[`${map}ErrorOfMean`]?.value];
    return error == null || guess == null ? null : error / guess;
  };
}

/** One quantity minus another of the same run. */
export function minus(a: Quantity, b: Quantity): Quantity {
  return (metrics) => {
    const [left, right] = [a(metrics), b(metrics)];
    return left === null || right === null ? null : left - right;
  };
}

/** The quantity of each run of a variant, times 100, by seed. */
export function quantities(records: readonly RunRecord[], variant: string, quantity: Quantity): number[] {
  return matching(records, { variant }).flatMap((record) => {
    const value = quantity(record.metrics);
    return value === null ? [] : [100 * value];
  });
}

/** Variant minus baseline, in hundredths, over seeds (Welch); null with fewer than two seeds of either. */
export function compareVariants(
  records: readonly RunRecord[],
  name: string,
  quantity: Quantity,
  { variant, baseline }: { variant: string; baseline: string },
  coverage?: number,
): Comparison | null {
  const [a, b] = [baseline, variant].map(
    (each): Group => ({
      runs: matching(records, { variant: each }),
      values: quantities(records, each, quantity),
    }),
  );
  return compareGroups({ subset: name, metric: name }, a, b, coverage);
}

/** The mean over seeds of a quantity of one variant, in hundredths (Student); null with fewer than two seeds. */
export function ofVariant(
  records: readonly RunRecord[],
  quantity: Quantity,
  variant: string,
  coverage?: number,
): Difference | null {
  return describeMean(quantities(records, variant, quantity), coverage);
}

/** What a verdict rests on, from a comparison. */
export function evidence(
  { difference, interval, coverage, p, contrast, unit }: Difference,
  name: string,
  claimed: number,
  claimedBy: Evidence['claimedBy'] = 'paper',
): Evidence {
  return { name, unit, difference, interval, coverage, p, contrast, claimed, claimedBy };
}
