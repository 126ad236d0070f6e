// Runs what a grid lacks, cell by cell, and says what it does.
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { equalCodeFile, evidenceFor } from '../results/equalCode';
import { lookUp } from '../results/lookUp';
import { commandLineOf } from '../shellWord';
import { CHECKPOINTS } from './checkpoints';
import type { Driver, Task, TaskOutcome } from './driver';
import { localProcesses } from './localProcesses';
import { type GridOptions, type PlannedCell, planGrid, reasonToRun, recordsFlag } from './plan';
import { cellPath } from './runCell';
import { requireWritable } from './writable';

export interface SweepOptions extends GridOptions {
  /** Run every cell, whether it has a valid record or not. */
  fresh?: boolean;
  /** Cells at a time, Infinity where others decide; default: one a core. */
  jobs?: number;
  /** Engine of the runs; default: the best there is. */
  engine?: string;
  signal: AbortSignal;
  report?: (line: string) => void;
  driver?: Driver;
  /** How a cell becomes a command; default: `cli.ts cell`. */
  command?: (id: string) => Task;
  /** Milliseconds that a record may take until it is seen here, when other machines write it; default: 0. */
  recordsWithin?: number;
}

export interface SweepResult {
  /** Cells whose record is valid now. */
  readonly valid: number;
  readonly ran: number;
  readonly failed: readonly TaskOutcome[];
  /** Stopped by the signal before the grid was complete. */
  readonly interrupted: boolean;
}

/** Runs every cell without a valid record. Cells are independent: one that fails is reported and the others go on. */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { experiment, profile, fresh = false, signal, report = () => undefined, recordsWithin = 0 } = options;
  const {
    jobs = os.availableParallelism(),
    driver = localProcesses,
    command = (id) => cellCommand(id, options),
  } = options;
  const planned = await planGrid(options);
  const pending = planned.filter(({ stored }) => reasonToRun(stored, fresh) !== null);
  report(
    `${experiment.id} (${profile}): ${planned.length - pending.length} of ${planned.length} cells have a valid record${madeBy(planned, options)}`,
  );
  explain(pending, fresh, report);
  const lacking = withoutTheirFolder(pending, options);
  if (lacking.length > 0) {
    report(
      `${experiment.id} (${profile}) reads images that have to be given: say where they are with --data <folder>. README says what it holds.`,
    );
    return { valid: planned.length - pending.length, ran: 0, failed: lacking, interrupted: false };
  }
  if (pending.length > 0) {
    requireWritable(path.dirname(pending[0].file), 'where the records go');
    requireWritable(CHECKPOINTS, 'where checkpoints are kept');
  }
  const tasks = pending.map((one) => ({ checkpoints: cellPath(one, options), ...command(one.cell.id) }));
  const count = counter(pending.length, jobs, report);
  const outcomes = await driver(tasks, {
    grid: `${profile}/${experiment.id}`,
    jobs,
    signal,
    report,
    onLine: (id, line) => report(`  ${id}  ${line}`),
    onOutcome: (outcome) => count(outcome, tasks.find(({ id }) => id === outcome.id)?.alone),
  });
  const until = Date.now() + recordsWithin;
  const results: TaskOutcome[] = [];
  for (const outcome of outcomes) results.push(await byRecord(outcome, pending, { fresh, until }));
  const ran = results.filter(({ state }) => state === 'done').length;
  return {
    valid: planned.length - pending.length + ran,
    ran,
    failed: results.filter(({ state }) => state === 'failed'),
    interrupted: signal.aborted && ran < pending.length,
  };
}

/** The cells that read a folder which is not given: none of them has to be started to know that it fails. */
function withoutTheirFolder(
  pending: readonly PlannedCell[],
  { experiment, inputs }: SweepOptions,
): TaskOutcome[] {
  if (inputs?.data !== undefined) return [];
  return pending
    .filter(({ key, config }) => key.dataHash === null && !experiment.runsWithoutFolder?.(config))
    .map(({ cell }) => ({ id: cell.id, state: 'failed', seconds: 0, error: 'no --data' }));
}

/** Which of the valid records this code made, and which rest on its having given the same numbers. */
function madeBy(planned: readonly PlannedCell[], options: SweepOptions): string {
  const { experiment, profile, folder, evidenceFolder = folder } = options;
  const valid = planned.flatMap(({ stored, key }) =>
    stored.state === 'valid' ? [{ own: stored.record.codeHash === key.codeHash, key }] : [],
  );
  const own = valid.filter((cell) => cell.own).length;
  if (valid.length === 0) return '';
  if (own === valid.length) return ', sealed by this code';
  const evidence = evidenceFor(valid[0].key.codeHash, equalCodeFile(profile, experiment.id, evidenceFolder));
  return `: ${own} sealed by this code, ${valid.length - own} by earlier code that was confirmed on ${evidence?.date} (${evidence?.command})`;
}

/** One line for each reason, with the cells it holds for. */
function explain(pending: readonly PlannedCell[], fresh: boolean, report: (line: string) => void): void {
  const byReason = new Map<string, string[]>();
  for (const { cell, stored } of pending) {
    const reason = reasonToRun(stored, fresh) ?? '';
    byReason.set(reason, [...(byReason.get(reason) ?? []), cell.id]);
  }
  for (const [reason, ids] of byReason) report(`  ${ids.length} to run, ${reason}: ${ids.join(', ')}`);
}

function counter(
  total: number,
  jobs: number,
  report: (line: string) => void,
): (outcome: TaskOutcome, alone?: string) => void {
  // A cell that its cluster queued again ends twice.
  const ended = new Set<string>();
  let seconds = 0;
  return ({ id, state, seconds: took, error }, alone) => {
    ended.add(id);
    seconds += took;
    const count = ended.size;
    const left = Math.ceil(((seconds / count) * (total - count)) / jobs / 60);
    const known = Number.isFinite(jobs) && count < total && state !== 'interrupted';
    const rest = known ? `, about ${left} min left` : '';
    report(`[${count}/${total}] ${id} ${state} after ${Math.round(took)} s${rest}`);
    if (error !== undefined) report(error.replace(/^/gm, '    '));
    if (state === 'failed' && alone !== undefined) report(`    To run it alone: ${alone}`);
  };
}

/** A cell is done where it has a valid record: one that says so must have left it, and of one that failed another sweep may have written it, unless
 *  the record was there before (`fresh`). */
async function byRecord(
  outcome: TaskOutcome,
  pending: readonly PlannedCell[],
  { fresh, until }: { fresh: boolean; until: number },
): Promise<TaskOutcome> {
  const planned = pending.find(({ cell }) => cell.id === outcome.id);
  const saysDone = outcome.state === 'done';
  if (planned === undefined || (fresh && !saysDone)) return outcome;
  const stored = lookUp(planned.file, planned.key);
  if (stored.state === 'valid') return { ...outcome, state: 'done', error: undefined };
  if (!saysDone) return outcome;
  if (Date.now() < until) {
    await pauseFor(500);
    return byRecord(outcome, pending, { fresh, until });
  }
  return { ...outcome, state: 'failed', error: `it ended well, but ${reasonToRun(stored)}` };
}

/** The command that runs one cell of the grid in a process of its own. */
function cellCommand(id: string, options: SweepOptions): Task {
  const { experiment, profile, inputs = {}, fresh = false, engine, folder } = options;
  const environment: Record<string, string> = engine === undefined ? {} : { GESTALT_ENGINE: engine };
  const flags = ['--profile', profile];
  if (inputs.data !== undefined) flags.push('--data', inputs.data);
  // A cell of another seed than the profile's is only found in a grid that has this seed.
  const { seeds } = options.overrides ?? {};
  if (Array.isArray(seeds)) flags.push('--seeds', seeds.join(','));
  if (fresh) flags.push('--fresh');
  flags.push(...recordsFlag(folder));
  return {
    id,
    arguments: ['--import', 'tsx', 'lib/cli.ts', 'cell', experiment.id, id, ...flags],
    environment,
    alone: commandLineOf(['npm', 'run', 'cell', '--', experiment.id, id, ...flags], environment),
  };
}
