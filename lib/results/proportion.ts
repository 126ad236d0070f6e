// Intervals of shares: so many hits among so many images.
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

export type Interval = readonly [number, number];

/** Wilson's interval of the probability behind `hits` of `total` independent images; null for no images.
 *
 *  `(p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)` with `p = hits / total`, `n = total`. Unlike a bootstrap it has a
 *  width at 0 and 1, and it covers as said for few images too (Wilson 1927; Brown, Cai & DasGupta 2001).
 *  @param level coverage, e.g. 0.95. */
export function wilsonInterval(hits: number, total: number, level = 0.95): Interval | null {
  if (total === 0) return null;
  const z = normalQuantile((1 + level) / 2, 0, 1);
  const share = hits / total;
  const shrink = 1 + z ** 2 / total;
  const centre = (share + z ** 2 / (2 * total)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return [hits === 0 ? 0 : Math.max(0, centre - half), hits === total ? 1 : Math.min(1, centre + half)];
}
