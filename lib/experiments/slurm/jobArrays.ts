// Job arrays of Slurm: the driver of a grid on a cluster. One array a grid, one task a cell; what is in the queue already is not sent again.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { commandLineOf } from '../../shellWord';
import { holdCell } from '../cellLock';
import type { Driver, DriverOptions, Task } from '../driver';
import { requireWritable } from '../writable';
import { batchScript, type Resources, sbatchArguments } from './batchScript';
import { findQueued, type QueuedTask, queueOf, SlurmError, slurm } from './commands';
import {
  createSweep,
  readEnd,
  removeSweep,
  SWEEPS,
  type Sweep,
  submittedOf,
  sweepsOf,
  wasSent,
  writeJob,
} from './sweepFolder';
import { type SentTask, type WatchOptions, watch } from './watch';

export interface JobArrayOptions
  extends Resources,
    Partial<Pick<WatchOptions, 'onInterrupt' | 'pause' | 'patience'>> {
  /** Send nothing; follow what an earlier call has sent. */
  attach?: boolean;
  /** Where the folders of sweeps lie; every node has to see it. */
  root?: string;
}

const PAUSE_MILLISECONDS = 5_000;
/** Files of other nodes are seen here within a minute (NFS). */
export const PATIENCE_MILLISECONDS = 90_000;

/** A driver that sends tasks to Slurm and follows them. When its process ends, they go on; another with `attach` follows them again. Throws with Slurm's own
 *  words when it refuses the array, when there is nothing to attach to, and when a task is in the queue with other settings. */
export function jobArrays(options: JobArrayOptions): Driver {
  const { attach = false, root = SWEEPS, onInterrupt = async () => 'leave' } = options;
  const { pause = PAUSE_MILLISECONDS, patience = PATIENCE_MILLISECONDS } = options;
  return async (tasks, given) => {
    if (tasks.length === 0) return [];
    const { grid, signal, report = () => undefined } = given;
    const folder = path.join(root, grid);
    requireWritable(folder, 'through which hosts and nodes talk');
    const what = `the sending of ${grid}`;
    const submission = await holdCell(path.join(folder, 'submission'), { signal, report, what });
    let sent: SentTask[];
    try {
      sent = attach ? await findSent(tasks, folder, given) : await send(tasks, folder, options, given);
    } finally {
      await submission.release();
    }
    return watch(sent, { ...given, onInterrupt, pause, patience });
  };
}

/** Tasks that were sent before and lack their records: in the queue, or ended otherwise than well. */
async function findSent(
  tasks: readonly Task[],
  folder: string,
  { grid }: DriverOptions,
): Promise<SentTask[]> {
  const sweeps = sweepsOf(folder);
  const queued = await queueOf(sweeps.map(({ name }) => name));
  const known = sweeps.filter((sweep) => wasSent(sweep) || queued.some(({ name }) => name === sweep.name));
  const sent = sentBefore(tasks, known).filter(
    (task) => isQueued(task, queued) || readEnd(task.sweep, task.index)?.state !== 'done',
  );
  requireSameSettings(sent, queued);
  if (sent.length > 0) return sent;
  throw new Error(
    `There is nothing to attach to: no cell of ${grid} that lacks a record was sent to Slurm from here. The same command without --attach sends them.`,
  );
}

/** Sends what is not in the queue; all tasks, with where they are. */
async function send(
  tasks: readonly Task[],
  folder: string,
  resources: Resources,
  { grid, report = () => undefined }: DriverOptions,
): Promise<SentTask[]> {
  const sweeps = sweepsOf(folder);
  const queued = await queueOf(sweeps.map(({ name }) => name));
  const alive = sweeps.filter(({ name }) => queued.some((task) => task.name === name));
  const inHand = sentBefore(tasks, alive).filter((task) => isQueued(task, queued));
  requireSameSettings(inHand, queued);
  if (inHand.length > 0)
    report(
      `${inHand.length} of them are in Slurm's queue already (job ${jobsOf(inHand, queued)}): not sent again`,
    );
  const rest = tasks.filter(({ id }) => !inHand.some(({ task }) => task.id === id));
  if (rest.length === 0) return inHand;
  const sweep = createSweep(folder, grid, rest);
  const job = await submit(sweep, rest.length, resources);
  writeJob(sweep, job);
  report(
    `Sent ${rest.length} cells as job array ${job}. They go on when this terminal is closed; --attach follows them again.`,
  );
  const last = sweeps.find(wasSent);
  if (last !== undefined && !alive.includes(last)) reportFailed(last, rest, report);
  // What failed last time can still be read.
  for (const old of sweeps) if (old !== last && !alive.includes(old)) removeSweep(old);
  return [...inHand, ...rest.map((task, index) => ({ task, sweep, index, earlier: false }))];
}

/** How those of these tasks ended that failed when they were sent last. */
function reportFailed(sweep: Sweep, tasks: readonly Task[], report: (line: string) => void): void {
  const failed = submittedOf(sweep).flatMap(({ id }, index) => {
    const end = readEnd(sweep, index);
    const isSentAgain = tasks.some((task) => task.id === id);
    return isSentAgain && end?.error !== undefined ? [{ id, error: end.error }] : [];
  });
  if (failed.length === 0) return;
  const [{ id, error }] = failed;
  report(
    `${failed.length} of them ended without a record when they were sent last; the logs are in ${path.join(sweep.folder, 'logs')}. ${id}: ${error.replace(/\n/g, '\n    ')}`,
  );
}

/** The job's number. */
async function submit(sweep: Sweep, count: number, resources: Resources): Promise<string> {
  try {
    const given = sbatchArguments(sweep, count, resources);
    fs.writeFileSync(path.join(sweep.folder, 'script.sh'), batchScript(sweep, resources));
    const answer = await slurm('sbatch', given);
    return answer.split(';')[0];
  } catch (error) {
    // One that timed out may have been taken, now or later: its folder is kept until Slurm says that it was not.
    const taken = await queueOf([sweep.name]).catch(() => null);
    if (taken !== null && taken.length > 0) return taken[0].job;
    if (taken !== null || !(error instanceof SlurmError)) removeSweep(sweep);
    throw error;
  }
}

/** Those of these tasks that were sent, each where it was sent last. */
function sentBefore(tasks: readonly Task[], sweeps: readonly Sweep[]): SentTask[] {
  const known = sweeps.map((sweep) => ({ sweep, sent: submittedOf(sweep) }));
  return tasks.flatMap((task) => {
    const found = known.find(({ sent }) => sent.some(({ id }) => id === task.id));
    if (found === undefined) return [];
    const index = found.sent.findIndex(({ id }) => id === task.id);
    return [{ task, sweep: found.sweep, index, earlier: true }];
  });
}

/** A task in the queue stands for one that is asked for only where both are the same run. */
function requireSameSettings(sent: readonly SentTask[], queued: readonly QueuedTask[]): void {
  const stranger = sent.find(
    (one) =>
      isQueued(one, queued) &&
      !isDeepStrictEqual(settingsOf(submittedOf(one.sweep)[one.index]), settingsOf(one.task)),
  );
  if (stranger === undefined) return;
  const { task, sweep, index } = stranger;
  const job = findQueued(queued, sweep, index)?.job;
  throw new Error(
    `${task.id} is in Slurm's queue with other settings: ${inWords(submittedOf(sweep)[index])}; asked for: ${inWords(task)}. Wait for it (the same settings with --attach follow it), or cancel it: scancel ${job}_${index}.`,
  );
}

/** Which other seeds its grid has is no setting of a cell. */
function settingsOf({ arguments: words, environment }: Task): unknown {
  return [words.filter((word, i) => word !== '--seeds' && words[i - 1] !== '--seeds'), environment];
}

function inWords({ arguments: words, environment, alone }: Task): string {
  return alone ?? commandLineOf(words, environment);
}

function isQueued({ sweep, index }: SentTask, queued: readonly QueuedTask[]): boolean {
  return findQueued(queued, sweep, index) !== undefined;
}

function jobsOf(sent: readonly SentTask[], queued: readonly QueuedTask[]): string {
  const names = new Set(sent.map(({ sweep }) => sweep.name));
  return [...new Set(queued.filter(({ name }) => names.has(name)).map(({ job }) => job))].join(', ');
}
