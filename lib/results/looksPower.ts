// What a plan of seeds may be expected to cost, and to find: by simulation.
import { Random } from '../random';
import type { SeveralDifferences } from './claimRule';
import { type Comparison, compareValues } from './comparisons';
import { isDecided } from './looks';
import { coverages, type SeedPlan } from './seedPlan';
import { type Contrast, contrast, intervalOf, type Summary, summarise } from './statistics';
import { type Finding, findingOf } from './verdicts';

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
  const { found, effect, claimed } = options;
  const weightAbove = found.groups
    .filter(({ weight }) => weight > 0)
    .reduce((sum, { weight }) => sum + weight, 0);
  return simulate(options, (draw) => {
    const runs = found.groups.map(({ weight, group }) => draw(weight > 0 ? effect / weightAbove : 0, group));
    return (count, coverage) => {
      const groups = found.groups.map(({ weight }, g) => ({
        weight,
        group: summarise(runs[g].slice(0, count)),
      }));
      return findingOf(intervalOf(contrast(groups) as Contrast, coverage), claimed);
    };
  });
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
  const { found, effects, judge } = options;
  return simulate(options, (draw) => {
    const runs = found.map(({ baseline, variant }, i) => [draw(0, baseline), draw(effects[i], variant)]);
    return (count, coverage) => {
      const seen = found.map((comparison, i) => {
        const [baseline, variant] = runs[i].map((values) => values.slice(0, count));
        return { ...comparison, ...compareValues(baseline, variant, coverage) };
      });
      const verdict = judge(seen);
      if (!isDecided(verdict)) return 'undecided';
      return verdict === 'reproduced' ? 'shown' : 'refuted';
    };
  });
}

/** Values of all seeds of a group with this mean, and the spread of another. */
type Draw = (mean: number, spread: Pick<Summary, 'deviation'>) => number[];

/** Of one study: what the first so many seeds say. */
type LookAtStudy = (count: number, coverage: number) => Finding;

/** Runs studies, each until a look decides it. */
function simulate(
  options: Pick<LooksPowerOptions, 'plan' | 'coverage' | 'studies' | 'seed'>,
  begin: (draw: Draw) => LookAtStudy,
): LooksPower {
  const { plan, coverage = coverages(plan), studies = 2000, seed = 0 } = options;
  const random = new Random(seed);
  const draw: Draw = (mean, { deviation }) =>
    Array.from({ length: plan.seeds.length }, () => mean + (deviation ?? 0) * random.normal());
  const counts = { shown: 0, refuted: 0, undecided: 0, seeds: 0 };
  for (let study = 0; study < studies; study++) {
    const look = begin(draw);
    let [finding, seeds]: [Finding, number] = ['undecided', 0];
    for (const [i, count] of plan.looks.entries()) {
      [finding, seeds] = [look(count, coverage[i]), count];
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
