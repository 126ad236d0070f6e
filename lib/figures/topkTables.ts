// Table of the Top-K training experiment.
import { matching, metricValues } from '../results/comparisons';
import { readTopKTable } from '../results/papers';
import type { RunRecord } from '../results/record';
import { meanInterval, summarise } from '../results/statistics';
import type { Table, TableValue } from '../results/tables';
import { provenance } from './provenance';
import { groupsOf, SPEC_NAMES, VARIANT_NAMES } from './topkNames';

/** Table 1: our runs of one profile first, then the report's own rows. */
export function topKTable(records: readonly RunRecord[]): Table {
  return {
    id: 'topk-table1',
    title: 'Accuracy and shape bias of ResNet-18 with and without Top-K',
    columns: [
      'Source',
      'Network',
      'Activation',
      'Subset',
      'Runs',
      'Original (%)',
      'Stylised (%)',
      'Shape bias (%)',
    ],
    rows: [...ourRows(records), ...reportedRows()],
    caption:
      "Ours: mean ± sample standard deviation over seeds [Student's 95 % interval of the mean]. The report: printed values " +
      `on ImageNet subsets; other data, so compare directions, not heights. ${provenance(records)}`,
  };
}

function ourRows(records: readonly RunRecord[]): TableValue[][] {
  return groupsOf(records).map((group) => {
    const runs = matching(records, { ...group });
    const cells = ['original', 'stylised', 'shapeBias'].map((metric) =>
      spread(metricValues(runs, metric, {})),
    );
    const { spec, variant, subset } = group;
    return [
      `ours, ${runs[0].dataName}`,
      SPEC_NAMES[spec],
      VARIANT_NAMES[variant],
      subset,
      runs.length,
      ...cells,
    ];
  });
}

function spread(values: readonly number[]): string | null {
  if (values.length === 0) return null;
  const { mean, deviation } = summarise(values);
  const interval = meanInterval(values);
  if (deviation === null || interval === null) return mean.toFixed(1);
  return `${mean.toFixed(1)} ± ${deviation.toFixed(1)} [${interval.map((end) => end.toFixed(1)).join(', ')}]`;
}

function reportedRows(): TableValue[][] {
  return readTopKTable().map(({ spec, variant, subset, original, stylised }) => {
    const printed = ([centre, bar]: readonly [number, number]): string =>
      `${centre.toFixed(1)} ± ${bar.toFixed(1)}`;
    return [
      'report, ImageNet',
      SPEC_NAMES[spec],
      VARIANT_NAMES[variant],
      subset,
      3,
      printed(original),
      printed(stylised),
      null,
    ];
  });
}
