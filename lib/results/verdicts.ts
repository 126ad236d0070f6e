// From intervals to verdicts. A verdict says no more than its interval.
import type { Evidence, Judgement, Verdict } from './claimRule';
import { type Comparison, type Difference, ONCE } from './comparisons';
import type { Interval } from './proportion';
import { detectable, intervalOf } from './statistics';
import { withInterval } from './withInterval';

/** A judgement that rests on no comparison of runs. `reads`: files below data/ on which it rests instead. */
export function judged(verdict: Verdict, summary: string, reads?: readonly string[]): Judgement {
  return { verdict, summary, comparisons: [], evidence: [], ...(reads && { reads }) };
}

/** What an interval says of an effect: it is there, it is not there in that size, or both are possible. */
export type Finding = 'shown' | 'refuted' | 'undecided';

export const liesAbove = ([low]: Interval, value: number): boolean => low > value;
export const liesBelow = ([, high]: Interval, value: number): boolean => high < value;
export const holds = ([low, high]: Interval, value: number): boolean => low <= value && value <= high;

/** Which of several differences lie above and below 0, by intervals that hold together in as many cases as each of theirs alone (Bonferroni): each at `level`. */
export function sidesOf<T extends Difference>(
  differences: readonly T[],
): { level: number; above: T[]; below: T[] } {
  const level = 1 - (1 - (differences[0]?.coverage ?? ONCE)) / differences.length;
  const those = (test: typeof liesAbove): T[] =>
    differences.filter(({ contrast }) => test(intervalOf(contrast, level), 0));
  return { level, above: those(liesAbove), below: those(liesBelow) };
}

/** Shown: the interval lies on the claimed side of 0. Undecided: it holds both 0 and the claimed effect. Else refuted: it reaches 0 or
 *  the other side, and leaves out the claimed effect. */
export function findingOf(interval: Interval, claimed: number): Finding {
  if (claimed > 0 ? liesAbove(interval, 0) : liesBelow(interval, 0)) return 'shown';
  return holds(interval, 0) && holds(interval, claimed) ? 'undecided' : 'refuted';
}

/** Of a claim that several statements make together. Reproduced: all are shown. Inconclusive: none is refuted, some are undecided. Mixed:
 *  some are refuted and some shown. Not reproduced: some are refuted and none is shown. */
export function verdictOfParts(parts: readonly Finding[]): Verdict {
  if (parts.every((part) => part === 'shown')) return 'reproduced';
  if (!parts.includes('refuted')) return 'inconclusive';
  return parts.includes('shown') ? 'mixed' : 'not reproduced';
}

/** A number of percentage points with its sign, e.g. `+1.3`. */
export function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
}

/** E.g. `+1.9 [−3.0, +6.8]`. */
export function differenceInWords({
  difference,
  interval,
}: Pick<Difference, 'difference' | 'interval'>): string {
  return withInterval(difference, interval, signed);
}

/** E.g. `s1 +1.9 [−3.0, +6.8] (p 0.40, detectable 6.6)`. */
export function inWords(name: string, found: Difference): string {
  const { p, contrast, coverage } = found;
  // A p of a single look says nothing beside intervals of several.
  const single = p === null || coverage !== ONCE ? [] : [p < 0.01 ? 'p < 0.01' : `p ${p.toFixed(2)}`];
  const asides = [...single, `detectable ${detectable(contrast, { level: coverage }).toFixed(1)}`];
  return `${name} ${differenceInWords(found)} (${asides.join(', ')})`;
}

/** All of them after one another. */
export function comparisonsInWords(comparisons: readonly Comparison[]): string {
  return comparisons.map((comparison) => inWords(comparison.subset, comparison)).join(', ');
}

/** What a verdict rests on, briefly, e.g. `pooled −0.0 [−4.6, +5.1], gain lost +0.6 [−3.6, +4.9]`. */
export function briefly(evidence: readonly Evidence[]): string {
  return evidence.map((found) => `${found.name} ${differenceInWords(found)}`).join(', ');
}

/** E.g. `pooled −0.0 [−4.6, +5.1] (p 0.99, detectable 6.2); claimed +5.1`. */
export function evidenceInWords(found: Evidence): string {
  return `${inWords(found.name, found)}; claimed ${signed(found.claimed)}`;
}
