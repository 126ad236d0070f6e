// Figures of the Top-K training experiment: records of one profile in, Vega-Lite out.
import type { TopLevelSpec } from 'vega-lite';
import { matching, metricValues, subsetsOf } from '../results/comparisons';
import { readTopKTable } from '../results/papers';
import type { RunRecord } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { type MeanMark, meanMarks } from './intervals';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { seedLines } from './seedLines';
import { colourScale } from './theme';
import { groupsOf, orderOf, SPEC_NAMES, TEST_SET_NAMES, VARIANT_NAMES } from './topkNames';

/** What a mark of the accuracy figure is: ours by variant, or printed in the report. */
const SOURCE_NAMES = {
  none: `ours, ${VARIANT_NAMES.none}`,
  topk: `ours, ${VARIANT_NAMES.topk}`,
  'topk-mean': `ours, ${VARIANT_NAMES['topk-mean']}`,
  reported: 'the report, on ImageNet',
};
const VARIANT_COLOUR = {
  field: 'variant',
  type: 'nominal',
  title: 'activation',
  scale: colourScale(VARIANT_NAMES),
  // Vega-Lite takes a legend's look from the first layer, which is faint.
  legend: { symbolOpacity: 1 },
} as const;

/** One mark: a mean over seeds with its interval. */
interface Bar extends MeanMark {
  network: string;
  variant: string;
  set: string;
  series: string;
  /** What colour and shape say: one of SOURCE_NAMES. */
  source: string;
}

/** Accuracy on original and stylised images by variant, beside the values that the report prints for other data. */
export function accuracyByVariant(records: readonly RunRecord[]): Figure {
  const values = [...ourBars(records), ...reportedBars()];
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    data: { values },
    facet: {
      row: { field: 'network', type: 'nominal', title: null, sort: orderOf(SPEC_NAMES) },
      column: { field: 'set', type: 'nominal', title: null, sort: orderOf(TEST_SET_NAMES) },
    },
    spec: {
      width: 260,
      height: 170,
      encoding: {
        x: {
          field: 'variant',
          type: 'nominal',
          title: null,
          sort: orderOf(VARIANT_NAMES),
          axis: { labelAngle: 0 },
        },
        xOffset: {
          field: 'series',
          type: 'nominal',
          sort: [...new Set(values.map((value) => value.series))],
        },
        color: {
          field: 'source',
          type: 'nominal',
          title: null,
          scale: colourScale(SOURCE_NAMES),
        },
      },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 1.5 },
          encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: {
            y: percentAxis('mean', 'accuracy (%)'),
            shape: {
              field: 'source',
              type: 'nominal',
              title: null,
              scale: {
                domain: Object.values(SOURCE_NAMES),
                range: ['circle', 'circle', 'circle', 'diamond'],
              },
            },
            tooltip: ['network', 'variant', 'set', 'series', 'mean', 'low', 'high'].map((field) => ({
              field,
            })),
          },
        },
      ],
    },
  };
  return {
    id: 'topk-accuracy',
    spec,
    caption:
      'Accuracy by variant. Coloured circles, ours: one for each class subset, from left to right ' +
      `${subsetsOf(records).join(', ')}; mean over seeds with Student's 95 % interval. ` +
      'Grey diamonds, the report: IN-S1 to IN-S4, printed mean and error bar. ' +
      `The data differ, so compare directions between variants, not heights. ${provenance(records)}`,
  };
}

function ourBars(records: readonly RunRecord[]): Bar[] {
  return groupsOf(records).flatMap(({ spec, variant, subset }) =>
    Object.keys(TEST_SET_NAMES).flatMap((metric) => {
      const values = metricValues(records, metric, { spec, variant, subset });
      const names = {
        ...namesOf(spec, variant),
        set: TEST_SET_NAMES[metric],
        source: SOURCE_NAMES[variant as keyof typeof SOURCE_NAMES],
      };
      const behind = runsBehind(matching(records, { spec, variant, subset }));
      return meanMarks(values).map((mark) => ({ ...names, series: subset, ...mark, ...behind }));
    }),
  );
}

function reportedBars(): Bar[] {
  return readTopKTable().flatMap(({ spec, variant, subset, ...row }) =>
    (['original', 'stylised'] as const).map((metric) => {
      const [centre, bar] = row[metric];
      return {
        ...namesOf(spec, variant),
        set: TEST_SET_NAMES[metric],
        series: `report ${subset}`,
        source: SOURCE_NAMES.reported,
        mean: centre,
        low: centre - bar,
        high: centre + bar,
      };
    }),
  );
}

function namesOf(spec: string, variant: string): { network: string; variant: string } {
  return { network: SPEC_NAMES[spec], variant: VARIANT_NAMES[variant] };
}

interface PercentAxis {
  field: string;
  type: 'quantitative';
  title: string;
  scale: { domain: number[] };
}

function percentAxis(field: string, title: string): PercentAxis {
  return { field, type: 'quantitative', title, scale: { domain: [0, 100] } };
}

/** Test accuracy by epoch: a thin line for each run, a thick one for the mean over seeds. */
export function learningCurves(records: readonly RunRecord[]): Figure {
  const values = records.flatMap((record) => {
    const { cell, curves } = record;
    return (curves.epoch ?? []).map((epoch, i) => ({
      ...namesOf(String(cell.spec), String(cell.variant)),
      subset: `subset ${cell.subset}`,
      seed: cell.seed,
      epoch,
      accuracy: 100 * curves.originalAccuracy[i],
      ...runsBehind([record]),
    }));
  });
  const spec = {
    $schema: SCHEMA,
    data: { values },
    facet: {
      row: { field: 'network', type: 'nominal', title: null, sort: orderOf(SPEC_NAMES) },
      column: { field: 'subset', type: 'nominal', title: null },
    },
    spec: {
      width: 260,
      height: 170,
      encoding: {
        x: { field: 'epoch', type: 'ordinal', title: 'epoch', axis: { labelAngle: 0, labelOverlap: true } },
        color: VARIANT_COLOUR,
      },
      layer: seedLines(percentAxis('accuracy', 'test accuracy (%)')),
    },
  } as TopLevelSpec;
  return {
    id: 'topk-learning-curves',
    spec,
    caption: `Accuracy on original test images after each epoch; thin: single runs, thick: mean over seeds. ${provenance(records)}`,
  };
}

/** Shape bias on cue-conflict images against accuracy on original images, one mark a network. */
export function shapeBiasAgainstAccuracy(records: readonly RunRecord[]): Figure {
  const values = records.flatMap((record) => {
    const { cell, metrics } = record;
    const [accuracy, bias] = [metrics.original?.value ?? null, metrics.shapeBias?.value ?? null];
    if (accuracy === null || bias === null) return [];
    const [low, high] = metrics.shapeBias.interval ?? [bias, bias];
    const { shape, texture, conflictImages } = metrics.shapeBias.counts;
    const names = namesOf(String(cell.spec), String(cell.variant));
    const decisions = { shape, texture, conflictImages };
    return [
      {
        run: cell.id,
        ...names,
        subset: `subset ${cell.subset}`,
        accuracy: 100 * accuracy,
        bias,
        low,
        high,
        ...decisions,
        ...runsBehind([record]),
      },
    ];
  });
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    data: { values },
    facet: { column: { field: 'subset', type: 'nominal', title: null } },
    spacing: 32,
    spec: {
      width: 260,
      height: 220,
      encoding: {
        x: {
          field: 'accuracy',
          type: 'quantitative',
          title: 'accuracy on original images (%)',
          scale: { domain: roomAround(values.map(({ accuracy }) => accuracy)), nice: false },
          axis: { labelFlush: false, tickCount: 5 },
        },
        color: VARIANT_COLOUR,
      },
      layer: [
        {
          mark: { type: 'rule', opacity: 0.45 },
          encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 55, opacity: 1 },
          encoding: {
            y: { field: 'bias', type: 'quantitative', title: 'shape bias', scale: { domain: [0, 1] } },
            shape: {
              field: 'network',
              type: 'nominal',
              title: 'network',
              scale: { domain: orderOf(SPEC_NAMES), range: ['circle', 'square'] },
              legend: { symbolFillColor: '#666666', symbolStrokeColor: '#666666' },
            },
            tooltip: ['run', 'accuracy', 'bias', 'shape', 'texture', 'conflictImages'].map((field) => ({
              field,
            })),
          },
        },
      ],
    },
  };
  return {
    id: 'topk-shape-bias',
    spec,
    caption:
      'Shape bias S / (S + T) on cue-conflict images, where S and T count decisions for the class of the shape and of the ' +
      'texture; lines: 95 % interval over images (Wilson). One mark a trained network. ' +
      provenance(records),
  };
}

/** From the multiple of five below all values to the one above, so that no mark lies on the frame. */
function roomAround(percentages: readonly number[]): [number, number] {
  if (percentages.length === 0) return [0, 100];
  const low = 5 * Math.floor((Math.min(...percentages) - 1) / 5);
  const high = 5 * Math.ceil((Math.max(...percentages) + 1) / 5);
  return [Math.max(0, low), Math.min(100, high)];
}
