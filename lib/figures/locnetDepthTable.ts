// How well the networks of LocNet paint depth, and what is left without the skip connections.
import { metric, type Quantity, quantities, shareOfMeanMap } from '../results/locnetComparisons';
import type { RunRecord } from '../results/record';
import type { Table } from '../results/tables';
import { meanInWords } from './intervals';
import { NETWORK_NAMES, networksOf } from './locnetNames';
import { provenance } from './provenance';

const ROWS: readonly [what: string, quantity: Quantity][] = [
  ['error on held-out images', metric('depthError')],
  ['error of guessing the mean map', metric('depthErrorOfMean')],
  ['the first as a share of the second', shareOfMeanMap()],
  ['error without the skips', metric('depthErrorSkipsZero')],
  ['error with the skips of another image', metric('depthErrorSkipsExchanged')],
  ['that error, against the depth of the other image', metric('depthErrorToOther')],
];

/** A row for each quantity, a column for each network that paints depth. */
export function locNetDepthTable(records: readonly RunRecord[]): Table {
  const networks = Object.keys(networksOf(records)).filter((id) => id !== 'baseline');
  return {
    id: 'locnet-depth',
    title: 'Depth: mean squared error, in hundredths',
    columns: ['Quantity', ...networks.map((id) => NETWORK_NAMES[id])],
    rows: ROWS.map(([what, quantity]) => [
      what,
      ...networks.map((id) => meanInWords(quantities(records, id, quantity), 2)),
    ]),
    caption: `Depth lies in 0..1. Mean over seeds [Student's 95 % interval]. ${provenance(records)}`,
  };
}
