// The statistics behind every interval and verdict over seeds: Student's t for a mean, Welch's for a difference.
import studentCdf from '@stdlib/stats-base-dists-t-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { Random } from '../random';
import type { Interval } from './proportion';

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

/** A group that enters a contrast with a weight, e.g. +1 and -1 of a difference. */
export interface WeightedGroup {
  readonly weight: number;
  readonly group: Summary;
}

/** A weighted sum of the means of independent groups, each with a spread of its own. */
export interface Contrast {
  readonly value: number;
  readonly standardError: number;
  /** Welch and Satterthwaite's; infinite where no group has any spread. */
  readonly degreesOfFreedom: number;
  readonly groups: readonly WeightedGroup[];
}

/** `value = sum w m`, `SE^2 = sum v` with `v = w^2 s^2 / n`, `degrees of freedom = (sum v)^2 / sum (v^2 / (n - 1))`.
 *
 *  One group is Student's t, two with the weights +1 and -1 are Welch's test, more are differences pooled over subsets, or of
 *  differences. Null when a group has fewer than two runs: it has no spread to judge by. Source: Welch 1947, Satterthwaite 1946. */
export function contrast(groups: readonly WeightedGroup[]): Contrast | null {
  const spread = groups.map(({ weight, group: { deviation, count } }) => ({
    variance: deviation === null ? Number.NaN : (weight * deviation) ** 2 / count,
    count,
  }));
  if (groups.length === 0 || spread.some(({ variance }) => Number.isNaN(variance))) return null;
  const variance = spread.reduce((sum, part) => sum + part.variance, 0);
  const squares = spread.reduce((sum, part) => sum + part.variance ** 2 / (part.count - 1), 0);
  return {
    value: groups.reduce((sum, { weight, group }) => sum + weight * group.mean, 0),
    standardError: Math.sqrt(variance),
    degreesOfFreedom: squares === 0 ? Number.POSITIVE_INFINITY : variance ** 2 / squares,
    groups,
  };
}

/** The contrast `mean(b) - mean(a)`. */
export function difference(a: Summary, b: Summary): Contrast | null {
  return contrast([
    { weight: -1, group: a },
    { weight: 1, group: b },
  ]);
}

/** The mean of several contrasts over different groups; null for none. */
export function meanContrast(contrasts: readonly Contrast[]): Contrast | null {
  return contrast(
    contrasts.flatMap(({ groups }) =>
      groups.map(({ weight, group }) => ({ weight: weight / contrasts.length, group })),
    ),
  );
}

/** `value -+ t SE`, with Student's quantile t; a single point where no group has any spread.
 *  @param level coverage, e.g. 0.95. */
export function intervalOf({ value, standardError, degreesOfFreedom }: Contrast, level = 0.95): Interval {
  if (standardError === 0) return [value, value];
  const half = studentQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return [value - half, value + half];
}

/** Student's interval of a mean over seeds; null for fewer than two. */
export function meanInterval(values: readonly number[], level = 0.95): Interval | null {
  const found = values.length === 0 ? null : contrast([{ weight: 1, group: summarise(values) }]);
  return found === null ? null : intervalOf(found, level);
}

/** Two-sided p of the hypothesis that the contrast is 0; null where no group has any spread. */
export function twoSidedP({ value, standardError, degreesOfFreedom }: Contrast): number | null {
  if (standardError === 0) return null;
  return 2 * studentCdf(-Math.abs(value / standardError), degreesOfFreedom);
}

export interface PowerOptions {
  /** Chance of an interval that leaves out 0. Default 0.8. */
  power?: number;
  /** Coverage of that interval. Default 0.95. */
  level?: number;
}

const DRAWS = 8000;
/** From so many runs a group on, the formula for known degrees of freedom is as good as a simulation. */
const MANY_RUNS = 30;

/** The smallest true size that runs with this spread would tell from 0 with the given chance. With few runs the degrees of freedom are
 *  themselves uncertain, so it is simulated: normal runs with the spread seen, 8000 times, always the same; with many it is
 *  `(t_level + t_power) SE`. */
export function detectable(found: Contrast, options: PowerOptions = {}): number {
  const { power = 0.8, level = 0.95 } = options;
  const { standardError, degreesOfFreedom, groups } = found;
  if (standardError === 0) return 0;
  const quantiles = [(1 + level) / 2, power];
  if (groups.every(({ group }) => group.count >= MANY_RUNS))
    return quantiles.reduce((sum, p) => sum + studentQuantile(p, degreesOfFreedom) * standardError, 0);
  const quantile = quantileByFreedom(quantiles[0]);
  const random = new Random(0);
  const spreads = groups.map(({ weight, group: { deviation, count } }) => ({
    variance: (weight * (deviation as number)) ** 2 / count,
    freedom: count - 1,
  }));
  // An effect is told from 0 when it is greater than the interval's half width less the chance error of the value.
  const needed = Float64Array.from({ length: DRAWS }, () => {
    let [error, variance, squares] = [0, 0, 0];
    for (const { variance: known, freedom } of spreads) {
      error += Math.sqrt(known) * random.normal();
      const drawn = (known * chiSquared(freedom, random)) / freedom;
      variance += drawn;
      squares += drawn ** 2 / freedom;
    }
    return quantile(variance ** 2 / squares) * Math.sqrt(variance) - error;
  }).sort();
  return needed[Math.ceil(power * DRAWS) - 1];
}

/** A sum of so many squared standard normal numbers: each two of them are one exponential. */
function chiSquared(freedom: number, random: Random): number {
  let sum = freedom % 2 === 1 ? random.normal() ** 2 : 0;
  for (let pair = 0; pair < Math.floor(freedom / 2); pair++) sum -= 2 * Math.log(1 - random.next());
  return sum;
}

const STEPS = 500;
const tables = new Map<number, Float64Array>();

/** Student's quantile as a function of its degrees of freedom, from 1: interpolated in their inverse, for many calls. */
function quantileByFreedom(p: number): (degreesOfFreedom: number) => number {
  const table =
    tables.get(p) ??
    Float64Array.from({ length: STEPS + 2 }, (_, i) => studentQuantile(p, STEPS / Math.max(i, 1e-6)));
  tables.set(p, table);
  return (degreesOfFreedom) => {
    const position = STEPS / degreesOfFreedom;
    const below = Math.floor(position);
    return table[below] + (position - below) * (table[below + 1] - table[below]);
  };
}

const MOST_RUNS = 10_000;

/** Runs that each group would need, at its present spread, for a size to be detectable; null when more than 10,000. */
export function runsNeeded(size: number, found: Contrast, options: PowerOptions = {}): number | null {
  const isEnough = (count: number): boolean => detectable(withRuns(found, count), options) <= Math.abs(size);
  if (!isEnough(MOST_RUNS)) return null;
  let [tooFew, enough] = [1, MOST_RUNS];
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** The same spreads, over another number of runs in each group. */
function withRuns({ groups }: Contrast, count: number): Contrast {
  return contrast(groups.map(({ weight, group }) => ({ weight, group: { ...group, count } }))) as Contrast;
}
