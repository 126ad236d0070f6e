// Tables of a plan of seeds: what each look said, and what the plan may be expected to find.
import type { LedgerEntry } from '../results/claims';
import { simulateLooks } from '../results/looksPower';
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

/** What the plan finds, and with how many seeds, when there is no effect and when there is the claimed one: by simulation with the spread of the first look. One row a claim that one difference decides, and truth; null where there is no such claim. */
export function looksPowerTable(all: readonly LedgerEntry[]): Table | null {
  const entries = all.filter(({ untilDecided }) => untilDecided?.byOneDifference);
  const plan = entries[0]?.untilDecided?.plan;
  if (plan === undefined) return null;
  return {
    id: `until-decided-power-${plan.experiment}`,
    title: 'What the plan may be expected to find',
    columns: ['Claim', 'True difference', 'Shown (%)', 'Refuted (%)', 'Open (%)', 'Seeds a group, mean'],
    rows: entries.flatMap(({ claim, untilDecided }) => {
      const [evidence] = untilDecided?.looks[0].judgement.evidence ?? [];
      const { contrast: found, claimed } = evidence;
      return [0, claimed].map((effect) => {
        const { shown, refuted, undecided, seeds } = simulateLooks({ plan, found, effect, claimed });
        return [
          claim.id,
          effect === 0 ? 'none' : `${signed(effect)}, as claimed`,
          percent(shown),
          percent(refuted),
          percent(undecided),
          seeds.toFixed(1),
        ];
      });
    }),
    caption: `2000 simulated studies a row, of normal runs with the spread of the first look; looks at ${looksInWords(plan)} seeds a group.`,
  };
}
