// Tables of the Top-K training experiment and the ledger of claims.
import type { Evidence } from '../results/claimRule';
import type { LedgerEntry } from '../results/claims';
import { matching, metricValues } from '../results/comparisons';
import { readTopKTable } from '../results/papers';
import type { RunRecord } from '../results/record';
import { detectable, meanInterval, runsNeeded, summarise } from '../results/statistics';
import type { Table, TableValue } from '../results/tables';
import { provenance } from './provenance';
import { groupsOf, SPEC_NAMES, VARIANT_NAMES } from './topkNames';

/** Table 1: our runs of one profile first, then the report's own rows. */
export function topKTable(records: readonly RunRecord[]): Table {
  return {
    id: 'topk-table1',
    title: 'Accuracy and shape bias of ResNet-18 with and without Top-K',
    columns: [
      'Source',
      'Network',
      'Activation',
      'Subset',
      'Runs',
      'Original (%)',
      'Stylised (%)',
      'Shape bias (%)',
    ],
    rows: [...ourRows(records), ...reportedRows()],
    caption:
      "Ours: mean ± sample standard deviation over seeds [Student's 95 % interval of the mean]. The report: printed values " +
      `on ImageNet subsets; other data, so compare directions, not heights. ${provenance(records)}`,
  };
}

function ourRows(records: readonly RunRecord[]): TableValue[][] {
  return groupsOf(records).map((group) => {
    const runs = matching(records, { ...group });
    const cells = ['original', 'stylised', 'shapeBias'].map((metric) =>
      spread(metricValues(runs, metric, {})),
    );
    const { spec, variant, subset } = group;
    return [
      `ours, ${runs[0].dataName}`,
      SPEC_NAMES[spec],
      VARIANT_NAMES[variant],
      subset,
      runs.length,
      ...cells,
    ];
  });
}

function spread(values: readonly number[]): string | null {
  if (values.length === 0) return null;
  const { mean, deviation } = summarise(values);
  const interval = meanInterval(values);
  if (deviation === null || interval === null) return mean.toFixed(1);
  return `${mean.toFixed(1)} ± ${deviation.toFixed(1)} [${interval.map((end) => end.toFixed(1)).join(', ')}]`;
}

function reportedRows(): TableValue[][] {
  return readTopKTable().map(({ spec, variant, subset, original, stylised }) => {
    const printed = ([centre, bar]: readonly [number, number]): string =>
      `${centre.toFixed(1)} ± ${bar.toFixed(1)}`;
    return [
      'report, ImageNet',
      SPEC_NAMES[spec],
      VARIANT_NAMES[variant],
      subset,
      3,
      printed(original),
      printed(stylised),
      null,
    ];
  });
}

/** A number for each difference that a verdict rests on, named where there are several. */
function ofEvidence({ evidence }: LedgerEntry, shown: (found: Evidence) => string): string | null {
  if (evidence.length === 0) return null;
  const [only] = evidence;
  if (evidence.length === 1) return shown(only);
  return evidence.map((found) => `${found.name} ${shown(found)}`).join(', ');
}

function seedsNeeded({ claimed, contrast }: Evidence): string {
  const seeds = runsNeeded(claimed, contrast);
  return seeds === null ? 'over 10,000' : String(seeds);
}

/** The ledger as a table: one row for each claim and profile. */
export function claimsTable(entries: readonly LedgerEntry[], records: readonly RunRecord[]): Table {
  return {
    id: 'claims',
    title: 'Claims, measured',
    columns: [
      'Claim',
      'The report says',
      'Printed numbers say',
      'Profile',
      'Verdict',
      'By the earlier rule',
      'We measured',
      'Detectable',
      'Seeds needed',
      'Runs',
      'Rule',
    ],
    rows: entries.map((entry) => [
      entry.claim.id,
      `${entry.claim.text} (${entry.claim.source})`,
      entry.claim.printed,
      entry.profile,
      entry.verdict,
      entry.earlier?.verdict ?? null,
      entry.summary,
      ofEvidence(entry, ({ contrast }) => detectable(contrast).toFixed(1)),
      entry.verdict === 'inconclusive' ? ofEvidence(entry, seedsNeeded) : null,
      entry.cells.length,
      entry.earlier === null
        ? entry.rule
        : `${entry.rule} Until ${entry.earlier.until}: ${entry.earlier.rule}`,
    ]),
    caption:
      "Differences in percentage points, variant minus baseline; in brackets: Welch's 95 % interval over seeds; p: Welch's test. " +
      'Detectable: the smallest true difference that these runs would have told from 0 with a power of 0.8. Seeds needed: a cell, to ' +
      "detect the report's effect, at the spread seen; given where the verdict is inconclusive. The earlier rule is applied to the " +
      'same runs, with the same intervals. A verdict holds for its profile alone: "tiny" is other data and smaller networks than the report\'s. ' +
      (records.length === 0 ? 'No runs yet.' : provenance(records)),
  };
}
