// A claim judged at the looks of a plan, and at no other number of seeds.
import type { ClaimRule, Judgement, Verdict } from './claimRule';
import type { Cell, RunRecord } from './record';
import { coverages, type SeedPlan } from './seedPlan';

/** What the rule said when so many seeds of each group were in. */
export interface Look {
  /** Seeds a group. */
  readonly seeds: number;
  /** Of its intervals: with those of all other looks they hold together in 1 minus the plan's level of cases. */
  readonly coverage: number;
  readonly judgement: Judgement;
}

/** A claim under a plan: the looks so far, of which the last one counts. */
export interface Looked {
  readonly looks: readonly Look[];
  readonly verdict: Verdict;
  /** No further look is due: the claim is decided, or the seeds of the plan are all in. */
  readonly ended: boolean;
}

/** Whether a verdict leaves nothing open. */
export function isDecided(verdict: Verdict): boolean {
  return verdict !== 'inconclusive' && verdict !== 'not run';
}

/** Looks at a claim where every group that it rests on has the seeds of the look, until it is decided: later seeds, which another claim may have needed, change nothing.
 *  @param records of the plan's experiment and profile, the profile's own and the further ones. */
export function lookAt(rule: ClaimRule, records: readonly RunRecord[], plan: SeedPlan): Looked {
  const looks: Look[] = [];
  const coverageOf = coverages(plan);
  for (const [i, seeds] of plan.looks.entries()) {
    const first = new Set(plan.seeds.slice(0, seeds));
    const present = records.filter(({ cell }) => first.has(cell.seed));
    const judgement = rule.judge(present, coverageOf[i]);
    if (judgement.verdict === 'not run' || !isComplete(judgement, present, seeds)) break;
    looks.push({ seeds, coverage: coverageOf[i], judgement });
    if (isDecided(judgement.verdict)) break;
  }
  const last = looks.at(-1);
  const verdict = last?.judgement.verdict ?? 'not run';
  return { looks, verdict, ended: isDecided(verdict) || last?.seeds === plan.seeds.length };
}

/** Ids of all cells behind a judgement. */
export function cellsOf({ comparisons, cells = [] }: Judgement): string[] {
  return [...new Set([...comparisons.flatMap((comparison) => comparison.cells), ...cells])];
}

/** Which group of runs a cell belongs to: its coordinates but for the seed. */
export function groupOf({ id: _, seed: __, ...coordinates }: Cell): string {
  return JSON.stringify(Object.entries(coordinates).sort());
}

/** Whether every group has a run, and a value, of each seed. */
function isComplete(judgement: Judgement, records: readonly RunRecord[], seeds: number): boolean {
  const sizes = new Map<string, number>();
  const those = new Set(cellsOf(judgement));
  for (const { cell } of records)
    if (those.has(cell.id)) sizes.set(groupOf(cell), (sizes.get(groupOf(cell)) ?? 0) + 1);
  const counts = [...judgement.comparisons, ...judgement.evidence].flatMap(({ contrast }) =>
    contrast.groups.map(({ group }) => group.count),
  );
  return sizes.size > 0 && [...sizes.values(), ...counts].every((size) => size === seeds);
}
