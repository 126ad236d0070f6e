// Shape bias of the networks of LocNet, which the paper argues for and never measures.
import type { TopLevelSpec } from 'vega-lite';
import { matching } from '../results/comparisons';
import { metric, quantities } from '../results/locnetComparisons';
import type { RunRecord } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { CUT_OFF, meanMarks } from './intervals';
import { networksOf } from './locnetNames';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { colourScale } from './theme';

/** Of the experiment's own networks. */
export function locNetShapeBias(records: readonly RunRecord[]): Figure {
  return shapeBiasFigure(records, networksOf(records), {
    id: 'locnet-shape-bias',
    note: 'The paper prints no such number.',
  });
}

/** Shape bias on cue-conflict images: one small mark a run, a large one for the mean over seeds with its interval. `networks` are the
 *  variants that are shown, with their names; `note` ends the caption. */
export function shapeBiasFigure(
  records: readonly RunRecord[],
  networks: Readonly<Record<string, string>>,
  { id, note }: { id: string; note: string },
): Figure {
  const runs = records.flatMap((record) => {
    const { cell, metrics } = record;
    const value = metrics.shapeBias?.value ?? null;
    if (value === null) return [];
    return [{ network: networks[String(cell.variant)], seed: cell.seed, value, ...runsBehind([record]) }];
  });
  const means = Object.entries(networks).flatMap(([variant, network]) => {
    const values = quantities(records, variant, metric('shapeBias')).map((percent) => percent / 100);
    const behind = runsBehind(matching(records, { variant }));
    return meanMarks(values).map((mark) => ({ network, ...mark, ...behind }));
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
    $schema: SCHEMA,
    width: 420,
    height: { step: 40 },
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
        encoding: { y, x: x('mean'), color },
      },
    ],
  };
  return {
    id,
    spec,
    caption: `Shape bias S / (S + T) on cue-conflict images. Rings: single runs; discs: mean over seeds with Student's 95 % interval. ${CUT_OFF} ${note} ${provenance(records)}`,
  };
}
