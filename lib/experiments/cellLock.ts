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

/** Who has a cell in hand; lies beside the lock, for people and for who wants to take over. */
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

/** A lock that was not renewed for so long is given up: the shared folder's clock and a busy node may delay a renewal by minutes. */
const STALE_MILLISECONDS = 30 * 60_000;
const RENEW_MILLISECONDS = 60_000;
/** A turn takes milliseconds; that of a killed process is over after so many. */
const TURN_MILLISECONDS = 60_000;

/** Names of the locks that this process has. */
const own = new Set<string>();

/** Takes the lock `<name>.lock`, waiting while another process has it; `<name>.owner.json` says who.
 *  A dead process of this machine is taken over from at once, a task that Slurm has ended within a minute, others when they have not renewed the lock for half an hour.
 *  Throws `Interrupted` when aborted while waiting. */
export async function holdCell(name: string, options: HoldCellOptions): Promise<HeldCell> {
  const { signal, report = () => undefined, what = 'this cell', pause = 500 } = options;
  const waiter: Waiter = { slurmEnded: atMostOnceAMinute(taskHasEnded), seenUnrenewed: countLooks(pause) };
  fs.mkdirSync(path.dirname(name), { recursive: true });
  for (let waited = false; ; ) {
    if (signal.aborted) throw new Interrupted();
    const held = await tryToHold(name, waiter, report);
    if (held !== undefined) return held;
    const owner = readOwner(name);
    if (!waited) report(`waits: ${describe(owner)} has ${what} in hand`);
    waited = true;
    await pauseFor(pause);
  }
}

/** What a waiting process finds out over several looks. */
interface Waiter {
  slurmEnded(owner: LockOwner): Promise<boolean>;
  /** Milliseconds of looking during which the lock was not renewed. A machine that sleeps does not look. */
  seenUnrenewed(name: string): number;
}

/** Undefined where somebody has it who may live. */
async function tryToHold(
  name: string,
  waiter: Waiter,
  report: (line: string) => void,
): Promise<HeldCell | undefined> {
  const found = readOwner(name);
  const isHeld = isLocked(name);
  if (isHeld && !(await isNoMore(name, found, waiter))) return undefined;
  // Hands change one at a time, so that who signed is who has it.
  const endTurn = await takeTurn(name);
  if (endTurn === undefined) return undefined;
  try {
    if (isLocked(name)) {
      // Another may have taken it in the meantime.
      if (!isHeld || !isDeepStrictEqual(readOwner(name), found)) return undefined;
      if (found === undefined && !isForsaken(name)) return undefined;
      report(`takes over from ${describe(found)}, which is no more`);
      fs.rmSync(ownerFile(name), { force: true });
      fs.rmSync(`${name}.lock`, { recursive: true, force: true });
    }
    return await lock(name);
  } finally {
    await endTurn();
  }
}

/** Undefined while another has its turn. */
async function takeTurn(name: string): Promise<(() => Promise<void>) | undefined> {
  const options = { realpath: false, stale: TURN_MILLISECONDS, onCompromised: () => undefined };
  const endTurn = await lockfile.lock(`${name}.takeover`, options).catch(unlessHeld);
  // One that cannot be ended is over by itself.
  return endTurn && (() => endTurn().catch(() => undefined));
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
  own.add(name);
  return {
    lost: lost.signal,
    async release() {
      own.delete(name);
      // Another's since, though nobody has said so yet: this machine may have slept.
      const { since = owner.since } = readOwner(name) ?? {};
      if (lost.signal.aborted || since !== owner.since) return;
      fs.rmSync(ownerFile(name), { force: true });
      await unlock();
    },
  };
}

function ownerFile(name: string): string {
  return `${name}.owner.json`;
}

/** When the lock was renewed last, in milliseconds; undefined where there is none. */
function renewedAt(name: string): number | undefined {
  return fs.statSync(`${name}.lock`, { throwIfNoEntry: false })?.mtimeMs;
}

function isLocked(name: string): boolean {
  return renewedAt(name) !== undefined;
}

/** Who has it in hand, or had it when the process ended without a word. Undefined in the moment between taking a lock and saying so, too. */
function readOwner(name: string): LockOwner | undefined {
  try {
    return JSON.parse(fs.readFileSync(ownerFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether some process has it in hand, as far as its files say. */
export function isInHand(name: string): boolean {
  return isLocked(name) && readOwner(name) !== undefined;
}

/** A lock that nobody signed and nobody renews: its process was killed between taking it and saying so. */
function isForsaken(name: string): boolean {
  return ageOf(name) > 3 * RENEW_MILLISECONDS;
}

/** Whether who has the lock is known to have ended, or has not renewed it for long. One of this machine may have slept with it: only what is seen while awake counts. */
async function isNoMore(name: string, owner: LockOwner | undefined, waiter: Waiter): Promise<boolean> {
  if (owner === undefined) return isForsaken(name);
  const { pid, host, task } = owner;
  // Of one task of an array Slurm runs one attempt at a time.
  if (task !== undefined && task === taskOfSlurm()) return true;
  const unrenewed = waiter.seenUnrenewed(name) > STALE_MILLISECONDS;
  if (host !== os.hostname())
    return unrenewed || ageOf(name) > STALE_MILLISECONDS || waiter.slurmEnded(owner);
  // Its number may be another process's now, or this one's.
  const isOfBefore = pid === process.pid && !own.has(name);
  return isOfBefore || !isAlive(pid) || unrenewed;
}

/** Milliseconds since it was renewed; 0 where there is none. */
function ageOf(name: string): number {
  const now = Date.now();
  return now - (renewedAt(name) ?? now);
}

function countLooks(pause: number): Waiter['seenUnrenewed'] {
  let before: number | undefined;
  let looks = 0;
  return (name) => {
    const now = renewedAt(name);
    looks = now === before ? looks + 1 : 0;
    before = now;
    return looks * pause;
  };
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
function atMostOnceAMinute(ask: Waiter['slurmEnded']): Waiter['slurmEnded'] {
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
