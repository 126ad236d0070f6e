// Follows the tasks of job arrays until each has ended.
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { DriverOptions, Task, TaskOutcome } from '../driver';
import { findQueued, hasEnded, type QueuedTask, queueOf, SlurmError, slurm, taskState } from './commands';
import { LogTail, lastLines } from './logTail';
import { jobOf, logFile, markCancelled, readEnd, type Sweep } from './sweepFolder';

/** A task of a grid, as the array has it. */
export interface SentTask {
  readonly task: Task;
  readonly sweep: Sweep;
  readonly index: number;
  /** Sent by an earlier call, whose lines are not repeated. */
  readonly earlier: boolean;
}

export interface WatchOptions extends DriverOptions {
  /** Asked once when the signal is aborted; `jobArrays` leaves them where nobody is asked. */
  onInterrupt: () => Promise<'leave' | 'cancel'>;
  /** Milliseconds between looks. */
  pause: number;
  /** Milliseconds after which a task that is in the queue no more and has not said how it ended is given up: other nodes' files take their time to be seen. */
  patience: number;
}

const LAST_LINES = 12;

/** The outcomes of all tasks: how each ended, `interrupted` for those left running or cancelled. */
export async function watch(sent: readonly SentTask[], options: WatchOptions): Promise<TaskOutcome[]> {
  const { signal, onInterrupt, pause, report = () => undefined, onOutcome } = options;
  const followed = sent.map((task) => new Followed(task, options));
  const queue = new Queue([...new Set(sent.map(({ sweep }) => sweep.name))], report);
  let cancelled = false;
  for (;;) {
    const queued = await queue.look();
    for (const one of followed) {
      const ended = await one.look(queued, cancelled);
      if (ended !== undefined) onOutcome?.(ended);
    }
    const open = followed.filter(({ outcome }) => outcome === undefined);
    if (open.length === 0) break;
    if (signal.aborted && !cancelled) {
      if ((await onInterrupt()) === 'leave') {
        report(`${open.length} cells are left to Slurm; the same command with --attach follows them.`);
        break;
      }
      cancelled = true;
    }
    if (cancelled) await cancel(open, queued ?? [], report);
    // Ctrl-C ends the wait, once.
    await pauseFor(pause, undefined, { signal: cancelled ? undefined : signal }).catch(() => undefined);
  }
  return followed.map(
    ({ sent: { task }, outcome }) => outcome ?? { id: task.id, state: 'interrupted', seconds: 0 },
  );
}

/** Takes these tasks, and no others, out of the queue. Asked again at the next look when Slurm does not answer. */
async function cancel(
  open: readonly Followed[],
  queued: readonly QueuedTask[],
  report: (line: string) => void,
): Promise<void> {
  const ids = open.flatMap(({ sent: { sweep, index } }) => {
    markCancelled(sweep, index);
    const found = findQueued(queued, sweep, index);
    return found === undefined || found.state === 'COMPLETING' ? [] : [`${found.job}_${index}`];
  });
  if (ids.length === 0) return;
  await slurm('scancel', ids).catch((error) => report((error as Error).message));
}

/** One task: its lines, and how it ended. */
class Followed {
  outcome: TaskOutcome | undefined;
  private readonly tail: LogTail;
  private goneSince: number | undefined;

  constructor(
    readonly sent: SentTask,
    private readonly options: WatchOptions,
  ) {
    this.tail = new LogTail(logFile(sent.sweep, sent.index), { fromLast: sent.earlier });
  }

  /** Passes on new lines. The outcome, when it is known since this look: a task that failed may be sent back to the queue, and then has none again. */
  async look(queued: readonly QueuedTask[] | null, cancelled: boolean): Promise<TaskOutcome | undefined> {
    const { task, sweep, index } = this.sent;
    const before = this.outcome;
    if (before?.state === 'done') return undefined;
    const end = readEnd(sweep, index);
    for (const line of this.tail.read()) this.options.onLine?.(task.id, line);
    if (end?.state === 'done') this.outcome = { ...end, id: task.id };
    else if (queued !== null) this.outcome = await this.lookInQueue(queued, end, cancelled);
    return before === undefined ? this.outcome : undefined;
  }

  private async lookInQueue(
    queued: readonly QueuedTask[],
    end: TaskOutcome | null,
    cancelled: boolean,
  ): Promise<TaskOutcome | undefined> {
    const { task, sweep, index } = this.sent;
    if (findQueued(queued, sweep, index) !== undefined) {
      this.goneSince = undefined;
      return undefined;
    }
    if (this.outcome !== undefined) return this.outcome;
    if (cancelled) return { id: task.id, state: 'interrupted', seconds: 0 };
    // Stopped and not back in the queue: it lacks its record.
    if (end !== null) return { ...end, id: task.id, state: 'failed' };
    this.goneSince ??= Date.now();
    if (Date.now() - this.goneSince < this.options.patience) return undefined;
    const job = jobOf(sweep);
    const state = job === null ? {} : await taskState(job, index);
    // Hidden from squeue.
    if (state.JobState !== undefined && !hasEnded(state.JobState)) {
      this.goneSince = undefined;
      return undefined;
    }
    return { id: task.id, state: 'failed', seconds: 0, error: this.withoutEnd(state) };
  }

  /** All that is known of one that is gone without a word. */
  private withoutEnd(state: Readonly<Record<string, string>>): string {
    const { sweep, index } = this.sent;
    if (state.JobState === 'CANCELLED') return 'It was cancelled.';
    const said = Object.entries(state).map(([field, value]) => `${field}=${value}`);
    const how = `It has left the queue without saying how it ended${said.length === 0 ? '' : `; Slurm: ${said.join(' ')}`}`;
    const log = logFile(sweep, index);
    const lines = lastLines(log, LAST_LINES);
    if (lines.length > 0) return [`${how}. The last lines of its log:`, ...lines].join('\n');
    return `${how}. It wrote no line into ${log}: does its node see that folder?`;
  }
}

/** The queue, and what of it changed in words. */
class Queue {
  private said = '';

  constructor(
    private readonly names: readonly string[],
    private readonly report: (line: string) => void,
  ) {}

  /** Null while Slurm does not answer. */
  async look(): Promise<QueuedTask[] | null> {
    try {
      const queued = await queueOf(this.names);
      this.say(inWords(queued));
      return queued;
    } catch (error) {
      if (!(error instanceof SlurmError)) throw error;
      this.say(`Slurm does not answer; asked again until it does. ${error.message}`);
      return null;
    }
  }

  private say(line: string): void {
    if (line !== '' && line !== this.said) this.report(line);
    this.said = line;
  }
}

/** E.g. `In the queue: 2 running, 7 pending (Resources)`. */
function inWords(queued: readonly QueuedTask[]): string {
  const counts = new Map<string, number>();
  for (const { state, reason } of queued) {
    const name = state === 'PENDING' ? `pending (${reason})` : state.toLowerCase();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const listed = [...counts].map(([name, count]) => `${count} ${name}`);
  return listed.length === 0 ? '' : `In the queue: ${listed.sort().join(', ')}`;
}
