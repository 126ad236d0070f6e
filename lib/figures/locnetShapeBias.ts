// Shape bias of the networks of LocNet, which the paper argues for and never measures.
import type { TopLevelSpec } from 'vega-lite';
import { metric, quantities } from '../results/locnetComparisons';
import type { RunRecord } from '../results/record';
import { mean, meanInterval } from '../results/statistics';
import type { Figure } from './figure';
import { NETWORK_NAMES, networksOf } from './locnetNames';
import { provenance } from './provenance';
import { colourScale } from './theme';

/** Shape bias on cue-conflict images: one small mark a run, a large one for the mean over seeds with its interval. */
export function locNetShapeBias(records: readonly RunRecord[]): Figure {
  const networks = networksOf(records);
  const runs = records.flatMap(({ cell, metrics }) => {
    const value = metrics.shapeBias?.value ?? null;
    return value === null ? [] : [{ network: NETWORK_NAMES[String(cell.variant)], seed: cell.seed, value }];
  });
  const means = Object.entries(networks).flatMap(([variant, network]) => {
    const values = quantities(records, variant, metric('shapeBias')).map((percent) => percent / 100);
    if (values.length === 0) return [];
    const centre = mean(values);
    const [low, high] = meanInterval(values) ?? [centre, centre];
    return [{ network, centre, low, high }];
  });
  const y = { field: 'network', type: 'nominal', title: null, sort: Object.values(networks) } as const;
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: 'shape bias',
    scale: { domain: [0, 1] },
  });
  const color = {
    field: 'network',
    type: 'nominal',
    scale: colourScale(networks),
    legend: null,
  } as const;
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 420,
    height: 50 * Object.keys(networks).length,
    layer: [
      {
        data: { values: runs },
        mark: { type: 'point', filled: false, size: 30, opacity: 0.6 },
        encoding: { y, x: x('value'), color, tooltip: [{ field: 'seed' }, { field: 'value' }] },
      },
      {
        data: { values: means },
        // Of two or three seeds an interval may leave the scale.
        mark: { type: 'rule', strokeWidth: 2, clip: true },
        encoding: { y, x: x('low'), x2: { field: 'high' }, color },
      },
      {
        data: { values: means },
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { y, x: x('centre'), color },
      },
    ],
  };
  return {
    id: 'locnet-shape-bias',
    spec,
    caption: `Shape bias S / (S + T) on cue-conflict images. Rings: single runs; discs: mean over seeds with Student's 95 % interval. The paper prints no such number. ${provenance(records)}`,
  };
}
