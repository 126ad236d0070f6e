// Top-K at inference in numbers, ours beside the published ones.
import { matching } from '../results/comparisons';
import type { Metric, RunRecord } from '../results/record';
import type { Table } from '../results/tables';
import {
  type Condition,
  conditionName,
  conditionsOf,
  readPublishedInference,
} from '../results/topkInference';
import { meanInWords } from './intervals';
import { provenance } from './provenance';
import { INFERENCE_NETWORKS } from './topkInference';

/** A row for each network and what of its activations is kept: shape bias and accuracy of ours, and the values of networks from ImageNet. */
export function inferenceTable(records: readonly RunRecord[]): Table {
  const { rows: published } = readPublishedInference();
  const rows = Object.entries(INFERENCE_NETWORKS).flatMap(([network, name]) => {
    const runs = matching(records, { network });
    const conditions = [...conditionsOf(runs, 'top'), ...conditionsOf(runs, 'rest').slice(1)];
    return conditions.map((condition) => {
      const percents = (quantity: string): string | null =>
        meanInWords(valuesOf(runs, `${quantity}.${conditionName(condition)}`));
      const found = published.find(
        (row) =>
          row.network === network &&
          row.kept === (condition.kept === 'rest' ? 'rest' : 'top') &&
          row.percent === condition.percent,
      );
      return [
        name,
        inWords(condition),
        percents('shapeBias'),
        percents('stimuli.shapeBias'),
        percents('original'),
        found?.figure == null ? null : (100 * found.figure).toFixed(1),
        found === undefined ? null : ((100 * found.shape) / (found.shape + found.texture)).toFixed(1),
      ];
    });
  });
  return {
    id: 'topk-inference',
    title: 'Top-K in networks that were trained without it',
    columns: [
      'Network',
      'Activations kept',
      'Shape bias (%)',
      'Shape bias on stimuli of Geirhos et al. (%)',
      'Accuracy on ordinary images (%)',
      'Shape bias, the report (%)',
      'Shape bias, Li et al. (%)',
    ],
    rows,
    caption: `Top-K after five layers, at inference only. Ours: mean over seeds [Student's 95 % interval], networks trained on Relief-16; the report and Li et al. 2023: networks from ImageNet, one run. A network that answers at random has a shape bias of 50 %. ${provenance(records)}`,
  };
}

function inWords({ kept, percent }: Condition): string {
  return kept === 'all'
    ? 'all'
    : kept === 'top'
      ? `strongest ${percent} %`
      : `all but strongest ${percent} %`;
}

function valuesOf(runs: readonly RunRecord[], name: string): number[] {
  return runs.flatMap(({ metrics }) => {
    const value = (metrics[name] as Metric | undefined)?.value ?? null;
    return value === null ? [] : [100 * value];
  });
}
