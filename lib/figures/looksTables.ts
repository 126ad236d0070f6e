// Tables of a plan of seeds: what each look said, and what the plan may be expected to find.
import type { LedgerEntry } from '../results/claims';
import { simulateLooks } from '../results/looksPower';
import type { RunRecord } from '../results/record';
import type { SeedPlan } from '../results/seedPlan';
import type { Table } from '../results/tables';
import { differenceInWords, signed } from '../results/verdicts';
import { looksInWords, percentInWords } from './looksInWords';
import { provenance } from './provenance';

/** One row a claim and look. `records` are the runs behind them, `entries` those of one plan, at least one. */
export function looksTable(entries: readonly LedgerEntry[], records: readonly RunRecord[]): Table {
  const { plan } = entries[0].untilDecided as { plan: SeedPlan };
  return {
    id: `until-decided-${plan.experiment}`,
    title: 'Seeds until a claim is decided',
    columns: ['Claim', 'Seeds a group', 'Coverage', 'Verdict', 'Difference', 'Printed'],
    rows: entries.flatMap(({ claim, untilDecided }) =>
      (untilDecided?.looks ?? []).map(({ seeds, coverage, judgement: { verdict, evidence } }) => {
        const named = (words: readonly string[]): string =>
          words.map((found, i) => (words.length === 1 ? found : `${evidence[i].name} ${found}`)).join(', ');
        return [
          claim.id,
          seeds,
          percentInWords(coverage),
          verdict,
          named(evidence.map(differenceInWords)),
          named(evidence.map(({ claimed }) => signed(claimed))),
        ];
      }),
    ),
    caption: `Percentage points; intervals that hold together over all looks in ${percentInWords(1 - plan.level)} of cases. A claim that is decided is not looked at again. ${provenance(records)}`,
  };
}

/** What the plan finds, and with how many seeds, when there is no effect and when there is the printed one: by simulation with the spread of the first look. One row a claim that rests on one number, and truth. */
export function looksPowerTable(entries: readonly LedgerEntry[]): Table {
  const { plan } = entries[0].untilDecided as { plan: SeedPlan };
  const percent = (share: number): string => (100 * share).toFixed(1);
  return {
    id: `until-decided-power-${plan.experiment}`,
    title: 'What the plan may be expected to find',
    columns: ['Claim', 'True difference', 'Shown (%)', 'Refuted (%)', 'Open (%)', 'Seeds a group, mean'],
    rows: entries.flatMap(({ claim, untilDecided }) => {
      const evidence = untilDecided?.looks[0].judgement.evidence ?? [];
      if (evidence.length !== 1) return [];
      const [{ contrast: found, claimed }] = evidence;
      return [0, claimed].map((effect) => {
        const { shown, refuted, undecided, seeds } = simulateLooks({ plan, found, effect, claimed });
        return [
          claim.id,
          effect === 0 ? 'none' : `${signed(effect)}, as printed`,
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
