// Intervals of means over images, and of what is made of several means of the same images.
import { Random } from '../random';
import { quantile } from './bootstrap';
import type { Interval } from './proportion';

/** Images that scored alike, e.g. right without and wrong with a suppression: `[1, 0]`. */
export interface ScoredImages {
  /** One number a score, in the order in which the statistic takes their means. */
  readonly scores: readonly number[];
  readonly images: number;
}

export interface BayesianBootstrapOptions {
  /** Default 0. */
  seed?: number;
  /** Default 1000. */
  resamples?: number;
  /** Coverage, e.g. 0.95, which is the default. */
  level?: number;
}

/** The interval over images of a statistic of mean scores: the Bayesian bootstrap (Rubin 1981), which weighs images instead of drawing them.
 *
 *  Each resample gives kind `k` of the images the weight `Gamma(n_k)`, and the statistic gets the weighted means of the scores. `extremes` count as
 *  half an image each: where a score is right or wrong this is Jeffreys' prior. So, unlike an interval from drawn images, it has a width where all images
 *  scored alike. Images of all classes are weighed together, which is a little wider than class by class, as Wilson's interval of an accuracy is.
 *
 *  Resamples in which the statistic is undefined (NaN) are left out; null when that is all of them, and for fewer than two images.
 *  @param statistic of the means, as many as an image has scores. */
export function bayesianInterval(
  sample: readonly ScoredImages[],
  extremes: readonly (readonly number[])[],
  statistic: (means: readonly number[]) => number,
  { seed = 0, resamples = 1000, level = 0.95 }: BayesianBootstrapOptions = {},
): Interval | null {
  if (sample.reduce((sum, { images }) => sum + images, 0) < 2) return null;
  const random = new Random(seed);
  const kinds = [...sample, ...extremes.map((scores) => ({ scores, images: 0.5 }))];
  const means = kinds[0].scores.map(() => 0);
  const resampled = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    means.fill(0);
    let total = 0;
    for (const { scores, images } of kinds) {
      const weight = gamma(images, random);
      total += weight;
      for (let score = 0; score < scores.length; score++) means[score] += weight * scores[score];
    }
    resampled[r] = statistic(means.map((sum) => sum / total));
  }
  const ascending = resampled.filter((value) => !Number.isNaN(value)).sort();
  if (ascending.length === 0) return null;
  return [quantile(ascending, (1 - level) / 2), quantile(ascending, (1 + level) / 2)];
}

/** A number of the gamma distribution of scale 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
