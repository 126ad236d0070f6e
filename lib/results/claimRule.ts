// How claims are judged: the form of a rule and of what it says.
import type { Comparison, Difference } from './comparisons';
import type { RunRecord } from './record';

/** `inconclusive`: the intervals hold both no effect and the paper's. */
export type Verdict = 'reproduced' | 'not reproduced' | 'mixed' | 'inconclusive' | 'not run';

/** A difference that a verdict rests on, with the effect that the paper claims. */
export interface Evidence extends Difference {
  /** What is compared, e.g. `pooled` or `Code-Spec`. */
  readonly name: string;
  /** The same in words, where the name is a letter of the rule. */
  readonly about?: string;
  /** In the unit of the difference. */
  readonly claimed: number;
  /** Who says what is claimed: the paper's printed numbers (default) or, where it prints none, the rule. */
  readonly claimedBy?: 'paper' | 'rule';
  /** Coverage that the rule asks of it, where several intervals must hold together. Default: that of its interval. */
  readonly level?: number;
}

/** What a rule says about the records of one profile. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The numbers in words. */
  readonly summary: string;
  readonly comparisons: readonly Comparison[];
  readonly evidence: readonly Evidence[];
  /** Why, in one sentence without its full stop. Default: what the evidence holds, else the summary. */
  readonly reason?: string;
  /** Ids of the cells that the verdict rests on besides those of the comparisons. Default: none. */
  readonly cells?: readonly string[];
  /** Files below data/ that were read instead of runs. Default: none. */
  readonly reads?: readonly string[];
}

/** A rule that was in force before. */
export interface EarlierRule {
  readonly text: string;
  /** Last day on which it was in force, YYYY-MM-DD. */
  readonly until: string;
  /** Its verdict on the same records, with today's intervals. */
  judge(records: readonly RunRecord[]): Verdict;
}

/** A rule by the differences of its judgement alone, in their order. */
export interface SeveralDifferences {
  judge(comparisons: readonly Comparison[]): Verdict;
  /** What the paper prints for each of them. */
  claimed(comparisons: readonly Comparison[]): readonly number[];
  /** The same in words, for a table. */
  readonly claimedInWords: string;
}

/** How a claim is judged: numbers only, no opinion. Rules judge whatever subsets exist. */
export interface ClaimRule {
  readonly claim: string;
  readonly experiment: string;
  /** The rule in words, as the ledger prints it. */
  readonly text: string;
  /** @param coverage of its intervals over seeds; default 0.95. */
  judge(records: readonly RunRecord[], coverage?: number): Judgement;
  /** Its intervals are over seeds, of the coverage asked for, and a plan may stop at its verdict: more seeds can decide it. `one difference`: its one piece of evidence does, by `findingOf`. */
  readonly overSeeds?: 'one difference' | 'several differences';
  /** Where several differences decide, and what a plan may be expected to find is simulated. */
  readonly severalDifferences?: SeveralDifferences;
  /** Present where the rule was changed after runs had been judged by another. */
  readonly earlier?: EarlierRule;
}
