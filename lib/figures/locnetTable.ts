// Table 1 of LocNet: accuracy on the 17 sets, ours and the paper's.
import { compareVariants, metric, quantities } from '../results/locnetComparisons';
import { readLocNetTable } from '../results/locnetPaper';
import type { RunRecord } from '../results/record';
import type { Table, TableValue } from '../results/tables';
import { differenceInWords, signed } from '../results/verdicts';
import { meanInWords } from './intervals';
import { NETWORK_NAMES, networksOf } from './locnetNames';
import { provenance } from './provenance';

/** A row for each set and kind of accuracy: our networks, our difference, the paper's numbers and its difference. */
export function locNetTable(records: readonly RunRecord[]): Table {
  const networks = Object.keys(networksOf(records));
  return {
    id: 'locnet-table1',
    title: 'Accuracy on 17 out-of-distribution sets',
    columns: [
      'Set',
      'Accuracy',
      ...networks.map((id) => `${NETWORK_NAMES[id]} (%)`),
      'joint − baseline',
      'Paper: joint (%)',
      'Paper: baseline (%)',
      'Paper: joint − baseline',
    ],
    rows: (['top1', 'top5'] as const).flatMap((top) =>
      readLocNetTable().map((row): TableValue[] => {
        const of = metric(`${top}.${row.set}`);
        const found = compareVariants(records, row.set, of, { variant: 'joint', baseline: 'baseline' });
        const [joint, baseline] = row[top];
        return [
          row.set,
          top === 'top1' ? 'top-1' : 'top-5',
          ...networks.map((id) => meanInWords(quantities(records, id, of))),
          found && differenceInWords(found),
          joint.toFixed(1),
          baseline.toFixed(1),
          signed(joint - baseline),
        ];
      }),
    ),
    caption: `Ours: mean over seeds [Student's 95 % interval]; differences with Welch's, each by itself. The paper: one run each on ImageNet photographs; other data, so compare directions, not heights. ${provenance(records)}`,
  };
}
