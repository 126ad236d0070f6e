// The ledger of claims as a table.
import type { Evidence } from '../results/claimRule';
import type { LedgerEntry } from '../results/claims';
import type { RunRecord } from '../results/record';
import { detectable, runsNeeded } from '../results/statistics';
import type { Table } from '../results/tables';
import { provenance } from './provenance';

/** A number for each difference that a verdict rests on, named where it is not simply the pooled one. */
function ofEvidence({ evidence }: LedgerEntry, shown: (found: Evidence) => string): string | null {
  if (evidence.length === 0) return null;
  const [only] = evidence;
  if (evidence.length === 1 && only.name === 'pooled') return shown(only);
  return evidence.map((found) => `${found.name} ${shown(found)}`).join(', ');
}

function seedsNeeded({ claimed, contrast, level }: Evidence): string {
  const seeds = runsNeeded(claimed, contrast, { level });
  return seeds === null ? 'over 10,000' : String(seeds);
}

/** One row for each claim and profile; `records` are the runs that the caption tells of. */
export function claimsTable(entries: readonly LedgerEntry[], records: readonly RunRecord[]): Table {
  return {
    id: 'claims',
    title: 'Claims, measured',
    columns: [
      'Paper',
      'Claim',
      'The paper says',
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
      entry.claim.paper,
      entry.claim.id,
      `${entry.claim.text} (${entry.claim.source})`,
      entry.claim.printed,
      entry.profile,
      entry.verdict,
      entry.earlier?.verdict ?? null,
      entry.summary,
      ofEvidence(entry, ({ contrast, level }) => detectable(contrast, { level }).toFixed(1)),
      entry.verdict === 'inconclusive' ? ofEvidence(entry, seedsNeeded) : null,
      entry.cells.length,
      entry.earlier === null
        ? entry.rule
        : `${entry.rule} Until ${entry.earlier.until}: ${entry.earlier.rule}`,
    ]),
    caption:
      "Differences in percentage points, variant minus baseline; in brackets: Welch's 95 % interval over seeds; p: Welch's test. " +
      'Detectable: the smallest true difference that these runs would have told from 0 with a power of 0.8. Seeds needed: a cell, to ' +
      "detect the paper's effect, at the spread seen; given where the verdict is inconclusive. The earlier rule is applied to the " +
      'same runs, with the same intervals. A verdict holds for its profile alone: "tiny" is other data and smaller networks than the paper\'s. ' +
      (records.length === 0 ? 'No runs yet.' : provenance(records)),
  };
}
