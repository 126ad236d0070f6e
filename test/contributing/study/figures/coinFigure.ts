// Figure of the experiment coin-tossing.
import type { Figure } from '../../../../lib/figures/figure';
import { provenance } from '../../../../lib/figures/provenance';
import type { RunRecord } from '../../../../lib/results/record';

/** Share of heads, one mark a run. */
export function coinFigure(records: readonly RunRecord[]): Figure {
  const values = records.map(({ cell, metrics }) => ({ coin: cell.coin, heads: metrics.heads.value }));
  return {
    id: 'coin-heads',
    spec: {
      $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
      data: { values },
      mark: 'point',
      encoding: {
        x: { field: 'coin', type: 'nominal' },
        y: { field: 'heads', type: 'quantitative', title: 'share of heads' },
      },
    },
    caption: `Share of heads. ${provenance(records)}`,
  };
}
