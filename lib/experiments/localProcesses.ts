// A pool of child processes on this machine: one driver of a grid. Others (e.g. job arrays) implement the same type.
import { type ChildProcess, spawn } from 'node:child_process';
import * as readline from 'node:readline';
import type { Readable } from 'node:stream';
import { ROOT } from '../files';

/** One cell as a command line of this Node, e.g. `['--import', 'tsx', 'lib/cli.ts', 'cell', ...]`. */
export interface Task {
  readonly id: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface TaskOutcome {
  readonly id: string;
  readonly state: 'done' | 'failed' | 'interrupted';
  readonly seconds: number;
  /** Of a failed task: how it ended, and its last lines on stderr. */
  readonly error?: string;
}

export interface DriverOptions {
  /** Tasks at a time. */
  jobs: number;
  /** Aborted: no new tasks, and running ones are interrupted; they save their checkpoints and end. */
  signal: AbortSignal;
  /** A line that a task printed. */
  onLine?: (id: string, line: string) => void;
  onOutcome?: (outcome: TaskOutcome) => void;
}

/** Runs tasks, a failing one not hindering the others; tasks that were never started are not among the outcomes. */
export type Driver = (tasks: readonly Task[], options: DriverOptions) => Promise<TaskOutcome[]>;

/** An interrupted task that does not end within this time is killed; checkpoints are atomic, so nothing breaks. */
const GRACE_MILLISECONDS = 60_000;
const LAST_LINES = 12;

/** One process a task: results do not depend on how many run at a time. */
export const localProcesses: Driver = async (tasks, options) => {
  const waiting = [...tasks];
  const outcomes: TaskOutcome[] = [];
  const lane = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined && !options.signal.aborted; task = waiting.shift()) {
      const outcome = await runTask(task, options);
      outcomes.push(outcome);
      options.onOutcome?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, tasks.length) }, lane));
  return outcomes;
};

async function runTask(task: Task, { signal, onLine }: DriverOptions): Promise<TaskOutcome> {
  const start = process.hrtime.bigint();
  // A process group of its own: Ctrl-C in the terminal reaches this process alone, which then interrupts each
  // child exactly once. The channel tells the child when this process is gone (`endWithParent`).
  const child = spawn(process.execPath, [...task.arguments], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...task.environment },
  });
  const errors: string[] = [];
  eachLine(child.stdout as Readable, (line) => onLine?.(task.id, line));
  eachLine(child.stderr as Readable, (line) => errors.push(line));
  const stopWatching = interruptOn(signal, child);
  const [code, killedBy] = await ended(child, errors);
  stopWatching();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (code === 0) return { id: task.id, state: 'done', seconds };
  if (signal.aborted) return { id: task.id, state: 'interrupted', seconds };
  const how = killedBy === null ? `exit code ${code}` : `killed by ${killedBy}`;
  return { id: task.id, state: 'failed', seconds, error: [how, ...errors.slice(-LAST_LINES)].join('\n') };
}

function eachLine(stream: Readable, use: (line: string) => void): void {
  readline.createInterface({ input: stream }).on('line', use);
}

function interruptOn(signal: AbortSignal, child: ChildProcess): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill('SIGINT');
    timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MILLISECONDS);
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener('abort', interrupt, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
  };
}

function ended(child: ChildProcess, errors: string[]): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      errors.push(error.message);
      resolve([null, null]);
    });
    child.on('close', (code, killedBy) => resolve([code, killedBy]));
  });
}

/** For a process that a driver started: aborts when the driver's process is gone, e.g. killed. */
export function endWithParent(abort: () => void): void {
  if (process.send === undefined) return;
  process.once('disconnect', abort);
  // Waiting for the parent's end must not keep a finished child alive.
  (process as unknown as { channel?: { unref(): void } }).channel?.unref();
}
