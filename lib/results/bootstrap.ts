// Intervals from resamples, for statistics that no formula fits: error consistency, scores over data sets, shape bias of several observers.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Interval } from './proportion';

/** The bias-corrected percentile interval of a statistic (Efron 1981): where `measured` is not the median of its resamples, the
 *  percentiles move by twice that shift. `z0 = Phi^-1(share of resamples below measured)`, then the quantiles `Phi(2 z0 -+ z)`.
 *  Resamples in which the statistic is undefined (NaN) are left out; null when that is all of them.
 *  @param measured the statistic of the sample itself. @param level coverage, e.g. 0.95. */
export function biasCorrectedInterval(
  resampled: ArrayLike<number>,
  measured: number,
  level = 0.95,
): Interval | null {
  const ascending = Float64Array.from(resampled)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (ascending.length === 0) return null;
  const z0 = normalQuantile(shareBelow(ascending, measured), 0, 1);
  const z = normalQuantile((1 + level) / 2, 0, 1);
  const at = (shift: number): number => quantile(ascending, normalCdf(2 * z0 + shift, 0, 1));
  return [at(-z), at(z)];
}

/** Of an ascending list; equal ones count half, and at least half a resample lies on either side. */
function shareBelow(ascending: Float64Array, value: number): number {
  let [below, equal] = [0, 0];
  for (const resample of ascending) {
    if (resample < value) below++;
    else if (resample === value) equal++;
  }
  const least = 0.5 / ascending.length;
  return Math.min(1 - least, Math.max(least, (below + equal / 2) / ascending.length));
}

/** The quantile of an ascending list that is not empty, linear between its order statistics. @param p in [0, 1]. */
export function quantile(ascending: Float64Array, p: number): number {
  const position = p * (ascending.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
}
