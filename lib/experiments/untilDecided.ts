// Adds seeds to a grid until its claims are decided, looking only where the plan looks.
import { isDeepStrictEqual } from 'node:util';
import type { ClaimRule } from '../results/claimRule';
import { cellsOf, groupOf, isDecided, type Looked, lookAt } from '../results/looks';
import { readPlanRecords } from '../results/planRecords';
import { RECORDS, type RunRecord } from '../results/record';
import {
  newSeedPlan,
  readSeedPlan,
  type SeedPlan,
  seedPlanFile,
  UNTIL_DECIDED,
  withClaims,
  writeSeedPlan,
} from '../results/seedPlan';
import { differenceInWords } from '../results/verdicts';
import { resolveConfig } from './experiment';
import { type SweepOptions, sweep } from './sweep';

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

/** Looks at the claims, and runs the seeds of the next look for the groups behind those that are not decided, until all are, the plan's seeds are all in or the budget is spent. Needs the
 *  profile's own grid. Returns whether it came to such an end: false when a cell failed or a claim could not be looked at. A call that was cut off goes on with the next one.
 *  Throws when the stored plan is damaged or was made for other seeds of the profile. */
export async function runUntilDecided(options: UntilDecidedOptions): Promise<boolean> {
  const { rules, budgetMinutes, signal, report = () => undefined } = options;
  const { furtherFolder = UNTIL_DECIDED, folder = RECORDS } = options;
  const plan = planOf(options, furtherFolder);
  const start = Date.now();
  const minutesLeft = (): number => budgetMinutes - (Date.now() - start) / 60_000;
  for (;;) {
    const records = readPlanRecords(plan, { records: folder, untilDecided: furtherFolder });
    const looked = rules.map((rule) => lookAt(rule, records, plan));
    for (const [i, { claim }] of rules.entries()) report(`  ${claim}: ${inWords(looked[i], plan)}`);
    if (looked.some(({ looks }) => looks.length === 0)) return false;
    const open = looked.filter(({ ended }) => !ended);
    if (open.length === 0) return true;
    const seeds = Math.min(...open.map(({ looks }) => nextLook(plan, looks.length)));
    const due = open.filter(({ looks }) => nextLook(plan, looks.length) === seeds);
    const groups = groupsBehind(due, records);
    const cells = groups.size * (seeds - plan.looks[0]);
    const minutes = minutesFor(options, groups, records, seeds, plan);
    report(
      `To look at ${seeds} seeds a group: ${groups.size} ${groups.size === 1 ? 'group' : 'groups'}, ${inMinutes(minutes)}.`,
    );
    if (minutes > minutesLeft()) {
      report(
        `The budget of ${budgetMinutes} minutes ends here: ${minutesLeft().toFixed(0)} are left. A greater --budget-minutes goes on with the same plan.`,
      );
      return true;
    }
    const result = await sweepWithin(minutesLeft(), {
      ...options,
      experiment: onlyGroups(options.experiment, groups),
      overrides: { seeds: plan.seeds.slice(plan.looks[0], seeds) },
      folder: furtherFolder,
      evidenceFolder: folder,
    });
    if (result.failed.length > 0 || signal.aborted) return false;
    if (result.valid < cells) {
      report(`The budget of ${budgetMinutes} minutes is spent. The same command goes on from here.`);
      return true;
    }
  }
}

/** The stored plan with these claims too, or a new one; written before anything is run. */
function planOf(options: UntilDecidedOptions, folder: string): SeedPlan {
  const { experiment, profile, rules, report = () => undefined } = options;
  const { today = new Date().toISOString().slice(0, 10) } = options;
  const own = resolveConfig(experiment, profile).seeds as readonly number[];
  const file = seedPlanFile(profile, experiment.id, folder);
  const stored = readSeedPlan(file) ?? newSeedPlan(experiment.id, profile, own);
  if (!isDeepStrictEqual(stored.seeds.slice(0, stored.looks[0]), [...new Set(own)]))
    throw new Error(
      `${file} was made for the seeds ${stored.seeds.slice(0, stored.looks[0]).join(', ')} of profile ${profile}, which has ${own.join(', ')} now. Remove it, with the records beside it, to plan anew.`,
    );
  const plan = withClaims(
    stored,
    rules.map(({ claim }) => claim),
    today,
  );
  writeSeedPlan(plan, folder);
  report(`${experiment.id} (${profile}), until decided: looks at ${plan.looks.join(', ')} seeds a group`);
  return plan;
}

function nextLook({ looks }: SeedPlan, done: number): number {
  return looks[done];
}

/** Groups of runs that undecided claims rest on. */
function groupsBehind(looked: readonly Looked[], records: readonly RunRecord[]): Set<string> {
  const ids = new Set(looked.flatMap(({ looks }) => cellsOf(looks[looks.length - 1].judgement)));
  return new Set(records.filter(({ cell }) => ids.has(cell.id)).map(({ cell }) => groupOf(cell)));
}

function onlyGroups(
  experiment: UntilDecidedOptions['experiment'],
  groups: ReadonlySet<string>,
): UntilDecidedOptions['experiment'] {
  return {
    ...experiment,
    cells: (config) => experiment.cells(config).filter((cell) => groups.has(groupOf(cell))),
  };
}

/** Minutes that the seeds up to a look will take, by the mean time of each group's runs. */
function minutesFor(
  { jobs = 1 }: UntilDecidedOptions,
  groups: ReadonlySet<string>,
  records: readonly RunRecord[],
  seeds: number,
  plan: SeedPlan,
): number {
  let total = 0;
  let longest = 0;
  for (const group of groups) {
    const runs = records.filter(({ cell }) => groupOf(cell) === group);
    const each = runs.reduce((sum, run) => sum + run.seconds, 0) / runs.length / 60;
    const missing = seeds - Math.max(runs.length, plan.looks[0]);
    total += each * missing;
    if (missing > 0) longest = Math.max(longest, each);
  }
  return Math.max(total / jobs, longest);
}

function inMinutes(minutes: number): string {
  return minutes < 1 ? 'less than a minute' : `about ${Math.round(minutes)} min`;
}

/** A sweep that is left, checkpoints kept, when so many minutes are over. */
async function sweepWithin(minutes: number, options: SweepOptions): ReturnType<typeof sweep> {
  const spent = new AbortController();
  const abort = (): void => spent.abort();
  const timer = Number.isFinite(minutes) ? setTimeout(abort, minutes * 60_000) : undefined;
  options.signal.addEventListener('abort', abort, { once: true });
  try {
    return await sweep({ ...options, signal: spent.signal });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', abort);
  }
}

function inWords({ looks, verdict, ended }: Looked, plan: SeedPlan): string {
  const last = looks.at(-1);
  if (last === undefined)
    return `cannot be looked at: not every group that it rests on has the ${plan.looks[0]} seeds of the profile`;
  const found = last.judgement.evidence.map((each) => `${each.name} ${differenceInWords(each)}`).join(', ');
  const open = !ended ? '' : isDecided(verdict) ? ', decided' : ', and the seeds of the plan are all in';
  return `after ${last.seeds} seeds ${verdict}${open} (${found || 'no single number'})`;
}
