import * as path from 'node:path';
import type { Command } from 'commander';
import { newCommand } from './command';
import { EXIT } from './exitCodes';

/** For the batch script of a job array alone: runs the task that Slurm's environment names; hidden from help, and no script of npm. */
export function arrayTaskCommand(): Command {
  return newCommand('array-task', {
    summary: 'run one task of a job array on its node',
    examples: [['node --import tsx lib/cli.ts array-task .cache/slurm/...', 'as the batch script does']],
    writes: "the cell's record, and how the task ended",
  })
    .argument('<folder>', "the sweep's folder")
    .argument('[seconds]', 'how long before its time limit Slurm warns the task', '60')
    .configureHelp({ commandUsage: () => 'node --import tsx lib/cli.ts array-task <folder> [seconds]' })
    .action(run);
}

async function run(folder: string, seconds: string): Promise<void> {
  const { runArrayTask } = await import('../experiments/slurm/arrayTask');
  const { SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_RESTART_COUNT } = process.env;
  if (SLURM_ARRAY_JOB_ID === undefined || SLURM_ARRAY_TASK_ID === undefined)
    throw new Error(
      'array-task runs inside a job array of Slurm: npm run reproduce -- <experiment> --cluster slurm sends one.',
    );
  const stop = new AbortController();
  // USR2: the warning that the batch script asks for. TERM: what clusters send that send nothing else.
  for (const signal of ['SIGUSR2', 'SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  // By listen.cjs, which the batch script has Node read first.
  if ((globalThis as { signalledEarly?: boolean }).signalledEarly) stop.abort();
  const { state } = await runArrayTask({
    sweep: { name: path.basename(folder), folder },
    job: SLURM_ARRAY_JOB_ID,
    index: Number(SLURM_ARRAY_TASK_ID),
    restarts: Number(SLURM_RESTART_COUNT ?? 0),
    warning: Number(seconds),
    signal: stop.signal,
  });
  if (state !== 'done') process.exitCode = EXIT.failed;
}
