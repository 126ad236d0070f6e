// Which runs a mark stands for: figures carry it in their data, so that a reader can go from a mark to its runs.
import { type RunRecord, runId } from '../results/record';

/** To be spread into the data of a mark. */
export function runsBehind(records: readonly RunRecord[]): { runs: string[] } {
  return { runs: records.map(runId) };
}
