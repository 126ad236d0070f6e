// What `sbatch` is given for a job array: one task a cell.
import * as path from 'node:path';
import { ROOT } from '../../files';
import { quoted } from '../../shellWord';
import { endFile, logFile, type Sweep } from './sweepFolder';

/** What is asked of Slurm, in its own notation. */
export interface Resources {
  readonly partition?: string;
  /** E.g. `gpu:1`. */
  readonly gres?: string;
  /** For the threads that prepare images. Default 1, with `gres` 4. */
  readonly cpusPerTask?: number;
  /** Time limit of one task. */
  readonly time?: string;
  /** Tasks of the array at a time. */
  readonly arrayLimit?: number;
  /** A file that bash reads before Node starts, e.g. one that loads modules. */
  readonly setup?: string;
}

const SHORTEST_MINUTES = 5;

/** Seconds before its time limit at which Slurm warns a task: a step, and a checkpoint, take less than the shorter, the validation after an epoch less than the longer. Slurm may be a minute early. */
function warningSeconds({ time = process.env.SBATCH_TIMELIMIT }: Pick<Resources, 'time'>): number {
  return time === undefined || minutesOf(time) < 120 ? 60 : 300;
}

/** The script of each task. Slurm keeps its own copy. What goes wrong before Node runs is written down as an end, too. */
export function batchScript(sweep: Sweep, resources: Pick<Resources, 'setup' | 'time'>): string {
  const { setup } = resources;
  const [major] = process.version.slice(1).split('.');
  const ends = path.dirname(endFile(sweep, 0));
  return `#!/bin/bash
end=${quoted(ends)}/$SLURM_ARRAY_TASK_ID.json
fail() {
  echo "$1" >&2
  printf '{"state":"failed","seconds":0,"error":"%s"}' "$1" > "$end.tmp" && mv "$end.tmp" "$end"
  exit 1
}
# Until Node listens (listen.cjs is the first that it reads), a signal must not end the task without a word.
trap '' USR2 TERM
rm -f "$end"
cd ${quoted(ROOT)} || fail "The node $(hostname) does not see the folder of the repository: put it where every node sees it."
${setup === undefined ? '' : `source ${quoted(setup)} || fail "The setup file failed on the node $(hostname)."\n`}command -v node > /dev/null || fail "There is no Node on the node $(hostname): let a setup file (--setup) bring it onto the PATH."
case "$(node --version)" in v${major}.*) ;; *) fail "The node $(hostname) has Node $(node --version), the host that submitted has ${process.version}: let a setup file (--setup) bring the same onto the PATH." ;; esac
# Images are prepared by as many threads as Slurm has given, whatever the node has.
export GESTALT_THREADS="\${GESTALT_THREADS:-\${SLURM_CPUS_PER_TASK:-1}}"
exec node --require ./lib/experiments/slurm/listen.cjs --import tsx lib/cli.ts array-task ${quoted(sweep.folder)} ${warningSeconds(resources)}
`;
}

/** The arguments of `sbatch` for an array of `count` tasks. All that the driver relies on stands here, since the environment (`SBATCH_...`) overrules a script. */
export function sbatchArguments(sweep: Sweep, count: number, resources: Resources): string[] {
  const { partition, gres, time, arrayLimit, cpusPerTask = gres === undefined ? 1 : 4 } = resources;
  if (time !== undefined && minutesOf(time) < SHORTEST_MINUTES)
    throw new Error(
      `--time ${time} is too short: a task is warned a minute or two before its end, and starts again from its checkpoint. Give it ${SHORTEST_MINUTES} minutes at least.`,
    );
  const limit = arrayLimit === undefined ? '' : `%${arrayLimit}`;
  const logs = path.dirname(logFile(sweep, 0)).replaceAll('%', '%%');
  const asked = Object.entries({ partition, gres, time }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
  return [
    '--parsable',
    `--job-name=${sweep.name}`,
    `--array=0-${count - 1}${limit}`,
    `--output=${logs}/%a.log`,
    // In its place, `SBATCH_ERROR` would send elsewhere what is looked for in the log.
    `--error=${logs}/%a.log`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR2@${warningSeconds(resources)}`,
    '--ntasks=1',
    `--cpus-per-task=${cpusPerTask}`,
    ...asked,
    path.join(sweep.folder, 'script.sh'),
  ];
}

/** Minutes of a time limit in Slurm's notation: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours` and longer; of no limit (`0`, `UNLIMITED`, `INFINITE`) Infinity.
 *  Throws on any other. */
export function minutesOf(time: string): number {
  if (/^(?:0|unlimited|infinite)$/i.test(time)) return Number.POSITIVE_INFINITY;
  const found = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(time);
  if (found === null)
    throw new Error(
      `--time takes Slurm's notation, e.g. 90 (minutes), 12:00:00 or 1-12 (days-hours), not "${time}".`,
    );
  const [days, first, second, third] = found
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const [a, b, c] = [first ?? 0, second ?? 0, third ?? 0];
  if (days !== undefined) return days * 1440 + a * 60 + b + c / 60;
  return third === undefined ? a + b / 60 : a * 60 + b + c / 60;
}
