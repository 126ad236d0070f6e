// How near the top of its answers a network has a class.
import { type BayesianBootstrapOptions, bayesianInterval } from '../../results/bayesianBootstrap';
import type { Metric } from '../../results/record';

/** The mean reciprocal rank over images, `(1 / rank_1 + ... + 1 / rank_n) / n`, in (0, 1]: 1 where the class is always the first answer. Null without
 *  images. The interval is over images. Counts: `images`, `classes` and `rank.<rank>`, the images with that rank.
 *
 *  Source: Kim et al. 2026 (REFINED-BIAS), for the class of the shape and that of the texture, each by itself.
 *  @param ranks 1 for the first, by image. @param classes that are ranked.
 *  Throws on a rank that is none among so many classes. */
export function meanReciprocalRank(
  ranks: readonly number[],
  classes: number,
  options: BayesianBootstrapOptions = {},
): Metric {
  const byRank = new Map<number, number>();
  for (const [image, rank] of ranks.entries()) {
    if (!Number.isInteger(rank) || rank < 1 || rank > classes)
      throw new Error(
        `Image ${image} has the rank ${rank}; ranks among ${classes} classes are 1 to ${classes}.`,
      );
    byRank.set(rank, (byRank.get(rank) ?? 0) + 1);
  }
  const found = [...byRank].sort(([a], [b]) => a - b);
  const images = ranks.length;
  const sample = found.map(([rank, count]) => ({ scores: [1 / rank], images: count }));
  return {
    value: images === 0 ? null : found.reduce((sum, [rank, count]) => sum + count / rank, 0) / images,
    counts: { images, classes, ...Object.fromEntries(found.map(([rank, count]) => [`rank.${rank}`, count])) },
    interval: bayesianInterval(sample, [[1], [1 / classes]], ([mean]) => mean, options),
  };
}

/** What a network that answers at random would get: `(1 + 1/2 + ... + 1/n) / n` among n classes, e.g. 0.211 among 16. */
export function randomReciprocalRank(classes: number): number {
  return (
    Array.from({ length: classes }, (_, i) => 1 / (i + 1)).reduce((sum, share) => sum + share, 0) / classes
  );
}
