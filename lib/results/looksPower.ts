// What a plan of seeds may be expected to cost, and to find: by simulation.
import { Random } from '../random';
import type { SeveralDifferences, Verdict } from './claimRule';
import { type Comparison, compareValues } from './comparisons';
import { isDecided } from './looks';
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
  return shares(counts, studies);
}

function shares({ shown, refuted, undecided, seeds }: LooksPower, studies: number): LooksPower {
  return {
    shown: shown / studies,
    refuted: refuted / studies,
    undecided: undecided / studies,
    seeds: seeds / studies,
  };
}

export interface VerdictsPowerOptions {
  plan: SeedPlan;
  /** Those of a judgement: they give the spread of runs in each group. */
  found: readonly Comparison[];
  /** The true differences, in their order. */
  effects: readonly number[];
  judge: SeveralDifferences['judge'];
  studies?: number;
  seed?: number;
}

/** As `simulateLooks`, of a rule over several differences: shown is `reproduced`, refuted any other verdict that decides. */
export function simulateVerdicts(options: VerdictsPowerOptions): LooksPower {
  const { plan, found, effects, judge, studies = 2000, seed = 0 } = options;
  const coverage = coverages(plan);
  const random = new Random(seed);
  const counts = { shown: 0, refuted: 0, undecided: 0, seeds: 0 };
  for (let study = 0; study < studies; study++) {
    const draw = (mean: number, deviation: number | null): number[] =>
      Array.from({ length: plan.seeds.length }, () => mean + (deviation ?? 0) * random.normal());
    const runs = found.map(({ baseline, variant }, i) => [
      draw(0, baseline.deviation),
      draw(effects[i], variant.deviation),
    ]);
    let [verdict, seeds]: [Verdict, number] = ['inconclusive', 0];
    for (const [look, count] of plan.looks.entries()) {
      const seen = found.map((comparison, i) => {
        const [baseline, variant] = runs[i].map((values) => values.slice(0, count));
        return { ...comparison, ...compareValues(baseline, variant, coverage[look]) };
      });
      [verdict, seeds] = [judge(seen), count];
      if (isDecided(verdict)) break;
    }
    counts[verdict === 'reproduced' ? 'shown' : isDecided(verdict) ? 'refuted' : 'undecided']++;
    counts.seeds += seeds;
  }
  return shares(counts, studies);
}
