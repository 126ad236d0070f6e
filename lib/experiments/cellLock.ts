// One process a cell: whoever comes second waits for the first, and takes over from one that was killed.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import * as lockfile from 'proper-lockfile';
import { isAlive, writeFileAtomic } from '../files';
import { Interrupted } from './experiment';
import { isLive, taskState } from './slurm/commands';

/** Who has a cell in hand; lies beside the lock, for people to read. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** When it took the cell, ISO 8601. */
  readonly since: string;
  /** On a cluster: `<job>_<task>` of Slurm's array. */
  readonly task?: string;
}

export interface HeldCell {
  /** Whether another process had it first. */
  readonly waited: boolean;
  /** Aborted when the lock is lost, e.g. after a machine slept for longer than others wait. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface HoldCellOptions {
  /** Aborted: stop waiting and throw `Interrupted`. */
  signal: AbortSignal;
  report?: (line: string) => void;
  /** What the lock is of, in words. Default: `this cell`. */
  what?: string;
  /** Milliseconds between looks at a cell that another process has. */
  pause?: number;
}

/** The owner of a lock on this machine is asked for by its process, a task on a cluster by Slurm. Others' locks are given up when they were not renewed for so long:
 *  the shared folder's clock and a busy node may delay a renewal by minutes. */
const STALE_MILLISECONDS = 30 * 60_000;
const RENEW_MILLISECONDS = 60_000;

/** Takes the lock `<name>.lock`, waiting while another process has it; `<name>.owner.json` says who.
 *  A dead process of this machine is taken over from at once. Throws `Interrupted` when aborted while waiting. */
export async function holdCell(name: string, options: HoldCellOptions): Promise<HeldCell> {
  const { signal, report = () => undefined, what = 'this cell', pause = 500 } = options;
  const slurmEnded = atMostOnceAMinute(hasEnded);
  fs.mkdirSync(path.dirname(name), { recursive: true });
  for (let waited = false; ; ) {
    if (signal.aborted) throw new Interrupted();
    const held = await tryLock(name);
    if (held !== undefined) return { ...held, waited };
    const owner = readOwner(name);
    if (owner === undefined ? isForsaken(name) : isDead(owner) || (await slurmEnded(owner))) {
      await takeOver(name, owner, report);
      continue;
    }
    if (!waited) report(`waits: ${describe(owner)} has ${what} in hand`);
    waited = true;
    await pauseFor(pause);
  }
}

async function tryLock(name: string): Promise<Omit<HeldCell, 'waited'> | undefined> {
  const lost = new AbortController();
  let unlock: () => Promise<void>;
  try {
    unlock = await lockfile.lock(name, {
      lockfilePath: `${name}.lock`,
      realpath: false,
      stale: STALE_MILLISECONDS,
      update: RENEW_MILLISECONDS,
      onCompromised: (error) => lost.abort(error),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
  const owner: LockOwner = {
    pid: process.pid,
    host: os.hostname(),
    since: new Date().toISOString(),
    task: taskOfSlurm(),
  };
  writeFileAtomic(ownerFile(name), `${JSON.stringify(owner)}\n`);
  return {
    lost: lost.signal,
    async release() {
      if (lost.signal.aborted) return;
      fs.rmSync(ownerFile(name), { force: true });
      await unlock();
    },
  };
}

/** Removes the lock of a dead process. One at a time does so, and looks again: another may have taken it over already. */
async function takeOver(
  name: string,
  dead: LockOwner | undefined,
  report: (line: string) => void,
): Promise<void> {
  const unlock = await lockfile.lock(`${name}.takeover`, {
    realpath: false,
    retries: { retries: 100, minTimeout: 50, maxTimeout: 50 },
  });
  try {
    const owner = readOwner(name);
    if (owner?.pid !== dead?.pid || owner?.since !== dead?.since) return;
    if (owner === undefined && !isForsaken(name)) return;
    report(`takes over from ${describe(dead)}, which is no more`);
    fs.rmSync(ownerFile(name), { force: true });
    fs.rmSync(`${name}.lock`, { recursive: true, force: true });
  } finally {
    await unlock();
  }
}

function ownerFile(name: string): string {
  return `${name}.owner.json`;
}

/** Undefined in the moment between taking a lock and saying so. */
function readOwner(name: string): LockOwner | undefined {
  try {
    return JSON.parse(fs.readFileSync(ownerFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** A lock that nobody signed and nobody renews: its process was killed between taking it and saying so. */
function isForsaken(name: string): boolean {
  const lock = fs.statSync(`${name}.lock`, { throwIfNoEntry: false });
  return lock !== undefined && Date.now() - lock.mtimeMs > 3 * RENEW_MILLISECONDS;
}

/** Of another machine nothing is known, but of one task of an array Slurm runs one attempt at a time. */
function isDead({ pid, host, task }: LockOwner): boolean {
  if (host === os.hostname()) return !isAlive(pid);
  return task !== undefined && task === taskOfSlurm();
}

/** Whether Slurm says that the owner's task is no more. False where it says nothing. */
async function hasEnded({ task }: LockOwner): Promise<boolean> {
  const [, job, index] = /^(\d+)_(\d+)$/.exec(task ?? '') ?? [];
  if (job === undefined) return false;
  const { JobState } = await taskState(job, Number(index)).catch(() => ({ JobState: undefined }));
  return JobState !== undefined && !isLive(JobState);
}

/** Asked sooner again, it says no. */
function atMostOnceAMinute(ask: (owner: LockOwner) => Promise<boolean>): typeof ask {
  let next = 0;
  return async (owner) => {
    if (Date.now() < next) return false;
    next = Date.now() + 60_000;
    return ask(owner);
  };
}

function taskOfSlurm(): string | undefined {
  const { SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID } = process.env;
  return SLURM_ARRAY_JOB_ID === undefined ? undefined : `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}`;
}

function describe(owner: LockOwner | undefined): string {
  if (owner === undefined) return 'another process';
  const { pid, host, since } = owner;
  return `process ${pid}${host === os.hostname() ? '' : ` on ${host}`} (since ${since.slice(0, 16).replace('T', ' ')} UTC)`;
}
