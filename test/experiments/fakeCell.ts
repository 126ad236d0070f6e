// Runs one cell of the fake experiment in a process of its own: `fakeCell.ts <folder> <cell id> <overrides as JSON> [--fresh [--fresh-as name]]`.
import * as path from 'node:path';
import { Interrupted } from '../../lib/experiments/experiment';
import { endWithParent } from '../../lib/experiments/localProcesses';
import { runCell } from '../../lib/experiments/runCell';
import { fakeExperiment } from './fakeExperiment';

const [folder, id, overrides, ...flags] = process.argv.slice(2);
const controller = new AbortController();
process.on('SIGINT', () => controller.abort());
endWithParent(() => controller.abort());

runCell(id, {
  experiment: fakeExperiment,
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
