// A pool of child processes on this machine: one driver of a grid.
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import * as readline from 'node:readline';
import type { Readable } from 'node:stream';
import { ROOT } from '../files';
import type { Driver, DriverOptions, Task, TaskOutcome } from './driver';

/** Checkpoints are atomic, so nothing breaks. */
const GRACE_MILLISECONDS = 60_000;
const LAST_LINES = 12;

/** One process a task: results do not depend on how many run at a time. */
export const localProcesses: Driver = async (tasks, options) => {
  const waiting = [...tasks];
  const outcomes: TaskOutcome[] = [];
  const lanes = Math.min(options.jobs, tasks.length);
  // Each prepares images with its share of the cores.
  const threads = Math.max(1, Math.floor(availableParallelism() / lanes));
  const lane = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined && !options.signal.aborted; task = waiting.shift()) {
      const outcome = await runTask(task, options, threads);
      outcomes.push(outcome);
      options.onOutcome?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
};

async function runTask(
  task: Task,
  { signal, onLine, grace }: DriverOptions,
  threads: number,
): Promise<TaskOutcome> {
  const start = process.hrtime.bigint();
  // A process group of its own: Ctrl-C in the terminal reaches this process alone, which then interrupts each
  // child exactly once. The channel tells the child when this process is gone (`endWithParent`).
  const child = spawn(process.execPath, [...task.arguments], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { GESTALT_THREADS: String(threads), ...process.env, ...task.environment },
  });
  const errors: string[] = [];
  eachLine(child.stdout as Readable, (line) => onLine?.(task.id, line));
  eachLine(child.stderr as Readable, (line) => errors.push(line));
  const stopWatching = interruptOn(signal, child, grace);
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

function interruptOn(signal: AbortSignal, child: ChildProcess, grace = GRACE_MILLISECONDS): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill('SIGINT');
    timer = setTimeout(() => child.kill('SIGKILL'), grace);
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
