// Figures of shape bias on cue-conflict images.
import type { TopLevelSpec } from 'vega-lite';
import { type BenchmarkResult, HUMANS, type SetResult, type ShapeBias } from '../results/benchmark';
import { observerColour, observerShape, observerStyle } from './benchmarkObservers';
import { categoryIconsLayer, ICON_SPACE } from './categoryIcons';
import { type Figure, SCHEMA } from './figure';
import { COLOURS, PALETTE } from './theme';

/** What these figures read of a result. */
export interface ShapeBiasResult extends Pick<BenchmarkResult, 'observers'> {
  readonly sets: readonly Pick<SetResult, 'dataset' | 'shapeBias'>[];
}

/** Share of texture decisions by category of the shape, with its icon, a mark for each observer and a line at its share over all; humans one
 *  by one in faint. Undefined when no one answered cue-conflict images.
 *  @param about where the numbers come from, for the caption. */
export function shapeBiasByCategory(result: ShapeBiasResult, about: string): Figure | undefined {
  const biases = biasesOf(result);
  if (biases === undefined) return undefined;
  const style = observerStyle(result);
  const shown = style.shown.filter((name) => biases[name] !== undefined);
  const order = categoryOrder(biases[HUMANS] ?? biases[shown[0]]);
  const marks = shown.flatMap((observer) => byCategory(observer, biases[observer]));
  const faint = style.humanObservers.flatMap((observer) =>
    biases[observer] ? byCategory(observer, biases[observer]) : [],
  );
  const lines = shown.flatMap((observer) => {
    const { value } = biases[observer].overall.bias;
    return value === null ? [] : [{ observer, texture: 1 - value }];
  });
  const scale = { domain: [0, 1] };
  const y = {
    field: 'category',
    type: 'nominal',
    title: null,
    sort: order,
    axis: { grid: true, gridDash: [1, 3], ticks: false, domain: false, labelPadding: ICON_SPACE },
  } as const;
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    width: 520,
    height: 26 * order.length,
    layer: [
      {
        data: { values: marks },
        mark: { type: 'point', opacity: 0 },
        encoding: {
          x: {
            field: 'texture',
            type: 'quantitative',
            scale,
            axis: {
              orient: 'top',
              labelExpr: "format(1 - datum.value, '.1f')",
              title: '◀ fraction of shape decisions',
              grid: false,
            },
          },
          y,
        },
      },
      categoryIconsLayer(order, y),
      {
        data: { values: lines },
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.8 },
        encoding: {
          x: {
            field: 'texture',
            type: 'quantitative',
            scale,
            axis: { orient: 'bottom', title: 'fraction of texture decisions ▶', grid: false },
          },
          color: observerColour(style),
        },
      },
      ...(faint.length === 0
        ? []
        : [
            {
              data: { values: faint },
              mark: {
                type: 'point',
                shape: 'diamond',
                size: 30,
                opacity: 0.35,
                color: COLOURS.humans,
                filled: true,
              },
              encoding: { x: { field: 'texture', type: 'quantitative', scale, axis: null }, y },
            } as const,
          ]),
      {
        data: { values: marks },
        mark: { type: 'point', filled: true, size: 90, opacity: 1, stroke: '#00000066', strokeWidth: 0.5 },
        encoding: {
          x: { field: 'texture', type: 'quantitative', scale, axis: null },
          y,
          color: observerColour(style),
          shape: observerShape(style),
          tooltip: ['observer', 'category', 'texture', 'shapeDecisions', 'textureDecisions'].map((field) => ({
            field,
          })),
        },
      },
    ],
    resolve: { axis: { x: 'independent' }, legend: { color: 'shared' } },
  } as TopLevelSpec;
  return {
    id: 'benchmark-shape-bias',
    spec,
    caption:
      'Cue-conflict images: of the decisions for the category of the shape or of the texture, the fraction for the texture, by category of ' +
      'the shape; images whose cues agree are left out. Vertical lines: over all categories. ' +
      `${faint.length > 0 ? 'Small faint diamonds: single human observers. ' : ''}${about}`,
  };
}

/** A box for each observer over its shape biases by category; of `humans` each category's is the mean over humans, as the toolbox
 *  has it. Undefined when no one answered cue-conflict images. */
export function shapeBiasBoxes(result: ShapeBiasResult, about: string): Figure | undefined {
  const biases = biasesOf(result);
  if (biases === undefined) return undefined;
  const style = observerStyle(result);
  const humans = style.humanObservers.filter((name) => biases[name] !== undefined);
  const shown = style.shown.filter((name) => biases[name] !== undefined);
  const values = shown.flatMap((observer) =>
    Object.keys(biases[observer].byCategory).flatMap((category) => {
      const members = observer === HUMANS && humans.length > 0 ? humans : [observer];
      const shares = members.flatMap((name) => biases[name].byCategory[category]?.bias.value ?? []);
      return shares.length === 0
        ? []
        : [{ observer, category, bias: shares.reduce((sum, share) => sum + share, 0) / shares.length }];
    }),
  );
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    width: Math.max(240, 60 * shown.length),
    height: 260,
    data: { values },
    mark: {
      type: 'boxplot',
      extent: 1.5,
      outliers: { size: 14, filled: true, opacity: 1 },
      size: 26,
      // On a box that is paler than its colour a black line shows, also where the colour is black.
      box: { opacity: 0.5 },
      median: { color: PALETTE.black, opacity: 1, thickness: 2 },
    },
    encoding: {
      x: { field: 'observer', type: 'nominal', title: null, sort: shown, axis: { labelAngle: -30 } },
      y: {
        field: 'bias',
        type: 'quantitative',
        title: 'shape bias',
        scale: { domain: [0, 1] },
        axis: { grid: false },
      },
      color: { ...observerColour(style), legend: null },
    },
  };
  return {
    id: 'benchmark-shape-bias-boxes',
    spec,
    caption: `Shape bias over the categories: median, quartiles, and whiskers of at most 1.5 times the quartiles' distance; points: categories beyond. ${about}`,
  };
}

function biasesOf({ sets }: ShapeBiasResult): SetResult['shapeBias'] {
  return sets.find(({ dataset }) => dataset === 'cue-conflict')?.shapeBias;
}

function byCategory(observer: string, { byCategory }: ShapeBias) {
  return Object.entries(byCategory).flatMap(([category, { bias }]) =>
    bias.value === null
      ? []
      : [
          {
            observer,
            category,
            texture: 1 - bias.value,
            shapeDecisions: bias.counts.shape,
            textureDecisions: bias.counts.texture,
          },
        ],
  );
}

/** Categories from the top: the most texture decisions first, so that the least are at the bottom. */
function categoryOrder({ byCategory }: ShapeBias): string[] {
  const texture = (category: string): number => 1 - (byCategory[category].bias.value ?? 1);
  return Object.keys(byCategory).sort((a, b) => texture(b) - texture(a));
}
