// Networks whose activations are thinned out at inference: curves over what is kept, and Figure 1 of the Top-K report.
import type { TopLevelSpec } from 'vega-lite';
import type { ShapeBias } from '../results/benchmark';
import { matching } from '../results/comparisons';
import { wilsonInterval } from '../results/proportion';
import { type Metric, RECORDS, type RunRecord } from '../results/record';
import {
  type CategoryCues,
  type Condition,
  conditionName,
  conditionsOf,
  cuesByCategory,
  readConflictAnswers,
  readPublishedInference,
  shapeShare,
} from '../results/topkInference';
import { type ShapeBiasResult, shapeBiasBoxes, shapeBiasByCategory } from './benchmarkShapeBias';
import { type Figure, SCHEMA } from './figure';
import { meanMarks } from './intervals';
import { provenance } from './provenance';
import { referenceLine } from './referenceLine';
import { runsBehind } from './runsBehind';
import { COLOURS } from './theme';

/** Names of the experiment's networks. */
export const INFERENCE_NETWORKS: Readonly<Record<string, string>> = { alexnet: 'AlexNet', vgg16: 'VGG-16' };
const KEPT: Readonly<Record<'top' | 'rest', string>> = {
  top: 'the strongest are kept',
  rest: 'the strongest are taken away',
};
/** Of 16 categories each is hit by chance in one of 16; so of shape and texture each as often. */
const CHANCE_FRACTION = 0.5;
const CHANCE_SHARE = 1 / 16;

interface Point {
  readonly network: string;
  readonly series: string;
  readonly percent: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

type Quantity = (metrics: Readonly<Record<string, Metric>>, condition: string) => number | null;

/** Mean over seeds of a quantity, by network and by the percentage that is meant. */
function curve(
  records: readonly RunRecord[],
  kept: 'top' | 'rest',
  series: string,
  quantity: Quantity,
): Point[] {
  return Object.entries(INFERENCE_NETWORKS).flatMap(([network, name]) => {
    const runs = matching(records, { network });
    // Where nothing is taken away, a log scale has no place.
    const conditions = kept === 'top' ? conditionsOf(runs, 'top') : conditionsOf(runs, 'rest').slice(1);
    return conditions.flatMap((condition) => {
      const values = runs.flatMap(({ metrics }) => quantity(metrics, conditionName(condition)) ?? []);
      return meanMarks(values).map((mark) => ({
        network: name,
        series,
        percent: condition.percent,
        ...mark,
        ...runsBehind(runs),
      }));
    });
  });
}

const BIAS: Quantity = (metrics, condition) => metrics[`shapeBias.${condition}`]?.value ?? null;

interface CurvesOptions {
  readonly id: string;
  readonly x: string;
  readonly y: string;
  readonly points: readonly Point[];
  /** Colour and dash of each series. */
  readonly series: Readonly<Record<string, readonly [colour: string, dash: readonly number[]]>>;
  /** Series whose marks are hollow and large, so that others show within. */
  readonly hollow?: readonly string[];
  readonly chance: number;
  readonly caption: string;
}

/** A panel for each network; lines with intervals, and chance as a faint rule. */
function curvesFigure({ id, x, y, points, series, hollow = [], chance, caption }: CurvesOptions): Figure {
  const names = Object.keys(series);
  const legend = { orient: 'bottom', columns: 2, symbolType: 'stroke', symbolSize: 300, labelLimit: 420 };
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: names, range: names.map((name) => series[name][0]) },
    legend,
  };
  const strokeDash = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: names, range: names.map((name) => series[name][1]) },
    legend,
  };
  const percentAxis = {
    field: 'percent',
    type: 'quantitative',
    title: `${x} (%, log scale)`,
    // Wider than the values, so that nothing at its ends is cut.
    scale: { type: 'log', domain: [106, 4.7], nice: false },
    axis: { values: [100, 50, 40, 30, 20, 10, 5], grid: false },
  };
  const height = { type: 'quantitative', title: y, scale: { domain: [0, 1] } };
  const marks = (oneOf: readonly string[], look: object): object => ({
    transform: [{ filter: { field: 'series', oneOf } }],
    mark: { type: 'point', opacity: 1, ...look },
    encoding: {
      x: percentAxis,
      y: { field: 'mean', ...height },
      color,
      tooltip: ['network', 'series', 'percent', 'mean', 'low', 'high'].map((field) => ({ field })),
    },
  });
  const spec = {
    $schema: SCHEMA,
    data: { values: points },
    facet: {
      column: { field: 'network', type: 'nominal', title: null, sort: Object.values(INFERENCE_NETWORKS) },
    },
    spec: {
      width: 290,
      height: 230,
      layer: [
        referenceLine({ color: '#999999', strokeDash: [2, 3] }, { y: { datum: chance, ...height } }),
        {
          mark: { type: 'rule', strokeWidth: 1.5, clip: true },
          encoding: { x: percentAxis, y: { field: 'low', ...height }, y2: { field: 'high' }, color },
        },
        {
          mark: { type: 'line', strokeWidth: 2 },
          encoding: { x: percentAxis, y: { field: 'mean', ...height }, color, strokeDash },
        },
        marks(
          names.filter((name) => !hollow.includes(name)),
          { filled: true, size: 40 },
        ),
        ...(hollow.length === 0 ? [] : [marks(hollow, { filled: false, size: 90, strokeWidth: 1.5 })]),
      ],
    },
  } as unknown as TopLevelSpec;
  return { id, spec, caption };
}

/** Shape bias over what is kept: our networks, and the published values of networks from ImageNet. */
export function inferenceShapeBias(records: readonly RunRecord[]): Figure {
  const { rows } = readPublishedInference();
  const published = (series: string, numberOf: (row: (typeof rows)[number]) => number | null): Point[] =>
    rows.flatMap((row) => {
      const value = row.kept === 'top' ? numberOf(row) : null;
      const { network, percent } = row;
      return value === null
        ? []
        : [{ network: INFERENCE_NETWORKS[network], series, percent, mean: value, low: null, high: null }];
    });
  const series = {
    [`ours: ${KEPT.top}`]: [COLOURS.topk, [1, 0]],
    [`ours: ${KEPT.rest}`]: [COLOURS['topk-mean'], [1, 0]],
    'the report, on ImageNet': [COLOURS.reported, [6, 3]],
    'Li et al. 2023, on ImageNet': ['#555555', [2, 3]],
  } as const;
  const [top, rest, report, authors] = Object.keys(series);
  return curvesFigure({
    id: 'topk-inference-shape-bias',
    x: 'share kept, or taken away',
    y: 'shape bias, S / (S + T)',
    points: [
      ...curve(records, 'top', top, BIAS),
      ...curve(records, 'rest', rest, BIAS),
      ...published(report, ({ figure }) => figure),
      ...published(authors, ({ shape, texture }) => shape / (shape + texture)),
    ],
    series,
    hollow: [authors],
    chance: CHANCE_FRACTION,
    caption: `Shape bias on cue-conflict images over the share of the positions of each map that are kept, or taken away, after five layers. Ours: mean over seeds with Student's 95 % interval. Rings: Li et al., whose values are nearly those of the report. Dotted line: a network that answers at random. Ours and the published networks have seen other images: compare directions. ${provenance(records)}`,
  });
}

/** What becomes of the decisions: shares for shape and for texture, and the accuracy on ordinary images, over what is kept. */
export function inferenceDecisions(records: readonly RunRecord[]): Figure {
  const share =
    (cue: 'shape' | 'texture'): Quantity =>
    (metrics, condition) => {
      const metric = metrics[`shapeBias.${condition}`];
      if (metric === undefined) return null;
      return cue === 'shape' ? shapeShare(metric) : metric.counts.texture / metric.counts.conflictImages;
    };
  const series = {
    'conflicts decided for the shape': [COLOURS.shape, [1, 0]],
    'conflicts decided for the texture': [COLOURS.texture, [1, 0]],
    'ordinary images decided rightly': [COLOURS.none, [4, 3]],
  } as const;
  const [shape, texture, right] = Object.keys(series);
  return curvesFigure({
    id: 'topk-inference-decisions',
    x: 'share kept',
    y: 'share of the images',
    points: [
      ...curve(records, 'top', shape, share('shape')),
      ...curve(records, 'top', texture, share('texture')),
      ...curve(
        records,
        'top',
        right,
        (metrics, condition) => metrics[`original.${condition}`]?.value ?? null,
      ),
    ],
    series,
    chance: CHANCE_SHARE,
    caption: `The decisions behind the shape bias, over the share of the activations that are kept. Mean over seeds with Student's 95 % interval. Dotted line: chance, one of 16 categories. ${provenance(records)}`,
  });
}

/** Figure 1 of the report, one network: by category of the shape, and a box for each share that is kept. */
export const inferenceFigures = Object.keys(INFERENCE_NETWORKS).flatMap((network) => [
  (records: readonly RunRecord[], folder?: string) =>
    asReport(records, network, folder, 'categories', shapeBiasByCategory),
  (records: readonly RunRecord[], folder?: string) =>
    asReport(records, network, folder, 'boxes', shapeBiasBoxes),
]);

function asReport(
  records: readonly RunRecord[],
  network: string,
  folder: string = RECORDS,
  part: string,
  draw: (result: ShapeBiasResult, about: string) => Figure | undefined,
): Figure | null {
  const runs = matching(records, { network });
  if (runs.length === 0) return null;
  const conditions = conditionsOf(runs, 'top');
  const nameOf = ({ kept, percent }: Condition): string =>
    kept === 'all' ? INFERENCE_NETWORKS[network] : `${INFERENCE_NETWORKS[network]}, ${percent} %`;
  const answers = readConflictAnswers(runs, folder);
  const shapeBias = Object.fromEntries(
    conditions.map((condition) => [nameOf(condition), biasOf(cuesByCategory(answers, condition))]),
  );
  const observers = conditions.map((condition) => ({ name: nameOf(condition), kind: 'model' as const }));
  const figure = draw({ observers, sets: [{ dataset: 'cue-conflict', shapeBias }] }, provenance(runs));
  if (figure === undefined) return null;
  const spec = { ...figure.spec, usermeta: runsBehind(runs) };
  const [conflicts] = runs[0].dataName.split('; ');
  const caption = `"5 %": after five layers the strongest 5 % of the activations of each map are kept. Cue conflicts of ${conflicts}, decisions of all seeds added up. ${figure.caption}`;
  return { id: `topk-inference-${network}-${part}`, spec, caption };
}

/** By category, decisions of all seeds added up. */
function biasOf(cues: readonly CategoryCues[]): ShapeBias {
  const decisions = (parts: readonly CategoryCues[]) => {
    const [shape, texture] = (['shape', 'texture'] as const).map((cue) =>
      parts.reduce((sum, part) => sum + part[cue], 0),
    );
    const hits = shape + texture;
    return {
      bias: {
        value: hits === 0 ? null : shape / hits,
        counts: { shape, texture },
        interval: wilsonInterval(shape, hits),
      },
      shapeShare: shape,
      textureShare: texture,
    };
  };
  return {
    overall: decisions(cues),
    byCategory: Object.fromEntries(cues.map((cue) => [cue.category, decisions([cue])])),
  };
}
