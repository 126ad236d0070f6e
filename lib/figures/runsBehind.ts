// Which runs a mark stands for: figures carry it in their data, so that a reader can go from a mark to its runs.
import type { RunRecord } from '../results/record';

/** A run's id in all experiments: `<profile>/<experiment>/<cell>`. */
export function runId({
  profile,
  experiment,
  cell,
}: Pick<RunRecord, 'profile' | 'experiment' | 'cell'>): string {
  return `${profile}/${experiment}/${cell.id}`;
}

/** To be spread into the data of a mark. */
export function runsBehind(records: readonly RunRecord[]): { runs: string[] } {
  return { runs: records.map(runId) };
}
