// Tables of a plan of seeds: what each look said, and what the plan may be expected to find.
import type { LedgerEntry } from '../results/claims';
import { type LooksPower, simulateLooks, simulateVerdicts } from '../results/looksPower';
import type { RunRecord } from '../results/record';
import type { SeedPlan } from '../results/seedPlan';
import type { Table } from '../results/tables';
import { briefly, signed } from '../results/verdicts';
import { percent } from './intervals';
import { looksInWords, percentInWords } from './looksInWords';
import { provenance } from './provenance';

/** One row a claim and look. `records` are the runs behind them, `entries` those of one plan, at least one. */
export function looksTable(entries: readonly LedgerEntry[], records: readonly RunRecord[]): Table {
  const { plan } = entries[0].untilDecided as { plan: SeedPlan };
  return {
    id: `until-decided-${plan.experiment}`,
    title: 'Seeds until a claim is decided',
    columns: ['Claim', 'Seeds a group', 'Coverage', 'Verdict', 'Difference', 'Weighed against'],
    rows: entries.flatMap(({ claim, untilDecided }) =>
      (untilDecided?.looks ?? []).map(({ seeds, coverage, judgement: { verdict, evidence } }) => [
        claim.id,
        seeds,
        percentInWords(coverage),
        verdict,
        briefly(evidence),
        evidence.map(({ name, claimed }) => `${name} ${signed(claimed)}`).join(', '),
      ]),
    ),
    caption: `In the units of the claims; intervals that hold together over the looks of a difference in ${percentInWords(1 - plan.level)} of cases. Weighed against: what the paper prints, or the smallest effect that matters. A claim that is decided is not looked at again. ${provenance(records)}`,
  };
}

/** What the plan finds, and with how many seeds, when there is no effect and when there is the claimed one: by simulation with the spread of the first look. One row a claim that can be simulated, and truth; null where there is no such claim. */
export function looksPowerTable(entries: readonly LedgerEntry[]): Table | null {
  const plan = entries[0]?.untilDecided?.plan;
  const powers = entries.flatMap((entry) =>
    powersOf(entry).map((power) => ({ claim: entry.claim.id, ...power })),
  );
  if (plan === undefined || powers.length === 0) return null;
  const isBySeveral = entries.some(({ untilDecided }) => untilDecided?.by.severalDifferences !== undefined);
  const ofSeveral =
    ' Where several differences decide, shown is reproduced, and refuted is mixed or not reproduced.';
  return {
    id: `until-decided-power-${plan.experiment}`,
    title: 'What the plan may be expected to find',
    columns: ['Claim', 'True difference', 'Shown (%)', 'Refuted (%)', 'Open (%)', 'Seeds a group, mean'],
    rows: powers.map(({ claim, truth, shown, refuted, undecided, seeds }) => [
      claim,
      truth,
      percent(shown),
      percent(refuted),
      percent(undecided),
      seeds.toFixed(1),
    ]),
    caption: `2000 simulated studies a row, of normal runs with the spread of the first look; looks at ${looksInWords(plan)} seeds a group.${isBySeveral ? ofSeveral : ''}`,
  };
}

/** Without an effect, and with the claimed one; none where it cannot be simulated. */
function powersOf({ untilDecided }: LedgerEntry): (LooksPower & { readonly truth: string })[] {
  if (untilDecided === null) return [];
  const { plan, by, looks } = untilDecided;
  const { comparisons, evidence } = looks[0].judgement;
  const { severalDifferences: several } = by;
  if (several !== undefined) {
    const { judge } = several;
    const claimed = several.claimed(comparisons);
    return [
      { truth: 'none', effects: claimed.map(() => 0) },
      { truth: several.claimedInWords, effects: claimed },
    ].map(({ truth, effects }) => ({
      truth,
      ...simulateVerdicts({ plan, found: comparisons, effects, judge }),
    }));
  }
  if (by.overSeeds !== 'one difference') return [];
  const [{ contrast: found, claimed }] = evidence;
  return [0, claimed].map((effect) => ({
    truth: effect === 0 ? 'none' : `${signed(effect)}, as claimed`,
    ...simulateLooks({ plan, found, effect, claimed }),
  }));
}
