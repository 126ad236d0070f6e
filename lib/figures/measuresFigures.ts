// Figures of the bias measures of one network: what is left without each cue, and how near the top both cues are.
import type { TopLevelSpec } from 'vega-lite';
import type { MeasureResult } from '../results/measures';
import type { Metric } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { referenceLine } from './referenceLine';
import { COLOURS, colourScale } from './theme';

const COLUMNS = 2;

/** Accuracy left over the levels, a chart for each cue (and for each two of them), a line for each suppression. Undefined where nothing is left to
 *  measure. */
export function relianceCurves({ metrics, suppressions }: MeasureResult, about: string): Figure | undefined {
  const cues = [...new Set(suppressions.map((suppression) => suppression.cues.join(' and ')))];
  const charts = cues
    .map((cue) => ({
      cue,
      points: suppressions
        .filter((suppression) => suppression.cues.join(' and ') === cue)
        .flatMap(({ name, levels }) => curve(name, levels, metrics)),
    }))
    .filter(({ points }) => points.length > 0);
  if (charts.length === 0) return undefined;
  const most = Math.max(1, ...charts.flatMap(({ points }) => points.map(({ high }) => high)));
  const least = Math.min(0, ...charts.flatMap(({ points }) => points.map(({ low }) => low)));
  const scale = { domain: [least, most], nice: true };
  const spec = {
    $schema: SCHEMA,
    columns: COLUMNS,
    spacing: 24,
    resolve: { scale: { color: 'independent', shape: 'independent' } },
    concat: charts.map(({ cue, points }, index) => {
      const x = {
        field: 'step',
        type: 'ordinal',
        title: 'level (0: original image)',
        axis: { labelAngle: 0 },
      };
      const names = [...new Set(points.map(({ suppression }) => suppression))];
      const color = {
        field: 'suppression',
        type: 'nominal',
        scale: { domain: names },
        title: null,
        legend: { orient: 'bottom', columns: 1, symbolOpacity: 1 },
      };
      const y = (field: string) => ({ field, type: 'quantitative', scale });
      return {
        title: { text: `${cue} suppressed`, fontSize: 13, offset: 4 },
        width: 280,
        height: 170,
        data: { values: points },
        layer: [
          reference(1, scale),
          reference(0, scale),
          {
            mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.5 },
            encoding: { x, y: y('low'), y2: { field: 'high' }, color },
          },
          { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y: y('left'), color } },
          {
            mark: { type: 'point', filled: true, size: 40, opacity: 1 },
            encoding: {
              x,
              y: {
                ...y('left'),
                title: index % COLUMNS === 0 ? 'accuracy left' : null,
                axis: { tickCount: 5 },
              },
              color,
              shape: color,
              tooltip: ['suppression', 'level', 'left', 'low', 'high'].map((field) => ({ field })),
            },
          },
        ],
      };
    }),
  } as unknown as TopLevelSpec;
  return {
    id: 'measures-reliance',
    spec,
    caption: `Share of the accuracy above chance that is left when a cue is suppressed, the more the further to the right: 1 (dotted) is the accuracy on the original images, 0 (dotted) chance. Vertical strokes: 95 % intervals over images. ${about}`,
  };
}

interface CurvePoint {
  readonly suppression: string;
  readonly step: number;
  readonly level: string;
  readonly left: number;
  readonly low: number;
  readonly high: number;
}

/** From the original image, of which all is left; nothing where the measure is undefined. */
function curve(
  suppression: string,
  levels: readonly string[],
  metrics: MeasureResult['metrics'],
): CurvePoint[] {
  const points = levels.flatMap((level, i): CurvePoint[] => {
    const { value, interval } = metrics[`left.${suppression}.${level}`];
    if (value === null) return [];
    const [low, high] = interval ?? [value, value];
    return [{ suppression, step: i + 1, level, left: value, low, high }];
  });
  if (points.length === 0) return [];
  return [{ suppression, step: 0, level: 'original', left: 1, low: 1, high: 1 }, ...points];
}

function reference(at: number, scale: object): object {
  return {
    data: { values: [{ at }] },
    mark: { type: 'rule', strokeDash: [2, 3], color: '#666666' },
    encoding: { y: { field: 'at', type: 'quantitative', scale } },
  };
}

/** Mean reciprocal ranks of shape and texture, over all images and class by class. Undefined without conflict images. */
export function ranksFigure(
  { metrics, byCategory, random }: MeasureResult,
  about: string,
): Figure | undefined {
  if (metrics['rank-shape'] === undefined) return undefined;
  const rows: [string, Readonly<Record<string, Metric>>][] = [
    ['all', metrics],
    ...Object.entries(byCategory),
  ];
  const values = rows.flatMap(([category, own]) =>
    (['shape', 'texture'] as const).flatMap((cue) => {
      const { value, interval } = own[`rank-${cue}`];
      if (value === null) return [];
      const [low, high] = interval ?? [value, value];
      return [{ category, cue, rank: value, low, high }];
    }),
  );
  if (values.length === 0) return undefined;
  const scale = { domain: [0, 1] };
  const y = { field: 'category', type: 'nominal', title: null, sort: rows.map(([category]) => category) };
  const yOffset = { field: 'cue', type: 'nominal' };
  const color = {
    field: 'cue',
    type: 'nominal',
    title: null,
    scale: colourScale({ shape: 'shape', texture: 'texture' }),
    legend: { orient: 'top', symbolOpacity: 1 },
  };
  const x = (field: string) => ({ field, type: 'quantitative', title: 'mean reciprocal rank', scale });
  const spec = {
    $schema: SCHEMA,
    width: 460,
    height: { step: 11 },
    layer: [
      {
        data: { values: [{ at: random.reciprocalRank }] },
        mark: { type: 'rule', strokeDash: [2, 3], color: '#666666' },
        encoding: { x: x('at') },
      },
      {
        data: { values },
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.6 },
        encoding: { y, yOffset, color, x: x('low'), x2: { field: 'high' } },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 50, opacity: 1 },
        encoding: {
          y,
          yOffset,
          color,
          x: x('rank'),
          tooltip: ['category', 'cue', 'rank', 'low', 'high'].map((field) => ({ field })),
        },
      },
    ],
  } as unknown as TopLevelSpec;
  return {
    id: 'measures-ranks',
    spec,
    caption: `Mean reciprocal rank of the class of the shape and of the class of the texture on images whose cues conflict; by class: of images with that shape, and with that texture. Lines: 95 % intervals over images; dotted: answers at random. ${about}`,
  };
}

/** Reliance under each exact suppression. Undefined where there is none, or nothing to lose. */
export function exactFigure({ metrics, exact }: MeasureResult, about: string): Figure | undefined {
  const values = exact.flatMap(({ name }) => {
    const { value, interval } = metrics[`exact.${name}`];
    if (value === null) return [];
    const [low, high] = interval ?? [value, value];
    return [{ name, reliance: value, low, high }];
  });
  if (values.length === 0) return undefined;
  const y = { field: 'name', type: 'nominal', title: null, sort: exact.map(({ name }) => name) };
  const x = (field: string) => ({ field, type: 'quantitative', title: 'reliance' });
  const spec = {
    $schema: SCHEMA,
    width: 420,
    height: { step: 24 },
    data: { values },
    layer: [
      ...[0, 1].map((at) => referenceLine({ strokeDash: [2, 3], color: '#666666' }, { x: { datum: at } })),
      {
        mark: { type: 'rule', strokeWidth: 2, color: COLOURS.joint },
        encoding: { y, x: x('low'), x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1, color: COLOURS.joint },
        encoding: {
          y,
          x: x('reliance'),
          tooltip: ['name', 'reliance', 'low', 'high'].map((field) => ({ field })),
        },
      },
    ],
  } as unknown as TopLevelSpec;
  return {
    id: 'measures-exact',
    spec,
    caption: `Share of the accuracy above chance that is lost when scenes are drawn without a cue: 0 nothing, 1 everything. Lines: 95 % intervals over images. ${about}`,
  };
}
