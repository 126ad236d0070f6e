// Looking at growing data several times: the level at which each look may decide, so that all looks together keep theirs.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** Two-sided level that may be spent when this share of the data is in: next to nothing at first, all of it at the end. On each side
 *  `2 (1 - Phi(z / sqrt(share)))` with `z` the quantile of `1 - level / 4`. Source: Lan and DeMets 1983, after O'Brien and Fleming 1979.
 *  @param share above 0 and at most 1. */
export function spentLevel(share: number, level = 0.05): number {
  return 4 * (1 - normalCdf(normalQuantile(1 - level / 4, 0, 1) / Math.sqrt(share), 0, 1));
}

/** The two-sided level of each look at so many runs a group: under no effect the chance that any look decides is `level`. An interval at each of them, of coverage 1 minus its
 *  level, holds the truth at all looks together in 1 - `level` of cases (repeated confidence intervals, Jennison and Turnbull 1989). By numerical integration of the density
 *  of what no earlier look has decided (Armitage, McPherson and Rowe 1969); exact for a known spread.
 *  @param runs increasing. */
export function levelsOfLooks(runs: readonly number[], level = 0.05): readonly number[] {
  const key = `${level} of ${runs}`;
  const levels = known.get(key) ?? integrate(runs, level);
  known.set(key, levels);
  return levels;
}

/** Each takes a tenth of a second. */
const known = new Map<string, readonly number[]>();

function integrate(runs: readonly number[], level: number): number[] {
  const shares = runs.map((count) => count / runs[runs.length - 1]);
  const levels: number[] = [];
  let undecided: Density | null = null;
  shares.forEach((share, look) => {
    const before = look === 0 ? 0 : shares[look - 1];
    const spend = spentLevel(share, level) - (look === 0 ? 0 : spentLevel(before, level));
    const step = Math.sqrt(share - before);
    const bound = boundOf(undecided, step, spend);
    levels.push(2 * (1 - normalCdf(bound / Math.sqrt(share), 0, 1)));
    undecided = advance(undecided, step, bound);
  });
  return levels;
}

/** Of the sum so far, a Brownian motion at time `share`, within the bounds of all looks; its masses add up to the chance that none has decided. */
interface Density {
  readonly places: readonly number[];
  readonly masses: readonly number[];
}

/** The bound that the sum leaves with a chance of `spend` at this look. */
function boundOf(undecided: Density | null, step: number, spend: number): number {
  let [low, high] = [0, 40];
  for (let halving = 0; halving < 100; halving++) {
    const middle = (low + high) / 2;
    if (chanceBeyond(undecided, step, middle) > spend) low = middle;
    else high = middle;
  }
  return high;
}

function chanceBeyond(undecided: Density | null, step: number, bound: number): number {
  const beyond = (from: number): number =>
    1 - normalCdf((bound - from) / step, 0, 1) + normalCdf((-bound - from) / step, 0, 1);
  if (undecided === null) return beyond(0);
  return undecided.places.reduce((sum, place, i) => sum + undecided.masses[i] * beyond(place), 0);
}

const POINTS = 801;

/** The density after one more look that did not decide; trapezoids. */
function advance(undecided: Density | null, step: number, bound: number): Density {
  const width = (2 * bound) / (POINTS - 1);
  const places = Array.from({ length: POINTS }, (_, i) => -bound + i * width);
  const normal = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const from = undecided ?? { places: [0], masses: [1] };
  const masses = places.map((place, i) => {
    const density = from.places.reduce(
      (sum, start, j) => sum + (from.masses[j] * normal((place - start) / step)) / step,
      0,
    );
    return density * width * (i === 0 || i === POINTS - 1 ? 0.5 : 1);
  });
  return { places, masses };
}
