// The measures of several networks together, e.g. of the same training from other seeds.
import type { Interval } from '../../results/proportion';
import type { Metric } from '../../results/record';
import { mean, meanInterval } from '../../results/statistics';

/** A measure over networks. */
export interface MeasureOverNetworks {
  /** Null where no network has a value. */
  readonly mean: number | null;
  /** Student's 95 % interval of the mean over networks; null for fewer than two. */
  readonly interval: Interval | null;
  /** Networks with a value. */
  readonly networks: number;
}

/** Each measure's mean over networks, with the interval for another network of the kind: that over images is within one network. Networks where a measure is
 *  undefined are left out of its mean. */
export function overNetworks(
  networks: readonly Readonly<Record<string, Metric>>[],
): Record<string, MeasureOverNetworks> {
  const names = [...new Set(networks.flatMap((metrics) => Object.keys(metrics)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = networks.flatMap((metrics) => metrics[name]?.value ?? []);
      const found = { interval: meanInterval(values), networks: values.length };
      return [name, { mean: values.length === 0 ? null : mean(values), ...found }];
    }),
  );
}
