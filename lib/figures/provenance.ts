// What every caption says about the runs behind it: profile, data, engine, seeds, day and machine.
import type { RunRecord } from '../results/record';

/** One sentence about the runs, e.g. `Profile tiny: 36 runs on Relief-16, seeds 0, 1, 2; engine wasm 4.22.0; ...`.
 *  Throws for no runs: a picture without runs has nothing to say. */
export function provenance(records: readonly RunRecord[]): string {
  if (records.length === 0) throw new Error('No records to describe.');
  const all = (pick: (record: RunRecord) => string): string => distinct(records.map(pick)).join(' and ');
  const seeds = [...new Set(records.map((record) => record.cell.seed))].sort((a, b) => a - b);
  const data = distinct(records.flatMap(({ dataName }) => dataName.split('; '))).join(', ');
  const runs = records.length === 1 ? '1 run' : `${records.length} runs`;
  const minutes = Math.round(records.reduce((sum, record) => sum + record.seconds, 0) / 60);
  return [
    `Profile ${all((record) => record.profile)}: ${runs} on ${data}, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`,
    `engine ${all(({ engine }) => `${engine.name} (TensorFlow.js ${engine.version})`)}`,
    span(records.map((record) => record.date)),
    all(({ machine }) => `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`),
    `${minutes} minutes of computing.`,
  ].join('; ');
}

function span(dates: readonly string[]): string {
  const [first, last] = [distinct(dates)[0], distinct(dates).at(-1)];
  return first === last ? String(first) : `${first} to ${last}`;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
