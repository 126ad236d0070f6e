// The ledger of claims as a table.
import type { Evidence } from '../results/claimRule';
import type { LedgerEntry } from '../results/claims';
import type { RunRecord } from '../results/record';
import { seedsNeeded } from '../results/seedsNeeded';
import { detectable } from '../results/statistics';
import type { Table } from '../results/tables';
import { briefly } from '../results/verdicts';
import { unitsOf } from './claimsStory';
import { percentInWords, planInWords } from './looksInWords';
import { provenance } from './provenance';

/** A number for each difference that a verdict rests on, named where it is not simply the pooled one. */
function ofEvidence({ evidence }: LedgerEntry, shown: (found: Evidence) => string): string | null {
  if (evidence.length === 0) return null;
  const [only] = evidence;
  if (evidence.length === 1 && only.name === 'pooled') return shown(only);
  return evidence.map((found) => `${found.name} ${shown(found)}`).join(', ');
}

function seedsInWords(found: Evidence): string {
  return String(seedsNeeded(found) ?? 'over 10,000');
}

/** What the rule looked at; of a plan every look, the last one whole. */
function measured({ summary, untilDecided }: LedgerEntry): string {
  if (untilDecided === null) return summary;
  const { looks } = untilDecided;
  const said = looks.map(({ seeds, coverage, judgement: { verdict, evidence } }, i) => {
    const what = i === looks.length - 1 ? summary : briefly(evidence);
    return `${seeds} seeds, intervals of ${percentInWords(coverage)}: ${verdict}, ${what}`;
  });
  return said.join('. ');
}

function ruleOf({ rule, earlier, untilDecided, claim }: LedgerEntry): string {
  if (earlier !== null) return `${rule} Until ${earlier.until}: ${earlier.rule}`;
  return untilDecided === null ? rule : `${rule} ${planInWords(untilDecided.plan, claim.id)}`;
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
      'Unit',
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
      entry.untilDecided === null ? entry.profile : `${entry.profile}, until decided`,
      entry.verdict,
      entry.earlier?.verdict ?? null,
      measured(entry),
      unitsOf(entry),
      ofEvidence(entry, ({ contrast, coverage, level = coverage }) =>
        detectable(contrast, { level }).toFixed(1),
      ),
      entry.verdict === 'inconclusive' && entry.untilDecided === null
        ? ofEvidence(entry, seedsInWords)
        : null,
      entry.cells.length,
      ruleOf(entry),
    ]),
    caption:
      "Differences in the unit of the row, variant minus baseline; in brackets: Welch's 95 % interval over seeds; p: Welch's test. " +
      'Detectable: the smallest true difference that these runs would have told from 0 with a power of 0.8. Seeds needed: a cell, to ' +
      "detect the paper's effect, at the spread seen; given where the verdict is inconclusive. The earlier rule is applied to the " +
      'same runs, with the same intervals. Until decided: seeds were added by a plan, with looks at fixed numbers of seeds and intervals that hold together over the looks of a difference; what is detectable is by the intervals of the last look. A verdict holds for its profile alone: "tiny" is other data and smaller networks than the paper\'s. ' +
      (records.length === 0 ? 'No runs yet.' : provenance(records)),
  };
}
