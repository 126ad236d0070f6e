// Cells of experiments on a few small images.
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

/** Makes a training of topk-training a matter of seconds. */
export const SHRUNK_TOPK: JsonObject = {
  subsets: [{ id: 'made', classes: ['cat', 'dog'] }],
  seeds: [0],
  imageSize: 32,
  width: 2,
  epochs: 3,
  batchSize: 4,
  data: { trainPerClass: 20, testPerClass: 2 },
};

export interface RunOptions {
  /** Default: tiny. */
  profile?: string;
  /** In place of those given for all runs. */
  overrides?: JsonObject;
  /** Folder of the images. */
  data?: string;
  signal?: AbortSignal;
  report?: (line: string) => void;
}

/** Runs cells with these overrides; their records and checkpoints lie in a folder of `root`. */
export function shrunkRuns(
  experiment: AnyExperiment,
  overrides: JsonObject,
  root: string,
): (id: string, folder: string, options?: RunOptions) => Promise<RunRecord> {
  return (id, folder, { signal = new AbortController().signal, report = () => undefined, ...options } = {}) =>
    runCell(id, {
      experiment,
      profile: options.profile ?? 'tiny',
      overrides: options.overrides ?? overrides,
      inputs: { data: options.data },
      folder: path.join(root, folder),
      checkpointRoot: path.join(root, folder, 'checkpoints'),
      signal,
      report,
    });
}
