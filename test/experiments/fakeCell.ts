// Runs one cell of the fake experiment in a process of its own: `fakeCell.ts <folder> <cell id> <overrides as JSON> [--fresh [--fresh-as name]]`.
// Where the folder has a file `hold`, the cell waits at the step that it names, until it is stopped or the file is gone.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { Interrupted } from '../../lib/experiments/experiment';
import { endWithParent } from '../../lib/experiments/localProcesses';
import { runCell } from '../../lib/experiments/runCell';
import { fakeExperiment } from './fakeExperiment';

const [folder, id, overrides, ...flags] = process.argv.slice(2);
const controller = new AbortController();
process.on('SIGINT', () => controller.abort());
endWithParent(() => controller.abort());

const hold = path.join(folder, 'hold');
const LONGEST_HOLD_MILLISECONDS = 600_000;

function heldStep(): number | null {
  try {
    return Number(fs.readFileSync(hold, 'utf8'));
  } catch {
    return null;
  }
}

/** The cell of the fake experiment; in two parts, where it waits between them. */
const run: typeof fakeExperiment.run = async (config, context) => {
  const step = heldStep();
  if (step === null) return fakeExperiment.run(config, context);
  const first = await fakeExperiment.run({ ...config, steps: step }, context);
  const until = first.seeds.start < step ? Date.now() + LONGEST_HOLD_MILLISECONDS : 0;
  while (fs.existsSync(hold) && !context.signal.aborted && Date.now() < until) await pauseFor(20);
  return { ...(await fakeExperiment.run(config, context)), seeds: first.seeds };
};

runCell(id, {
  experiment: { ...fakeExperiment, run },
  profile: 'tiny',
  overrides: JSON.parse(overrides),
  folder,
  fresh: flags.includes('--fresh'),
  freshAs: flags.includes('--fresh-as') ? flags.at(-1) : undefined,
  checkpointRoot: path.join(folder, 'checkpoints'),
  signal: controller.signal,
  report: (line) => console.log(line),
}).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
});
