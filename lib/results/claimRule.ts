// How claims are judged: the form of a rule and of what it says.
import type { Comparison } from './comparisons';
import type { RunRecord } from './record';

export type Verdict = 'reproduced' | 'not reproduced' | 'mixed' | 'not run';

/** What a rule says about the records of one profile. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The numbers in words, in percentage points. */
  readonly summary: string;
  readonly comparisons: readonly Comparison[];
}

/** How a claim is judged: numbers only, no opinion. Rules judge whatever subsets exist. */
export interface ClaimRule {
  readonly claim: string;
  readonly experiment: string;
  /** The rule in words, as the ledger prints it. */
  readonly text: string;
  judge(records: readonly RunRecord[]): Judgement;
}
