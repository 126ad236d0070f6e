// The ledger: what a paper claims, what our runs measured, and a verdict by a rule fixed beforehand.
import type { ClaimRule, EarlierRule, Judgement, Verdict } from './claimRule';
import { cellsOf, type Look, lookAt } from './looks';
import { type Claim, readClaims } from './papers';
import type { RunRecord } from './record';
import type { SeedPlan } from './seedPlan';

/** One line of the ledger: a claim under one profile, or a claim without any run. */
export interface LedgerEntry extends Judgement {
  readonly claim: Claim;
  readonly rule: string;
  readonly profile: string | null;
  /** Whose runs the rule judges; null where there is none. */
  readonly experiment: string | null;
  /** Ids of the cells that the verdict rests on. */
  readonly cells: readonly string[];
  /** Verdict of the rule that was in force before, on the same runs; null where the rule was never changed. */
  readonly earlier: { readonly verdict: Verdict; readonly rule: string; readonly until: string } | null;
  /** The plan by which seeds were added until the claim was decided, and every look; null for the profile's own seeds. */
  readonly untilDecided: {
    readonly plan: SeedPlan;
    readonly looks: readonly Look[];
    /** The rule that decides it. */
    readonly by: ClaimRule;
  } | null;
}

/** Judges every claim of a paper by the records, once for each profile whose runs say something about it; any other claim is one line `not run`. */
export function ledger(
  records: readonly RunRecord[],
  paper: string,
  rules: readonly ClaimRule[],
): LedgerEntry[] {
  return readClaims(paper).flatMap((claim) => entriesOf(claim, records, rules));
}

function entriesOf(claim: Claim, records: readonly RunRecord[], rules: readonly ClaimRule[]): LedgerEntry[] {
  const rule = rules.find((candidate) => candidate.claim === claim.id);
  if (rule === undefined) return [notRun(claim, 'none yet', 'no experiment for it yet')];
  const runs = records.filter((record) => record.experiment === rule.experiment);
  const profiles = [...new Set(runs.map((record) => record.profile))].sort();
  if (profiles.length === 0)
    return [notRun(claim, rule.text, `no record of ${rule.experiment}`, rule.experiment)];
  const entries = profiles.map((profile): LedgerEntry => {
    const ofProfile = runs.filter((record) => record.profile === profile);
    const judgement = rule.judge(ofProfile);
    const cells = cellsOf(judgement);
    const earlier = rule.earlier === undefined ? null : judgedBefore(rule.earlier, ofProfile);
    const { experiment, text } = rule;
    return { claim, rule: text, profile, experiment, earlier, untilDecided: null, ...judgement, cells };
  });
  const judged = entries.filter(({ verdict }) => verdict !== 'not run');
  return judged.length > 0 ? judged : entries.slice(0, 1);
}

function judgedBefore(
  { judge, text, until }: EarlierRule,
  records: readonly RunRecord[],
): LedgerEntry['earlier'] {
  return { verdict: judge(records), rule: text, until };
}

function notRun(claim: Claim, rule: string, summary: string, experiment: string | null = null): LedgerEntry {
  return {
    claim,
    rule,
    profile: null,
    experiment,
    verdict: 'not run',
    summary,
    comparisons: [],
    evidence: [],
    cells: [],
    earlier: null,
    untilDecided: null,
  };
}

/** The claims of a plan, each at its last look. `records` are the runs of the plan's experiment and profile, further seeds included. Throws on a planned claim without such a rule. */
export function ledgerOfPlan(
  plan: SeedPlan,
  records: readonly RunRecord[],
  paper: string,
  rules: readonly ClaimRule[],
): LedgerEntry[] {
  const known = rules.filter(({ experiment, overSeeds }) => experiment === plan.experiment && overSeeds);
  const stranger = plan.claims.find(({ id }) => !known.some(({ claim }) => claim === id));
  if (stranger !== undefined)
    throw new Error(
      `The plan of ${plan.experiment}, profile ${plan.profile}, names the claim ${stranger.id}, which more seeds cannot decide.`,
    );
  return readClaims(paper).flatMap((claim) => {
    const rule = known.find((candidate) => candidate.claim === claim.id);
    if (rule === undefined || !plan.claims.some(({ id }) => id === claim.id)) return [];
    const { looks } = lookAt(rule, records, plan);
    const last = looks.at(-1);
    if (last === undefined) return [];
    const { profile } = plan;
    const { judgement } = last;
    const cells = cellsOf(judgement);
    return [
      {
        claim,
        rule: rule.text,
        profile,
        experiment: plan.experiment,
        earlier: null,
        untilDecided: { plan, looks, by: rule },
        ...judgement,
        cells,
      },
    ];
  });
}
