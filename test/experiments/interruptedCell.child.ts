// Runs one cell of the Top-K experiment, made small, as `cli.ts cell` does: `interruptedCell.child.ts <folder> <cell id>`.
import * as path from 'node:path';
import { exitCodeOf } from '../../lib/commands/exitCodes';
import { findExperiment } from '../../lib/experiments/registry';
import { runCell } from '../../lib/experiments/runCell';
import { interruptSignal } from '../../lib/notebook/interrupt';
import { SHRUNK_TOPK } from './shrunkRuns';

const [folder, id] = process.argv.slice(2);

runCell(id, {
  experiment: findExperiment('topk-training'),
  profile: 'tiny',
  overrides: SHRUNK_TOPK,
  folder,
  checkpointRoot: path.join(folder, 'checkpoints'),
  signal: interruptSignal(),
  report: (line) => console.log(line),
}).then(
  ({ curves }) => console.log(`curves ${JSON.stringify(curves)}`),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = exitCodeOf(error);
  },
);
