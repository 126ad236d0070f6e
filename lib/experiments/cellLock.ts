// One process a cell: whoever comes second waits for the first, and takes over from one that was killed.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as lockfile from 'proper-lockfile';
import { isAlive, writeFileAtomic } from '../files';
import { Interrupted } from './experiment';
import { hasEnded, taskState } from './slurm/commands';

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
/** A turn takes milliseconds; that of a killed process is over after so many. */
const TURN_MILLISECONDS = 5000;

/** Takes the lock `<name>.lock`, waiting while another process has it; `<name>.owner.json` says who.
 *  A dead process of this machine is taken over from at once. Throws `Interrupted` when aborted while waiting. */
export async function holdCell(name: string, options: HoldCellOptions): Promise<HeldCell> {
  const { signal, report = () => undefined, what = 'this cell', pause = 500 } = options;
  const slurmEnded = atMostOnceAMinute(taskHasEnded);
  fs.mkdirSync(path.dirname(name), { recursive: true });
  for (let waited = false; ; ) {
    if (signal.aborted) throw new Interrupted();
    const held = await tryToHold(name, slurmEnded, report);
    if (held !== undefined) return held;
    const owner = readOwner(name);
    if (!waited) report(`waits: ${describe(owner)} has ${what} in hand`);
    waited = true;
    await pauseFor(pause);
  }
}

type Ended = (owner: LockOwner) => Promise<boolean>;

/** Undefined where somebody has it who may live. */
async function tryToHold(
  name: string,
  slurmEnded: Ended,
  report: (line: string) => void,
): Promise<HeldCell | undefined> {
  const found = readOwner(name);
  const isHeld = fs.existsSync(`${name}.lock`);
  if (isHeld && !(await isNoMore(name, found, slurmEnded))) return undefined;
  // Hands change one at a time, so that who signed is who has it.
  const endTurn = await takeTurn(name);
  if (endTurn === undefined) return undefined;
  try {
    if (fs.existsSync(`${name}.lock`)) {
      // Another may have taken it in the meantime.
      if (!isHeld || !isDeepStrictEqual(readOwner(name), found)) return undefined;
      report(`takes over from ${describe(found)}, which is no more`);
      fs.rmSync(ownerFile(name), { force: true });
      fs.rmSync(`${name}.lock`, { recursive: true, force: true });
    }
    return await lock(name);
  } finally {
    await endTurn();
  }
}

/** Undefined where others are at it for longer than one of them needs that was killed in its turn. */
async function takeTurn(name: string): Promise<(() => Promise<void>) | undefined> {
  return lockfile
    .lock(`${name}.takeover`, {
      realpath: false,
      stale: TURN_MILLISECONDS,
      retries: { retries: 100, minTimeout: 100, maxTimeout: 100 },
    })
    .catch(unlessHeld);
}

function unlessHeld(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ELOCKED') throw error;
}

async function lock(name: string): Promise<HeldCell | undefined> {
  const lost = new AbortController();
  const unlock = await lockfile
    .lock(name, {
      lockfilePath: `${name}.lock`,
      realpath: false,
      stale: STALE_MILLISECONDS,
      update: RENEW_MILLISECONDS,
      onCompromised: (error) => lost.abort(error),
    })
    .catch(unlessHeld);
  if (unlock === undefined) return undefined;
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

function ownerFile(name: string): string {
  return `${name}.owner.json`;
}

/** Who has it in hand. Undefined where nobody has, and in the moment between taking a lock and saying so. */
export function readOwner(name: string): LockOwner | undefined {
  try {
    return JSON.parse(fs.readFileSync(ownerFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether who has the lock is known to have ended, or has not renewed it for so long. One of this machine that lives has it for as long as it does: the machine may have slept. */
async function isNoMore(name: string, owner: LockOwner | undefined, slurmEnded: Ended): Promise<boolean> {
  // Killed between taking it and saying so.
  if (owner === undefined) return isOlderThan(3 * RENEW_MILLISECONDS, name);
  const { pid, host, task } = owner;
  if (host === os.hostname()) return !isAlive(pid);
  // Of one task of an array Slurm runs one attempt at a time.
  if (task !== undefined && task === taskOfSlurm()) return true;
  return isOlderThan(STALE_MILLISECONDS, name) || slurmEnded(owner);
}

function isOlderThan(milliseconds: number, name: string): boolean {
  const found = fs.statSync(`${name}.lock`, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > milliseconds;
}

/** Whether Slurm says that the owner's task is no more. False where it says nothing. */
async function taskHasEnded({ task }: LockOwner): Promise<boolean> {
  const [, job, index] = /^(\d+)_(\d+)$/.exec(task ?? '') ?? [];
  if (job === undefined) return false;
  return taskState(job, Number(index)).then(
    ({ JobState }) => hasEnded(JobState),
    () => false,
  );
}

/** Asked sooner again, it says no. */
function atMostOnceAMinute(ask: Ended): Ended {
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
