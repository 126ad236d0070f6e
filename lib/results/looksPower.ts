// What a plan of seeds may be expected to cost, and to find: by simulation.
import { Random } from '../random';
import { coverages, type SeedPlan } from './seedPlan';
import { type Contrast, contrast, intervalOf, summarise } from './statistics';
import { findingOf } from './verdicts';

export interface LooksPowerOptions {
  plan: SeedPlan;
  /** Gives the groups' weights and the spread of runs in each. */
  found: Contrast;
  /** The true difference, in the contrast's unit. */
  effect: number;
  /** What the paper claims: the other difference that decides. */
  claimed: number;
  /** Coverage of each look's interval; default: the plan's. */
  coverage?: readonly number[];
  studies?: number;
  seed?: number;
}

/** Of simulated studies: how they ended, as shares, and the mean number of seeds a group at the end. */
export interface LooksPower {
  readonly shown: number;
  readonly refuted: number;
  readonly undecided: number;
  readonly seeds: number;
}

/** Draws normal runs with the spread seen, and looks at them as the plan does. */
export function simulateLooks(options: LooksPowerOptions): LooksPower {
  const { plan, found, effect, claimed, studies = 2000, seed = 0 } = options;
  const { coverage = coverages(plan) } = options;
  const random = new Random(seed);
  const counts = { shown: 0, refuted: 0, undecided: 0, seeds: 0 };
  const weightAbove = found.groups
    .filter(({ weight }) => weight > 0)
    .reduce((sum, { weight }) => sum + weight, 0);
  for (let study = 0; study < studies; study++) {
    const runs = found.groups.map(({ weight, group: { deviation } }) => {
      const mean = weight > 0 ? effect / weightAbove : 0;
      return Array.from({ length: plan.seeds.length }, () => mean + (deviation ?? 0) * random.normal());
    });
    let [finding, seeds]: [keyof typeof counts, number] = ['undecided', 0];
    for (const [i, count] of plan.looks.entries()) {
      const groups = found.groups.map(({ weight }, g) => ({
        weight,
        group: summarise(runs[g].slice(0, count)),
      }));
      finding = findingOf(intervalOf(contrast(groups) as Contrast, coverage[i]), claimed);
      seeds = count;
      if (finding !== 'undecided') break;
    }
    counts[finding]++;
    counts.seeds += seeds;
  }
  const { shown, refuted, undecided, seeds } = counts;
  return {
    shown: shown / studies,
    refuted: refuted / studies,
    undecided: undecided / studies,
    seeds: seeds / studies,
  };
}
