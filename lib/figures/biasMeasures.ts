// Measures of bias beside the truth, for networks whose reliance is known.
import type { TopLevelSpec } from 'vega-lite';
import { BIAS_MEASURES, type BiasMeasure, type Cue } from '../results/biasMeasureList';
import { type Division, measured, runsAlong, shareOf } from '../results/biasTruth';
import { matching } from '../results/comparisons';
import type { RunRecord } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { meanMarks } from './intervals';
import { provenance } from './provenance';
import { referenceLine } from './referenceLine';
import { runsBehind } from './runsBehind';
import { COLOURS, PALETTE } from './theme';

/** How the divisions of the images are called in figures. */
const DIVISIONS: Readonly<Record<Division, string>> = {
  classes: 'a share of the classes',
  images: "a share of every class's images",
};

const DIVISION_SCALE = {
  domain: Object.values(DIVISIONS),
  range: [PALETTE.blue, PALETTE.vermilion],
};

/** Every measure over the true share of its cue: a panel for each; null where no run has measures. */
export function biasTruth(records: readonly RunRecord[]): Figure | null {
  const points = BIAS_MEASURES.flatMap((measure) =>
    (['classes', 'images'] as const).flatMap((division) =>
      runsAlong(records, measure.cue, division).flatMap((record) => {
        const value = measured(record, measure);
        const isEndOfImages = division === 'images' && record.cell.division !== 'images';
        if (value === null || isEndOfImages) return [];
        return [{ ...point(measure, division, record), value, ...runsBehind([record]) }];
      }),
    ),
  );
  if (points.length === 0) return null;
  const means = meansOf(points);
  const panels = (['shape', 'texture', 'colour'] as const).map((cue) => panelsOf(cue, points, means));
  const spec = {
    $schema: SCHEMA,
    title: {
      text: 'What measures say of networks whose reliance is known',
      subtitle: 'a measure that tells the truth rises with it',
    },
    spacing: 24,
    vconcat: panels,
  } as unknown as TopLevelSpec;
  return {
    id: 'bias-measures-truth',
    spec,
    caption: `Each panel one measure over the true share of its cue. Rings: single networks; discs: means over seeds with Student's 95 % interval. Blue: in that share of the classes the cue alone tells the class. Red: in that share of every class's images it does, and nothing in an image says so; its ends are the blue ones. Of shape and texture, networks without colour; suppressions are reliance, the accuracy above chance that is lost. Dashed: where the measure equals the share. What lay outside −0.6 to 1.25 would be cut off. ${provenance(records)}`,
  };
}

interface Point {
  readonly measure: string;
  readonly cue: Cue;
  readonly division: string;
  readonly share: number;
  readonly seed: number;
}

function point({ name, cue }: BiasMeasure, division: Division, record: RunRecord): Point {
  return {
    measure: name,
    cue,
    division: DIVISIONS[division],
    share: shareOf(record, cue),
    seed: record.cell.seed,
  };
}

function meansOf(points: readonly (Point & { value: number; runs: readonly string[] })[]): object[] {
  const groups = new Map<string, (Point & { value: number; runs: readonly string[] })[]>();
  for (const one of points) {
    const key = [one.measure, one.division, one.share].join('|');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) =>
    meanMarks(group.map(({ value }) => value)).map((mark) => ({
      ...group[0],
      ...mark,
      runs: group.flatMap(({ runs }) => runs),
    })),
  );
}

function panelsOf(cue: Cue, points: readonly Point[], means: readonly object[]): object {
  const names = BIAS_MEASURES.filter((measure) => measure.cue === cue).map(({ name }) => name);
  const x = {
    field: 'share',
    type: 'quantitative',
    title: `true share of ${cue}`,
    scale: { domain: [-0.05, 1.05], nice: false },
    axis: { values: [0, 0.25, 0.5, 0.75, 1], format: '.2~f' },
  };
  const y = (field: string): object => ({
    field,
    type: 'quantitative',
    title: 'measured',
    scale: { domain: [-0.6, 1.25], nice: false },
    axis: { values: [-0.5, 0, 0.5, 1] },
  });
  const color = {
    field: 'division',
    type: 'nominal',
    title: 'told by the cue',
    scale: DIVISION_SCALE,
    legend: { orient: 'bottom', symbolOpacity: 1 },
  };
  return {
    facet: { field: 'measure', type: 'nominal', title: null, sort: names, header: { labelFontSize: 12 } },
    columns: cue === 'colour' ? 4 : 3,
    spacing: 16,
    spec: {
      width: 165,
      height: 130,
      layer: [
        {
          data: {
            values: [
              { share: 0, value: 0 },
              { share: 1, value: 1 },
            ],
          },
          mark: { type: 'line', color: '#aaaaaa', strokeDash: [3, 3], strokeWidth: 1 },
          encoding: { x, y: y('value') },
        },
        {
          mark: { type: 'point', filled: false, size: 18, opacity: 0.6, clip: true },
          encoding: {
            x,
            y: y('value'),
            color,
            tooltip: ['seed', 'share', 'value'].map((field) => ({ field })),
          },
        },
        {
          transform: [{ filter: 'isValid(datum.mean)' }],
          mark: { type: 'line', strokeWidth: 1.5, clip: true },
          encoding: { x, y: y('mean'), color },
        },
        {
          transform: [{ filter: 'isValid(datum.mean)' }],
          mark: { type: 'rule', strokeWidth: 1.5, clip: true },
          encoding: { x, y: y('low'), y2: { field: 'high' }, color },
        },
        {
          transform: [{ filter: 'isValid(datum.mean)' }],
          mark: { type: 'point', filled: true, size: 40, opacity: 1, clip: true },
          encoding: { x, y: y('mean'), color },
        },
      ],
    },
    data: { values: [...points, ...means].filter((one) => (one as Point).cue === cue) },
  };
}

/** Suppressions whose sweeps are drawn, with what they take away. */
const CURVES: Readonly<Record<string, readonly [name: string, cue: Cue]>> = {
  'patch-shuffle': ['patches shuffled', 'shape'],
  'patch-rotation': ['patches turned', 'shape'],
  bilateral: ['bilateral filter', 'texture'],
  'gaussian-blur': ['Gaussian blur', 'texture'],
  'non-local-means': ['non-local means', 'texture'],
  grey: ['grey by share', 'colour'],
};

/** Networks that one cue alone tells the classes: mixtures with their names. */
const PURE: Readonly<Record<string, string>> = {
  'classes-t0': 'told by shape',
  'classes-t100': 'told by texture',
  'classes-t0-c100': 'told by colour',
};

/** Accuracy left over the levels of each suppression, for networks that one cue told their classes; null without such runs. */
export function biasReliance(records: readonly RunRecord[]): Figure | null {
  const values = Object.entries(PURE).flatMap(([mixture, network]) => {
    const runs = matching(records, { mixture });
    return Object.entries(CURVES).flatMap(([suppression, [name]]) => {
      const prefix = `left.${suppression}.`;
      const levels = Object.keys(runs[0]?.metrics ?? {}).filter((metric) => metric.startsWith(prefix));
      const original = {
        network,
        suppression: name,
        step: 0,
        level: 'none',
        mean: 1,
        low: 1,
        high: 1,
        runs: [] as string[],
      };
      const curve = levels.flatMap((metric, i) => {
        const left = runs.flatMap(({ metrics }) => metrics[metric]?.value ?? []);
        return meanMarks(left).map((mark) => ({
          network,
          suppression: name,
          step: i + 1,
          level: metric.slice(prefix.length),
          ...mark,
          ...runsBehind(runs),
        }));
      });
      return curve.length === 0 ? [] : [original, ...curve];
    });
  });
  if (values.length === 0) return null;
  const color = {
    field: 'network',
    type: 'nominal',
    title: null,
    scale: { domain: Object.values(PURE), range: [COLOURS.shape, COLOURS.texture, PALETTE.blue] },
    legend: { orient: 'bottom' },
  };
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'level (0: untouched image)',
    scale: { domain: [-0.1, 4.1], nice: false },
    axis: { values: [0, 1, 2, 3, 4], format: 'd' },
  };
  const y = (field: string): object => ({
    field,
    type: 'quantitative',
    title: 'accuracy left',
    scale: { domain: [-0.2, 1.2], nice: false },
    axis: { values: [0, 0.5, 1] },
  });
  const layer = [
    referenceLine({ color: '#aaaaaa', strokeDash: [3, 3] }, { y: { datum: 0 } }),
    {
      mark: { type: 'rule', strokeWidth: 1.5, clip: true },
      encoding: { x, y: y('low'), y2: { field: 'high' }, color },
    },
    { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y: y('mean'), color } },
    {
      mark: { type: 'point', filled: true, size: 35, opacity: 1 },
      encoding: {
        x,
        y: y('mean'),
        color,
        tooltip: ['network', 'suppression', 'level', 'mean', 'low', 'high'].map((field) => ({ field })),
      },
    },
  ];
  const spec = {
    $schema: SCHEMA,
    title: {
      text: 'What is left of a network when a cue is taken away',
      subtitle: 'the first two take shape, the last takes colour, those between take texture',
    },
    data: { values },
    facet: {
      field: 'suppression',
      type: 'nominal',
      title: null,
      sort: Object.values(CURVES).map(([name]) => name),
    },
    columns: 3,
    spec: { width: 230, height: 160, layer },
  } as unknown as TopLevelSpec;
  return {
    id: 'bias-measures-curves',
    spec,
    caption: `Accuracy above chance that is left, as a share of that on untouched images, over the levels of each suppression, for networks whose classes one cue alone told. Mean over seeds with Student's 95 % interval; 0 is guessing. ${provenance(records)}`,
  };
}
