// Adds seeds to a grid until its claims are decided, looking only where the plan looks.
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ClaimRule } from '../results/claimRule';
import { cellsOf, groupOf, isDecided, type Looked, lookAt } from '../results/looks';
import { readPlanRecords } from '../results/planRecords';
import { type Cell, RECORDS, type RunRecord } from '../results/record';
import {
  isFurther,
  newSeedPlan,
  readSeedPlan,
  type SeedPlan,
  seedPlanFile,
  UNTIL_DECIDED,
  withClaims,
  writeSeedPlan,
} from '../results/seedPlan';
import { briefly } from '../results/verdicts';
import { holdCell } from './cellLock';
import { resolveConfig } from './experiment';
import { type SweepOptions, type SweepResult, sweep } from './sweep';
import { requireWritable } from './writable';

export interface UntilDecidedOptions extends Omit<SweepOptions, 'overrides' | 'fresh'> {
  /** Rules of the chosen claims. */
  rules: readonly ClaimRule[];
  /** Minutes of computing after which no further look is begun, and a running one is left; Infinity where others decide. */
  budgetMinutes: number;
  /** Folder of the plan and of the further records; default: data/until-decided. */
  furtherFolder?: string;
  /** YYYY-MM-DD, for a claim that is chosen now. */
  today?: string;
}

/** The stored plan of a grid, or that which it would get. Writes nothing. Throws when the stored one is damaged, or was made for other seeds of the profile, and where the profile has too few. */
export function seedPlanOf({
  experiment,
  profile,
  furtherFolder = UNTIL_DECIDED,
}: Pick<UntilDecidedOptions, 'experiment' | 'profile' | 'furtherFolder'>): SeedPlan {
  const own: readonly number[] = [...new Set(resolveConfig(experiment, profile).seeds as readonly number[])];
  const file = seedPlanFile(profile, experiment.id, furtherFolder);
  const plan = readSeedPlan(file) ?? newSeedPlan(experiment.id, profile, own);
  const planned = plan.seeds.slice(0, plan.looks[0]);
  if (!isDeepStrictEqual(planned, own))
    throw new Error(
      `${file} was made for the seeds ${planned.join(', ')} of profile ${profile}, which has ${own.join(', ')} now. Remove it, with the records beside it, to plan anew.`,
    );
  return plan;
}

/** Looks at the claims, and runs the seeds of the next look for the groups behind those that are not decided, until all are, the plan's seeds are all in or the budget is spent. Needs the
 *  profile's own grid. Returns whether it came to such an end: false when a cell failed or no claim could be looked at. A call that was cut off goes on with the next one.
 *  Throws as `seedPlanOf`, and `Interrupted` where it waits for another call that writes the plan. */
export async function runUntilDecided(options: UntilDecidedOptions): Promise<boolean> {
  const { experiment, profile, budgetMinutes, signal, report = () => undefined } = options;
  const { furtherFolder = UNTIL_DECIDED, folder = RECORDS } = options;
  const { today = new Date().toISOString().slice(0, 10) } = options;
  const plan = seedPlanOf(options);
  report(`${experiment.id} (${profile}), until decided: looks at ${plan.looks.join(', ')} seeds a group`);
  const read = (): RunRecord[] => readPlanRecords(plan, { records: folder, untilDecided: furtherFolder });
  const present = read();
  const rules = lookable(options, plan, present);
  if (rules.length === 0) return false;
  // Before the first seed is added.
  await writeClaims(rules, today, options);
  const budget = new Budget(budgetMinutes, signal);
  try {
    const run = (seeds: readonly number[], keep: (cell: Cell) => boolean): Promise<SweepResult> =>
      sweep({
        ...options,
        experiment: { ...experiment, cells: (config) => experiment.cells(config).filter(keep) },
        overrides: { seeds },
        folder: furtherFolder,
        evidenceFolder: folder,
        signal: budget.signal,
      });
    const added = new Set(present.filter(({ cell }) => isFurther(plan, cell)).map(({ cell }) => cell.id));
    return await addSeeds({ ...options, rules }, plan, { added, read, run, budget });
  } finally {
    budget.close();
  }
}

/** Adds them to the stored plan, which other calls may change at the same time. */
async function writeClaims(
  rules: readonly ClaimRule[],
  today: string,
  options: UntilDecidedOptions,
): Promise<void> {
  const { experiment, profile, furtherFolder = UNTIL_DECIDED, signal, report } = options;
  const file = seedPlanFile(profile, experiment.id, furtherFolder);
  requireWritable(path.dirname(file), 'where the plan lies');
  const held = await holdCell(file, { signal, report, what: 'the plan' });
  try {
    const claims = rules.map(({ claim }) => claim);
    writeSeedPlan(withClaims(seedPlanOf(options), claims, today), furtherFolder);
  } finally {
    await held.release();
  }
}

/** Rules whose claims have their first look. Names the others. */
function lookable(
  { rules, report = () => undefined }: UntilDecidedOptions,
  plan: SeedPlan,
  records: readonly RunRecord[],
): ClaimRule[] {
  return rules.filter((rule) => {
    const has = lookAt(rule, records, plan).looks.length > 0;
    if (!has)
      report(
        `  ${rule.claim}: cannot be looked at: not every group that it rests on has a value of each of the ${plan.looks[0]} seeds of the profile`,
      );
    return has;
  });
}

interface Seeding {
  /** Ids of the cells that earlier calls have added. */
  added: ReadonlySet<string>;
  read(): RunRecord[];
  /** Runs those of a grid of these seeds that lack a valid record. */
  run(seeds: readonly number[], keep: (cell: Cell) => boolean): Promise<SweepResult>;
  budget: Budget;
}

async function addSeeds(
  { rules, jobs = 1, report = () => undefined, signal }: UntilDecidedOptions,
  plan: SeedPlan,
  { added, read, run, budget }: Seeding,
): Promise<boolean> {
  const own = plan.looks[0];
  // They may be of other code.
  if (added.size > 0) {
    const { failed } = await run(plan.seeds.slice(own), ({ id }) => added.has(id));
    if (failed.length > 0 || signal.aborted) return false;
    if (isSpent(budget, report)) return true;
  }
  for (let lookedFor = 0; ; ) {
    const records = read();
    const looked = rules.map((rule) => lookAt(rule, records, plan));
    for (const [i, { claim }] of rules.entries()) report(`  ${claim}: ${inWords(looked[i])}`);
    const open = looked.filter(({ ended }) => !ended);
    if (open.length === 0) return true;
    const seeds = Math.min(...open.map(({ looks }) => plan.looks[looks.length]));
    if (seeds === lookedFor) {
      report(`The look at ${seeds} seeds lacks runs that the grid does not have, or runs without a value.`);
      return false;
    }
    lookedFor = seeds;
    const groups = groupsBehind(
      open.filter(({ looks }) => plan.looks[looks.length] === seeds),
      records,
    );
    const minutes = minutesFor(groups, records, plan.seeds.slice(0, seeds), jobs);
    const said = minutes < 1 ? 'less than a minute' : `about ${Math.round(minutes)} min`;
    report(
      `To look at ${seeds} seeds a group: ${groups.size} ${groups.size === 1 ? 'group' : 'groups'}, ${said}.`,
    );
    if (minutes > budget.minutesLeft()) {
      report(
        `The budget of ${budget.minutes} minutes ends here: ${Math.max(0, budget.minutesLeft()).toFixed(0)} are left. A greater --budget-minutes goes on with the same plan.`,
      );
      return true;
    }
    const { failed } = await run(plan.seeds.slice(own, seeds), (cell) => groups.has(groupOf(cell)));
    if (failed.length > 0 || signal.aborted) return false;
    if (isSpent(budget, report)) return true;
  }
}

/** Says so. */
function isSpent({ signal, minutes }: Budget, report: (line: string) => void): boolean {
  if (signal.aborted)
    report(`The budget of ${minutes} minutes is spent. The same command goes on from here.`);
  return signal.aborted;
}

/** Groups of runs that claims rest on. */
function groupsBehind(looked: readonly Looked[], records: readonly RunRecord[]): Set<string> {
  const ids = new Set(looked.flatMap(({ looks }) => cellsOf(looks[looks.length - 1].judgement)));
  return new Set(records.filter(({ cell }) => ids.has(cell.id)).map(({ cell }) => groupOf(cell)));
}

/** Minutes that the missing of these seeds will take, by the mean time of each group's runs. */
function minutesFor(
  groups: ReadonlySet<string>,
  records: readonly RunRecord[],
  seeds: readonly number[],
  jobs: number,
): number {
  let [total, longest] = [0, 0];
  for (const group of groups) {
    const runs = records.filter(({ cell }) => groupOf(cell) === group);
    const each = runs.reduce((sum, run) => sum + run.seconds, 0) / runs.length / 60;
    const missing = seeds.filter((seed) => !runs.some(({ cell }) => cell.seed === seed)).length;
    total += each * missing;
    if (missing > 0) longest = Math.max(longest, each);
  }
  return Math.max(total / jobs, longest);
}

/** The most that a timer takes. */
const MOST_MILLISECONDS = 2 ** 31 - 1;

/** Minutes from now on; its signal is aborted when they are over, and with another one. */
class Budget {
  private readonly end: number;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly abort = (): void => this.controller.abort();

  constructor(
    readonly minutes: number,
    private readonly outer: AbortSignal,
  ) {
    this.end = Date.now() + minutes * 60_000;
    if (minutes * 60_000 <= MOST_MILLISECONDS) this.timer = setTimeout(this.abort, minutes * 60_000);
    if (outer.aborted) this.abort();
    outer.addEventListener('abort', this.abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  minutesLeft(): number {
    return (this.end - Date.now()) / 60_000;
  }

  close(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.abort);
  }
}

function inWords({ looks, verdict, ended }: Looked): string {
  const { seeds, judgement } = looks[looks.length - 1];
  const open = !ended ? '' : isDecided(verdict) ? ', decided' : ', and the seeds of the plan are all in';
  return `after ${seeds} seeds ${verdict}${open} (${briefly(judgement.evidence) || 'no single number'})`;
}
