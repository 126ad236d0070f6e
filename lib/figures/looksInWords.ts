// A plan of seeds in words.
import { coverages, type SeedPlan, sinceOf } from '../results/seedPlan';

/** E.g. `99.70 %`, with as many digits as tell it from 100, and `95.1 %` where it is no whole number. */
export function percentInWords(share: number): string {
  const left = 100 * (1 - share);
  const least = Math.abs(left - Math.round(left)) < 1e-9 ? 0 : 1;
  const digits = Math.min(6, Math.max(least, Math.ceil(-Math.log10(left) + 0.5)));
  return `${(100 * share).toFixed(digits)} %`;
}

/** E.g. `10 seeds (99.7 %)`, look by look. */
export function looksInWords(plan: SeedPlan): string {
  const each = coverages(plan).map((coverage, i) => `${plan.looks[i]} (${percentInWords(coverage)})`);
  return each.length === 1 ? each[0] : `${each.slice(0, -1).join(', ')} and ${each.at(-1)}`;
}

/** What the plan fixes for one of its claims. */
export function planInWords(plan: SeedPlan, claim: string): string {
  const since = sinceOf(plan, claim);
  const first = plan.claims.map((each) => each.since).sort()[0];
  const later = since > first ? ', when further seeds may have been known already' : '';
  return `Seeds were added until the claim was decided: looks at ${looksInWords(plan)} seeds a group, in brackets the coverage of the intervals; those of one difference hold together over its looks in ${percentInWords(1 - plan.level)} of cases (spending of Lan and DeMets after O'Brien and Fleming). Claims are not corrected for one another, nor for the profile's own verdict. The first ${plan.looks[0]} seeds are the profile's own and were known when the plan was made. The claim was chosen on ${since}${later}.`;
}
