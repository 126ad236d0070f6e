// Table of the experiment stimuli-transfer: networks that learnt from drawings meet the stimuli that humans were shown.
import type { RunRecord } from '../results/record';
import { mean } from '../results/statistics';
import type { Table } from '../results/tables';
import { metricInWords, percent } from './intervals';
import { provenance } from './provenance';

/** What is measured, as in the records, by what it is called and what chance gives, in percent. */
const ROWS: readonly { metric: string; name: string; chance: number }[] = [
  { metric: 'original', name: 'Relief-16, shape and texture agree: accuracy', chance: 6.25 },
  { metric: 'silhouette', name: 'Relief-16 silhouettes: accuracy', chance: 6.25 },
  { metric: 'edges', name: 'Relief-16 edges: accuracy', chance: 6.25 },
  { metric: 'shapeBias', name: 'Relief-16 cue-conflict: shape bias', chance: 50 },
  { metric: 'stimuliSilhouette', name: 'Silhouettes shown to humans: accuracy', chance: 6.25 },
  { metric: 'stimuliEdge', name: 'Edge drawings shown to humans: accuracy', chance: 6.25 },
  {
    metric: 'stimuliCueConflict',
    name: 'Cue-conflict images shown to humans: accuracy for the shape',
    chance: 6.25,
  },
  { metric: 'stimuliShapeBias', name: 'Cue-conflict images shown to humans: shape bias', chance: 50 },
];

/** A row for each measure, a column for each seed. Throws for no records. */
export function transferTable(records: readonly RunRecord[]): Table {
  const runs = [...records].sort((a, b) => a.cell.seed - b.cell.seed);
  return {
    id: 'stimuli-transfer',
    title: 'Trained on drawings, shown the stimuli of Geirhos et al. (%)',
    columns: ['Measure', 'Chance', ...runs.map(({ cell }) => `Seed ${cell.seed}`), 'Mean'],
    rows: ROWS.filter(({ metric }) => runs.some(({ metrics }) => metric in metrics)).map(
      ({ metric, name, chance }) => {
        const found = runs.map(({ metrics }) => metrics[metric]);
        const values = found.flatMap((measured) => measured?.value ?? []);
        return [
          name,
          chance,
          ...found.map((measured) => metricInWords(measured, percent)),
          values.length === 0 ? null : percent(mean(values)),
        ];
      },
    ),
    caption: `In brackets 95 % intervals over images (Wilson). ${provenance(records)}`,
  };
}
