// The benchmark's metrics over all published answers of humans, with their intervals.
import * as fs from 'node:fs';
import { benchmark } from '../../lib/benchmark/benchmark';
import { readTrialFolder } from '../../lib/benchmark/trialFiles';
import { fromRoot } from '../../lib/files';
import { type BenchRow, clocked } from './bench';

const FOLDER = process.env.GESTALT_HUMAN_DATA ?? fromRoot('..', 'shared', 'data', 'human-data');

export async function metrics(): Promise<BenchRow[]> {
  const what = 'metrics of all 85,120 human trials with intervals, CSV files read';
  const goal = 'at most 10 s';
  if (!fs.existsSync(FOLDER)) return [{ what, measured: `not measured: ${FOLDER} is missing`, goal }];
  const seconds = (await clocked(() => benchmark(readTrialFolder(FOLDER)))) / 1000;
  return [{ what, measured: `${seconds.toFixed(1)} s`, goal, met: seconds <= 10 }];
}
