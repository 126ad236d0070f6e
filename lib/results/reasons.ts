// Why a verdict is what it is: one sentence of what the intervals hold.
import type { Evidence } from './claimRule';
import type { LedgerEntry } from './claims';
import { differenceInWords, holds, liesAbove, liesBelow, signed } from './verdicts';

/** Where an interval lies, e.g. `holds 0, but not the paper's +5.0`. */
export function positionInWords({ interval, claimed, claimedBy }: Evidence): string {
  if (liesAbove(interval, 0)) return 'lies above 0';
  if (liesBelow(interval, 0)) return 'lies below 0';
  const other =
    claimedBy === 'rule' ? `the ${signed(claimed)} that would matter` : `the paper's ${signed(claimed)}`;
  return holds(interval, claimed) ? `holds both 0 and ${other}` : `holds 0, but not ${other}`;
}

/** E.g. `the difference, −1.6 [−5.4, +2.2], holds 0, but not the paper's +5.0`; several after one another. */
export function evidenceReason(evidence: readonly Evidence[]): string {
  return evidence
    .map((found) => {
      const name = found.about ?? (found.name === 'pooled' ? 'the difference' : found.name);
      return `${name}, ${differenceInWords(found)}, ${positionInWords(found)}`;
    })
    .join('; ');
}

/** E.g. `of 17 differences, by intervals that hold together, 1 lies above 0 and none below`. */
export function sidesReason(above: number, below: number, all: number): string {
  const counted = (count: number): string => (count === 0 ? 'none' : String(count));
  const lie = above > 1 ? 'lie' : 'lies';
  return `of ${all} differences, by intervals that hold together, ${counted(above)} ${lie} above 0 and ${counted(below)} below`;
}

/** The reason for the verdict of a line of the ledger: the rule's own words, else what its evidence holds, else what was read. */
export function reasonOf({ verdict, reason, evidence, summary }: LedgerEntry): string {
  if (verdict === 'not run') return `Not run: ${summary}.`;
  const words = reason ?? (evidence.length > 0 ? evidenceReason(evidence) : summary.replaceAll('. ', '; '));
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}
