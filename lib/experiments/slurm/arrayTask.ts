// What runs on a node: one task of an array, and what becomes of it when Slurm wants the node back.
import * as os from 'node:os';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { isInHand } from '../cellLock';
import { stateOfCheckpoints } from '../checkpoints';
import type { Task, TaskOutcome } from '../driver';
import { localProcesses } from '../localProcesses';
import { minutesOf } from './batchScript';
import { slurm, taskState } from './commands';
import { lastLines } from './logTail';
import { isCancelled, logFile, type Sweep, submittedOf, writeEnd } from './sweepFolder';

export interface ArrayTaskOptions {
  sweep: Sweep;
  /** Number of the array's job, and of the task in it. */
  job: string;
  index: number;
  /** How often Slurm has started it before. */
  restarts: number;
  /** Seconds before its time limit at which Slurm warns it. */
  warning: number;
  /** Aborted: Slurm wants the node back. */
  signal: AbortSignal;
  print?: (line: string) => void;
}

/** Runs one task in a process of its own and writes how it ended. Interrupted, it goes back to the queue by itself, and alone, unless it was
 *  cancelled or would never get further within its time limit; its checkpoint is kept. */
export async function runArrayTask(options: ArrayTaskOptions): Promise<TaskOutcome> {
  const { sweep, job, index, restarts, warning, signal, print = console.log } = options;
  const task = submittedOf(sweep)[index];
  const attempt = restarts === 0 ? '' : `, started again for the ${restarts}. time`;
  print(`on ${os.hostname()}, Node ${process.version.slice(1)}${attempt}`);
  // Asked at once: of a task that still runs then, nobody but a signal wants the end.
  let stateAtSignal: Promise<TaskState> | undefined;
  const ask = (): void => {
    // Without Slurm's commands on the node the run still has to end in order.
    stateAtSignal = taskState(job, index).catch(() => NOTHING_KNOWN);
  };
  if (signal.aborted) ask();
  else signal.addEventListener('abort', ask, { once: true });
  const before = checkpointsOf(task);
  const outcome = await runHere(task, { ...options, print });
  if (outcome.error !== undefined) print(outcome.error);
  if (outcome.state !== 'interrupted') {
    writeEnd(sweep, index, outcome);
    return outcome;
  }
  // A person may also have ended it after the signal.
  const { JobState: stateNow = 'RUNNING' } = await taskState(job, index).catch(() => NOTHING_KNOWN);
  const atSignal = (await stateAtSignal) ?? NOTHING_KNOWN;
  const ended = atSignal.JobState !== 'RUNNING' || stateNow !== 'RUNNING';
  const cancelled = ended && wasCancelled(lastLines(logFile(sweep, index), LINES_OF_AN_END));
  const stuck = isAtItsTimeLimit(atSignal, warning) && before !== null && checkpointsOf(task) === before;
  const stays = cancelled ? CANCELLED : stuck ? STUCK : await goBack({ ...options, print });
  if (stays === null) return outcome;
  print(stays);
  writeEnd(sweep, index, { ...outcome, error: stays });
  return outcome;
}

type TaskState = Awaited<ReturnType<typeof taskState>>;
const NOTHING_KNOWN: TaskState = {};
const CANCELLED = 'It was cancelled. Its checkpoint is kept: the same command goes on from it.';
const STUCK =
  'Its time limit is too short: it was reached before anything new was kept, as it would be again. What was kept before stays: the same command, with more --time, goes on from it.';

/** Null where they are not known: another process may be at them. */
function checkpointsOf({ checkpoints }: Task): string | null {
  if (checkpoints === undefined || isInHand(checkpoints)) return null;
  try {
    return stateOfCheckpoints(checkpoints);
  } catch {
    return null;
  }
}

/** Whether a signal was the warning before it. Slurm may warn a minute early. */
function isAtItsTimeLimit({ RunTime = '', TimeLimit = '' }: TaskState, warning: number): boolean {
  if (![RunTime, TimeLimit].every((time) => /^[\d:-]+$/.test(time))) return false;
  return minutesOf(TimeLimit) - minutesOf(RunTime) < warning / 60 + 1.5;
}

async function runHere(
  task: Task,
  { sweep, warning, signal, print }: Required<ArrayTaskOptions>,
): Promise<TaskOutcome> {
  const given = { ...task, arguments: task.arguments.flatMap((word) => afresh(word, sweep)) };
  const onLine = (_: string, line: string): void => print(line);
  // Killed then, it still goes back to the queue: Slurm leaves a while to end in.
  const options = { grid: '', jobs: 1, signal, onLine, grace: warning * 1000 };
  const [outcome] = await localProcesses([given], options);
  // Warned before it began.
  return outcome ?? { id: task.id, state: 'interrupted', seconds: 0 };
}

/** A task that is asked to run afresh goes on from the checkpoint of its own earlier attempt, and of no other run. */
function afresh(word: string, { name }: Sweep): string[] {
  return word === '--fresh' ? ['--fresh', '--fresh-as', name] : [word];
}

const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 2000;

/** Puts the task back into the queue, asking until Slurm answers or ends this process. Null when it is there, else why it is not. */
async function goBack({ sweep, job, index, print }: Required<ArrayTaskOptions>): Promise<string | null> {
  // Said before: Slurm may end this process while it still answers.
  print('It was stopped, its checkpoint is kept; it goes back to the queue.');
  let why = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (isCancelled(sweep, index)) return CANCELLED;
    try {
      // Not the whole array: the job's number alone would be that.
      await slurm('scontrol', ['requeue', `${job}_${index}`]);
      return null;
    } catch (error) {
      why = (error as Error).message;
    }
    // Where Slurm requeues what it preempts, it is there already.
    if ((await taskState(job, index).catch(() => NOTHING_KNOWN)).JobState === 'PENDING') return null;
    await pauseFor(PAUSE_MILLISECONDS);
  }
  return `It was stopped, its checkpoint is kept, and Slurm did not take it back: ${why}`;
}

const LINES_OF_AN_END = 20;

/** Whether a person ended a task. Of one that it ends, Slurm's commands say only that it is completing; a line of its own in the log says why: `CANCELLED AT <time>`, with `DUE TO PREEMPTION`, `TIME LIMIT` and
 *  the like where it was not a person. Lines of earlier attempts do not count. */
export function wasCancelled(log: readonly string[]): boolean {
  const start = log.map((line) => STARTS.test(line)).lastIndexOf(true);
  return log.slice(start + 1).some((line) => ENDED_BY_A_PERSON.test(line));
}

/** How the first line of an attempt begins. */
const STARTS = /^on \S+, Node /;
const ENDED_BY_A_PERSON = /\*\*\* JOB \d+ ON \S+ CANCELLED AT \S+( DUE TO SIGNAL \S+)? \*\*\*/i;
