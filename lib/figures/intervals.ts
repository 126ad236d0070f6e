// A mean over seeds with its interval, in words and as a mark.
import { mean, meanInterval } from '../results/statistics';

/** E.g. `41.2 [38.0, 44.4]`: the mean and Student's 95 % interval; of one value the value alone, null of none. */
export function meanInWords(values: readonly number[], digits = 1): string | null {
  if (values.length === 0) return null;
  const interval = meanInterval(values);
  const centre = mean(values).toFixed(digits);
  return interval === null ? centre : `${centre} [${interval.map((end) => end.toFixed(digits)).join(', ')}]`;
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
