// Table of the experiment coin-tossing.
import { provenance } from '../../../../lib/figures/provenance';
import type { RunRecord } from '../../../../lib/results/record';
import type { Table } from '../../../../lib/results/tables';

/** A row for each run. */
export function coinTable(records: readonly RunRecord[]): Table {
  return {
    id: 'coin-tossing',
    title: 'Heads',
    columns: ['Coin', 'Seed', 'Heads'],
    rows: records.map(({ cell, metrics }) => [String(cell.coin), cell.seed, metrics.heads.counts.heads]),
    caption: provenance(records),
  };
}
