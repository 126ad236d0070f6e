// Slurm's own commands, and its own words where they fail.
import { type ChildProcess, spawn } from 'node:child_process';

/** A Slurm command said no, or did not answer. */
export class SlurmError extends Error {}

type Command = 'sbatch' | 'squeue' | 'scontrol' | 'scancel';

const TIMEOUT_MILLISECONDS = 60_000;

/** Output of one of Slurm's commands. Throws `SlurmError` with what it wrote when it fails or does not answer within a minute, also where a crowded host cannot start it now, and another error when there is no such command. */
export async function slurm(command: Command, given: readonly string[]): Promise<string> {
  const child = start(command, given);
  let [output, errors] = ['', ''];
  // Neither is there when it could not be started.
  child.stdout?.on('data', (text) => {
    output += text;
  });
  child.stderr?.on('data', (text) => {
    errors += text;
  });
  const timer = setTimeout(() => child.kill(), TIMEOUT_MILLISECONDS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(whyNotStarted(command, error)));
    child.on('close', resolve);
  }).finally(() => clearTimeout(timer));
  if (code === 0) return output.trim();
  const silent =
    code === null
      ? `${command} did not answer within ${TIMEOUT_MILLISECONDS / 1000} s.`
      : `${command} ended with exit code ${code} and said nothing.`;
  throw new SlurmError(errors.trim() || output.trim() || silent);
}

/** In a process group of its own: Ctrl-C in the terminal is for this process alone. */
function start(command: Command, given: readonly string[]): ChildProcess {
  try {
    return spawn(command, given, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: withoutFilters(process.env),
    });
  } catch (error) {
    throw whyNotStarted(command, error as Error);
  }
}

/** What a crowded host lacks for a moment. */
const SCARCE: readonly unknown[] = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'];

function whyNotStarted(command: Command, error: NodeJS.ErrnoException): Error {
  if (SCARCE.includes(error.code)) return new SlurmError(error.message);
  // Where a folder of the PATH cannot be read, it is EACCES.
  if (error.code !== 'ENOENT' && error.code !== 'EACCES') return error;
  return new Error(
    `There is no ${command} on the PATH: --cluster slurm runs on a host from which Slurm's jobs are submitted (on some, after "module load slurm").`,
  );
}

/** A user's own filters for looking at the queue would hide tasks from us. */
function withoutFilters(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(SQUEUE|SCANCEL|SCONTROL)_/.test(name)),
  );
}

/** One task of an array in the queue. */
export interface QueuedTask {
  /** The job's name. */
  readonly name: string;
  /** Of the array. */
  readonly job: string;
  readonly index: number;
  /** E.g. `PENDING`, `RUNNING`. */
  readonly state: string;
  /** Why it waits, e.g. `Resources`; `None` while it runs. */
  readonly reason: string;
}

/** The tasks of arrays of these names that wait or run. */
export async function queueOf(names: readonly string[]): Promise<QueuedTask[]> {
  if (names.length === 0) return [];
  const listed = await slurm('squeue', [
    '--noheader',
    // Of hidden partitions, too.
    '--all',
    '--array',
    `--name=${names.join(',')}`,
    '--format=%j|%F|%K|%T|%r',
  ]);
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name, job, index, state, reason] = line.split('|');
      return { name, job, index: Number(index), state, reason };
    });
}

/** The task of this job's name and index; undefined where it is not in the queue. */
export function findQueued(
  queued: readonly QueuedTask[],
  { name }: { readonly name: string },
  index: number,
): QueuedTask | undefined {
  return queued.find((task) => task.name === name && task.index === index);
}

/** The others are on their way: `RUNNING`, `PENDING`, `COMPLETING`, `SIGNALING`, `STOPPED`, ... */
const ENDS: ReadonlySet<string> = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'LAUNCH_FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'RECONFIG_FAIL',
  'REVOKED',
  'TIMEOUT',
]);

/** Whether Slurm is done with a task of this state; false where nothing is known of it. */
export function hasEnded(state: string | undefined): boolean {
  return state !== undefined && ENDS.has(state);
}

/** What Slurm says of a task, also when it has left the queue: e.g. `{ JobState: 'FAILED', Reason: 'NonZeroExitCode', ExitCode: '127:0', NodeList: 'n1', RunTime: '00:03:10', TimeLimit: '01:00:00' }`; empty when it has forgotten it. */
export async function taskState(job: string, index: number): Promise<Readonly<Record<string, string>>> {
  const shown = await slurm('scontrol', ['--oneliner', 'show', 'job', `${job}_${index}`]).catch((error) => {
    if (error instanceof SlurmError) return '';
    throw error;
  });
  return Object.fromEntries(
    ['JobState', 'Reason', 'ExitCode', 'NodeList', 'RunTime', 'TimeLimit'].flatMap((field) => {
      const value = new RegExp(`(?:^| )${field}=(\\S+)`).exec(shown)?.[1];
      return value === undefined ? [] : [[field, value]];
    }),
  );
}
