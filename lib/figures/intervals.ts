// Values with their intervals: in words, and a mean over seeds as a mark.
import type { Metric } from '../results/record';
import { mean, meanInterval } from '../results/statistics';
import { withInterval } from '../results/withInterval';

/** Said of a figure whose scale is fixed. */
export const CUT_OFF = 'What of an interval lies beyond the scale is cut off.';

/** A share in percent, e.g. `41.2`. */
export const percent = (share: number): string => (100 * share).toFixed(1);

/** E.g. `41.2 [38.0, 44.4]`; null where nothing was measured, or the value is undefined. */
export function metricInWords(
  metric: Pick<Metric, 'value' | 'interval'> | null | undefined,
  digits: (value: number) => string,
): string | null {
  return metric?.value == null ? null : withInterval(metric.value, metric.interval, digits);
}

/** E.g. `41.2 [38.0, 44.4]`: the mean and Student's 95 % interval; of one value the value alone, null of none. */
export function meanInWords(values: readonly number[], digits = 1): string | null {
  if (values.length === 0) return null;
  return withInterval(mean(values), meanInterval(values), (value) => value.toFixed(digits));
}

/** A mean and where its rule ends. */
export interface MeanMark {
  mean: number;
  low: number;
  high: number;
}

/** The mean with Student's 95 % interval; of one value a rule of no length; no mark of none. */
export function meanMarks(values: readonly number[]): MeanMark[] {
  if (values.length === 0) return [];
  const centre = mean(values);
  const [low, high] = meanInterval(values) ?? [centre, centre];
  return [{ mean: centre, low, high }];
}
