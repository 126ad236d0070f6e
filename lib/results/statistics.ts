// The statistics behind every interval and verdict.
import { Random } from '../random';

/** Arithmetic mean. Throws on an empty list. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new Error('The mean of no values is undefined.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation, `sqrt(sum (x - mean)^2 / (n - 1))`; null for fewer than two values. */
export function sampleDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

export type Interval = readonly [number, number];

export interface BootstrapOptions {
  seed?: number;
  resamples?: number;
  /** Coverage, e.g. 0.95. */
  level?: number;
}

/** Percentile bootstrap interval of `statistic`, given a function that draws it from one resample.
 *  Resamples in which it is undefined (null) are left out; null when that is all of them. */
export function bootstrap(
  draw: (random: Random) => number | null,
  options: BootstrapOptions = {},
): Interval | null {
  const { seed = 0, resamples = 2000, level = 0.95 } = options;
  const random = new Random(seed);
  const drawn: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const value = draw(random);
    if (value !== null) drawn.push(value);
  }
  if (drawn.length === 0) return null;
  drawn.sort((a, b) => a - b);
  return [quantile(drawn, (1 - level) / 2), quantile(drawn, (1 + level) / 2)];
}

/** Linear interpolation between order statistics of an ascending list. */
function quantile(ascending: readonly number[], p: number): number {
  const position = p * (ascending.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
}

/** As many values, drawn with replacement. */
export function resample(values: readonly number[], random: Random): number[] {
  return values.map(() => random.pick(values));
}

/** Interval of a mean over seeds; null for fewer than two. With three seeds it is narrower than its level says
 *  (only ten different resamples exist): read it as the spread of the seeds. */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): Interval | null {
  if (values.length < 2) return null;
  return bootstrap((random) => mean(resample(values, random)), options);
}

/** Interval of a proportion over `total` images of which `hits` were hits; null for no images. */
export function bootstrapProportion(
  hits: number,
  total: number,
  options: BootstrapOptions = {},
): Interval | null {
  if (total === 0) return null;
  return bootstrap((random) => binomial(total, hits / total, random) / total, options);
}

/** Interval of `first / (first + second)` over `total` images, of which the rest were neither; null when both are zero. */
export function bootstrapShare(
  first: number,
  second: number,
  total: number,
  options: BootstrapOptions = {},
): Interval | null {
  if (first + second === 0) return null;
  return bootstrap((random) => {
    const either = binomial(total, (first + second) / total, random);
    return either === 0 ? null : binomial(either, first / (first + second), random) / either;
  }, options);
}

function binomial(count: number, probability: number, random: Random): number {
  let hits = 0;
  for (let i = 0; i < count; i++) if (random.next() < probability) hits++;
  return hits;
}

/** Result of Welch's test of the difference `mean(b) - mean(a)`. */
export interface WelchTest {
  readonly difference: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Two-sided. */
  readonly p: number;
}

/** A group of runs by its summary: mean, sample standard deviation and number of runs. */
export interface Summary {
  readonly mean: number;
  readonly deviation: number | null;
  readonly count: number;
}

/** Mean, sample standard deviation and count of a list that is not empty. */
export function summarise(values: readonly number[]): Summary {
  return { mean: mean(values), deviation: sampleDeviation(values), count: values.length };
}

/** Welch's unequal-variances t-test of two groups (Welch 1947); null where it is undefined:
 *  a group with fewer than two runs, or no spread in either. */
export function welchTest(a: Summary, b: Summary): WelchTest | null {
  if (a.deviation === null || b.deviation === null) return null;
  const [va, vb] = [a.deviation ** 2 / a.count, b.deviation ** 2 / b.count];
  if (va + vb === 0) return null;
  const difference = b.mean - a.mean;
  const t = difference / Math.sqrt(va + vb);
  const degreesOfFreedom = (va + vb) ** 2 / (va ** 2 / (a.count - 1) + vb ** 2 / (b.count - 1));
  return { difference, t, degreesOfFreedom, p: studentTwoSided(t, degreesOfFreedom) };
}

/** P(|T| >= |t|) of Student's distribution: `I_x(v/2, 1/2)` with `x = v / (v + t^2)`. */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/** Regularised incomplete beta function, by its continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean of the distribution; above it, mirror.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  return front * betaFraction(x, a, b);
}

/** `1 / (1 + d1 / (1 + d2 / (1 + ...)))`, evaluated from the far end. */
function betaFraction(x: number, a: number, b: number): number {
  let tail = 1;
  for (let i = 200; i >= 1; i--) {
    const m = Math.floor(i / 2);
    const term =
      i % 2 === 0
        ? (m * (b - m) * x) / ((a + i - 1) * (a + i))
        : (-(a + m) * (a + b + m) * x) / ((a + i - 1) * (a + i));
    tail = 1 + term / tail;
  }
  return 1 / tail;
}

/** ln Gamma(x) for x > 0, by Stirling's series after moving x above 10. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift -= Math.log(y);
  const series = 1 / (12 * y) - 1 / (360 * y ** 3) + 1 / (1260 * y ** 5) - 1 / (1680 * y ** 7);
  return shift + (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series;
}
