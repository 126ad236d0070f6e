// Does one quantity rise with another? Spearman's rank correlation with an interval.
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { ranksOf } from '../ranks';
import type { Interval } from './proportion';
import { withInterval } from './withInterval';

export interface RankTrend {
  /** -1..1. */
  readonly correlation: number;
  readonly interval: Interval;
  readonly count: number;
}

/** The rank correlation of two quantities over independent runs; null where either never changes, and of fewer than five runs.
 *
 *  The interval is Fisher's, with the variance of Bonett and Wright (2000, "Sample size requirements for estimating Pearson, Kendall and Spearman
 *  correlations"): `tanh(atanh(r) -+ z sqrt((1 + r^2 / 2) / (n - 3)))`. Throws on lists of different lengths. */
export function rankTrend(a: readonly number[], b: readonly number[], level = 0.95): RankTrend | null {
  const count = a.length;
  if (b.length !== count) throw new Error(`A trend needs lists of one length, not ${count} and ${b.length}.`);
  if (count < 5) return null;
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const centre = (count - 1) / 2;
  const product = (u: ArrayLike<number>, v: ArrayLike<number>): number =>
    Array.from(u).reduce((sum, value, i) => sum + (value - centre) * (v[i] - centre), 0);
  const [first, second] = [product(x, x), product(y, y)];
  if (first === 0 || second === 0) return null;
  const correlation = product(x, y) / Math.sqrt(first * second);
  // Of a perfect order Fisher's interval has no width: what so few runs can say of it ends there.
  const inside = Math.min(1 - 1e-9, Math.max(-1 + 1e-9, correlation));
  const half = normalQuantile((1 + level) / 2, 0, 1) * Math.sqrt((1 + inside ** 2 / 2) / (count - 3));
  const interval = [-1, 1].map((side) => Math.tanh(Math.atanh(inside) + side * half));
  return { correlation, interval: [interval[0], interval[1]], count };
}

/** E.g. `0.98 [0.95, 0.99]`. */
export function trendInWords({ correlation, interval }: RankTrend): string {
  return withInterval(correlation, interval, (value) => value.toFixed(2).replace('-', '−'));
}
