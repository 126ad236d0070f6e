// The ledger for machines: figures/claims.json. Its form is fixed by data/papers/ledger.schema.json.
import type { Evidence, Verdict } from './claimRule';
import type { LedgerEntry } from './claims';
import type { Comparison, Unit } from './comparisons';
import type { Look } from './looks';
import { type Claim, type ClaimGroup, papersWithClaims, readClaimGroups } from './papers';
import { reasonOf } from './reasons';
import { type RunRecord, runId } from './record';
import { isFurther, type SeedPlan, sinceOf } from './seedPlan';
import { seedsNeeded } from './seedsNeeded';
import { detectable, type Summary } from './statistics';

/** A difference with its interval. */
interface FiledDifference {
  readonly unit: Unit;
  readonly difference: number;
  readonly interval: readonly [number, number];
  readonly coverage: number;
  /** Two-sided, of this difference by itself, whatever the coverage of the interval; null where no group has any spread. */
  readonly p: number | null;
}

export interface FiledEvidence extends FiledDifference {
  readonly name: string;
  readonly claimed: number;
  readonly claimedBy: 'paper' | 'rule';
  /** Coverage that the rule asks for: what is detectable is by it and, where there is no plan, the seeds needed. */
  readonly ruleCoverage: number;
  /** The smallest true difference that these runs would have told from 0 with a power of 0.8. */
  readonly detectable: number;
  /** Runs that each group would need to tell what is claimed from 0, at the spread seen and, under a plan, by the coverage of its last look; null: more than 10,000. */
  readonly seedsNeeded: number | null;
}

export interface FiledComparison extends FiledDifference {
  readonly subset: string;
  readonly metric: string;
  readonly baseline: Summary;
  readonly variant: Summary;
}

export interface FiledLook {
  readonly seeds: number;
  readonly coverage: number;
  readonly verdict: Verdict;
  readonly evidence: readonly FiledEvidence[];
}

/** One claim under one profile, by the profile's own seeds or by a plan that added some; or a claim that was not run. */
export interface FiledClaim extends Claim {
  readonly experiment: string | null;
  readonly profile: string | null;
  readonly verdict: Verdict;
  readonly reason: string;
  /** What the rule looked at, in words. */
  readonly measured: string;
  readonly rule: string;
  readonly earlier: { readonly until: string; readonly rule: string; readonly verdict: Verdict } | null;
  readonly evidence: readonly FiledEvidence[];
  readonly comparisons: readonly FiledComparison[];
  readonly untilDecided: {
    readonly since: string;
    readonly level: number;
    readonly seeds: readonly number[];
    readonly looks: readonly number[];
    readonly taken: readonly FiledLook[];
  } | null;
  /** Paths below data/ of the records on which the verdict rests. */
  readonly records: readonly string[];
  /** Paths below data/ of what was read instead. */
  readonly reads: readonly string[];
  readonly engines: readonly { readonly name: string; readonly version: string }[];
  /** First and last day of the runs, YYYY-MM-DD. */
  readonly dates: readonly [string, string] | null;
}

export interface LedgerFile {
  readonly $schema: string;
  readonly title: string;
  readonly groups: readonly ClaimGroup[];
  readonly claims: readonly FiledClaim[];
}

/** @param runs behind the entries, further seeds of plans included. Throws on an entry whose run is not among them. */
export function ledgerFile(entries: readonly LedgerEntry[], runs: readonly RunRecord[]): LedgerFile {
  return {
    $schema: '../data/papers/ledger.schema.json',
    title: 'What the papers claim and what was measured',
    groups: papersWithClaims().flatMap(readClaimGroups),
    claims: entries.map((entry) => filed(entry, runs)),
  };
}

function filed(entry: LedgerEntry, runs: readonly RunRecord[]): FiledClaim {
  const { claim, experiment, profile, verdict, summary, rule, earlier, untilDecided, reads = [] } = entry;
  const behind = runsOf(entry, runs);
  const engines = new Map(
    behind.map(({ engine: { name, version } }) => [`${name} ${version}`, { name, version }]),
  );
  const days = behind.map(({ date }) => date).sort();
  const { paper, id, group, text, source, printed } = claim;
  return {
    ...{ paper, id, group, text, source, printed, experiment, profile, verdict },
    reason: reasonOf(entry),
    measured: summary,
    rule,
    earlier: earlier && { until: earlier.until, rule: earlier.rule, verdict: earlier.verdict },
    evidence: entry.evidence.map((found) => filedEvidence(found, untilDecided?.plan)),
    comparisons: entry.comparisons.map(filedComparison),
    untilDecided: untilDecided && filedPlan(untilDecided, id),
    records: behind.map((run) => recordPath(run, untilDecided?.plan)),
    reads,
    engines: [...engines.keys()].sort().map((key) => engines.get(key)!),
    dates: days.length === 0 ? null : [days[0], days[days.length - 1]],
  };
}

/** The runs on which an entry rests, in its order. What a plan added comes last among the runs, and goes before runs of these seeds that somebody else had made. */
export function runsOf(
  { cells, experiment, profile, claim, untilDecided }: LedgerEntry,
  runs: readonly RunRecord[],
): RunRecord[] {
  const searched = untilDecided === undefined ? runs : [...runs].reverse();
  return cells.map((id) => {
    const found = searched.find(
      (run) => run.cell.id === id && run.experiment === experiment && run.profile === profile,
    );
    if (found === undefined)
      throw new Error(
        `Claim ${claim.id} (${profile}) rests on the run ${id} of ${experiment}, which is not there.`,
      );
    return found;
  });
}

/** Where a run is stored, below data/: among the profile's own or, by its plan, among the further seeds. */
function recordPath(run: RunRecord, plan: SeedPlan | undefined): string {
  const folder = plan !== undefined && isFurther(plan, run.cell) ? 'until-decided' : 'records';
  return `${folder}/${runId(run)}.json`;
}

/** Six digits: what a later version of Node rounds otherwise does not show. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function filedDifference({
  unit,
  difference,
  interval,
  coverage,
  p,
}: Evidence | Comparison): FiledDifference {
  return {
    unit: unit ?? 'percentage points',
    difference: rounded(difference),
    interval: [rounded(interval[0]), rounded(interval[1])],
    coverage: rounded(coverage),
    p: p === null ? null : rounded(p),
  };
}

function filedEvidence(found: Evidence, plan?: SeedPlan): FiledEvidence {
  const { name, about = name, contrast, claimed, claimedBy = 'paper', level = found.coverage } = found;
  return {
    name: about,
    ...filedDifference(found),
    claimed: rounded(claimed),
    claimedBy,
    ruleCoverage: rounded(level),
    detectable: rounded(detectable(contrast, { level })),
    seedsNeeded: seedsNeeded(found, plan),
  };
}

function filedComparison(found: Comparison): FiledComparison {
  const { subset, metric } = found;
  const [baseline, variant] = [found.baseline, found.variant].map(({ mean, deviation, count }) => ({
    mean: rounded(mean),
    deviation: deviation === null ? null : rounded(deviation),
    count,
  }));
  return { subset, metric, ...filedDifference(found), baseline, variant };
}

function filedPlan(
  { plan, looks }: { readonly plan: SeedPlan; readonly looks: readonly Look[] },
  claim: string,
): FiledClaim['untilDecided'] {
  return {
    since: sinceOf(plan, claim),
    level: plan.level,
    seeds: plan.seeds,
    looks: plan.looks,
    taken: looks.map(({ seeds, coverage, judgement: { verdict, evidence } }) => ({
      seeds,
      coverage: rounded(coverage),
      verdict,
      evidence: evidence.map((found) => filedEvidence(found, plan)),
    })),
  };
}
