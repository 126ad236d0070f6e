// How many seeds a claim would take.
import type { Evidence } from './claimRule';
import { coverages, type SeedPlan } from './seedPlan';
import { runsNeeded } from './statistics';

/** Runs that each group needs to tell what is claimed from 0 with a power of 0.8, at the spread seen; null: more than 10,000. Under a plan, by the
 *  intervals of its last look: those of the looks before are wider. */
export function seedsNeeded(
  { claimed, contrast, coverage, level = coverage }: Evidence,
  plan?: SeedPlan,
): number | null {
  // Where several intervals have to hold together, each one's share of what may be missed stays what it is.
  const missed = plan === undefined ? 1 - coverage : 1 - coverages(plan)[plan.looks.length - 1];
  return runsNeeded(claimed, contrast, { level: 1 - (missed * (1 - level)) / (1 - coverage) });
}
