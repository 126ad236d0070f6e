// What the host that submits a grid and the nodes that run it tell each other, in a folder that all of them see.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, writeFileAtomic } from '../../files';
import type { Task, TaskOutcome } from '../driver';

/** Where the folders of all grids lie. */
export const SWEEPS = fromRoot('.cache', 'slurm');

/** One submission: the tasks of one job array. Its name is the job's name. */
export interface Sweep {
  readonly name: string;
  readonly folder: string;
}

/** A new one, with its tasks written down. `root` is the grid's folder. */
export function createSweep(root: string, grid: string, tasks: readonly Task[]): Sweep {
  const time = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  const name = `gestalt-${path.basename(grid)}-${time}-${process.pid}`;
  const sweep = { name, folder: path.join(root, name) };
  fs.mkdirSync(path.join(sweep.folder, 'logs'), { recursive: true });
  for (const name of ['ends', 'cancelled']) fs.mkdirSync(path.join(sweep.folder, name));
  writeFileAtomic(path.join(sweep.folder, 'tasks.json'), JSON.stringify(tasks, null, 1));
  return sweep;
}

/** Removes what is left of a sweep; a file that a shared folder still holds open stays. */
export function removeSweep({ folder }: Sweep): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // The next sweep tries again.
  }
}

/** The sweeps of one grid, latest first. */
export function sweepsOf(root: string): Sweep[] {
  if (!fs.existsSync(root)) return [];
  return fs
    .readdirSync(root)
    .filter((name) => fs.existsSync(path.join(root, name, 'tasks.json')))
    .sort()
    .reverse()
    .map((name) => ({ name, folder: path.join(root, name) }));
}

/** Its tasks, in the order of the array's indices. */
export function submittedOf({ folder }: Sweep): Task[] {
  return JSON.parse(fs.readFileSync(path.join(folder, 'tasks.json'), 'utf8'));
}

/** Notes the number of the array's job, for people and for messages. */
export function writeJob({ folder }: Sweep, job: string): void {
  fs.writeFileSync(path.join(folder, 'job.txt'), `${job}\n`);
}

/** Null when Slurm took the array and its number could not be noted. */
export function jobOf({ folder }: Sweep): string | null {
  try {
    return fs.readFileSync(path.join(folder, 'job.txt'), 'utf8').trim();
  } catch {
    return null;
  }
}

export function logFile({ folder }: Sweep, index: number): string {
  return path.join(folder, 'logs', `${index}.log`);
}

/** Where a task says how it ended. */
export function endFile({ folder }: Sweep, index: number): string {
  return path.join(folder, 'ends', `${index}.json`);
}

/** How a task ended, written on its node when nothing more comes. */
export function writeEnd(sweep: Sweep, index: number, outcome: TaskOutcome): void {
  writeFileAtomic(endFile(sweep, index), JSON.stringify(outcome));
}

function cancelledFile({ folder }: Sweep, index: number): string {
  return path.join(folder, 'cancelled', `${index}`);
}

/** Tells a task that it is cancelled, before it is. */
export function markCancelled(sweep: Sweep, index: number): void {
  fs.writeFileSync(cancelledFile(sweep, index), '');
}

export function isCancelled(sweep: Sweep, index: number): boolean {
  return fs.existsSync(cancelledFile(sweep, index));
}

/** Whether Slurm is known to have had it: it has a job's number, or a task has written something. */
export function wasSent(sweep: Sweep): boolean {
  return jobOf(sweep) !== null || fs.readdirSync(path.dirname(logFile(sweep, 0))).length > 0;
}

/** How it ended; null while it has not. */
export function readEnd(sweep: Sweep, index: number): TaskOutcome | null {
  try {
    return JSON.parse(fs.readFileSync(endFile(sweep, index), 'utf8'));
  } catch {
    return null;
  }
}
