// Cells of the LocNet experiments on a few small images.
import * as path from 'node:path';
import type { AnyExperiment } from '../../lib/experiments/experiment';
import { runCell } from '../../lib/experiments/runCell';
import type { JsonObject, RunRecord } from '../../lib/results/record';

/** Makes any network of LocNet a matter of seconds. */
export const SHRUNK: JsonObject = {
  data: { trainPerClass: 4, testPerClass: 2 },
  seeds: [1, 2],
  width: 2,
  imageSize: 32,
  epochs: 2,
  batchSize: 16,
  rate: { base: 0.01 },
  benchmarkShare: 0.001,
};

interface RunOptions {
  signal?: AbortSignal;
  report?: (line: string) => void;
}

/** Runs cells of the profile tiny with these overrides; their records and checkpoints lie in a folder of `root`. */
export function shrunkRuns(
  experiment: AnyExperiment,
  overrides: JsonObject,
  root: string,
): (id: string, folder: string, options?: RunOptions) => Promise<RunRecord> {
  return (id, folder, { signal = new AbortController().signal, report = () => undefined } = {}) =>
    runCell(id, {
      experiment,
      profile: 'tiny',
      overrides,
      folder: path.join(root, folder),
      checkpointRoot: path.join(root, folder, 'checkpoints'),
      signal,
      report,
    });
}
