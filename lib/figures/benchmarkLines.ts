// Figures over the conditions of the parametric data sets: accuracy, error consistency and entropy as lines.
import type { TopLevelSpec } from 'vega-lite';
import { type BenchmarkResult, HUMANS, type SetResult } from '../results/benchmark';
import { observerColour, observerShape, observerStyle } from './benchmarkObservers';
import { type Figure, SCHEMA } from './figure';

const COLUMNS = 3;

interface Point {
  observer: string;
  condition: string;
  value: number;
  low: number;
  high: number;
}

interface LineFigure {
  id: string;
  title: string;
  domain: [number, number];
  /** A dotted line, and what it is. */
  reference: { at: number; meaning: string };
  caption: string;
  /** The mark of an observer in a condition; nothing to leave it out. */
  point: (
    set: SetResult,
    observer: string,
    condition: string,
  ) => Omit<Point, 'observer' | 'condition'> | undefined;
}

/** Accuracy by condition, a small chart for each parametric set. Undefined without any. */
export function accuracyLines(result: BenchmarkResult, about: string): Figure | undefined {
  return lines(result, about, {
    id: 'benchmark-accuracy',
    title: 'accuracy',
    domain: [0, 1],
    reference: { at: 1 / 16, meaning: 'chance' },
    caption: 'Classification accuracy by condition',
    point: ({ accuracy }, observer, condition) => {
      const metric = accuracy[observer]?.[condition];
      if (metric === undefined || metric.value === null) return undefined;
      const [low, high] = metric.interval ?? [metric.value, metric.value];
      return { value: metric.value, low, high };
    },
  });
}

/** Error consistency with humans by condition. Undefined without parametric sets that humans answered too. */
export function errorConsistencyLines(result: BenchmarkResult, about: string): Figure | undefined {
  return lines(result, about, {
    id: 'benchmark-error-consistency',
    title: 'error consistency (kappa)',
    domain: [-0.2, 1],
    reference: { at: 0, meaning: 'errors no more alike than by chance' },
    caption:
      'Mean error consistency of each network with every human observer, and of every human observer with the others, by condition',
    point: ({ errorConsistency }, observer, condition) => {
      const estimate = errorConsistency[observer]?.[condition];
      if (estimate === undefined) return undefined;
      const [low, high] = estimate.interval ?? [estimate.value, estimate.value];
      return { value: estimate.value, low, high };
    },
  });
}

/** Entropy of the answers by condition. Undefined without parametric sets. */
export function entropyLines(result: BenchmarkResult, about: string): Figure | undefined {
  return lines(result, about, {
    id: 'benchmark-entropy',
    title: 'entropy (bits)',
    domain: [0, 4.2],
    reference: { at: 4, meaning: 'all 16 categories equally often' },
    caption: 'Entropy of the distribution of answers by condition',
    point: ({ entropy }, observer, condition) => {
      const value = entropy[observer]?.[condition];
      return value === undefined ? undefined : { value, low: value, high: value };
    },
  });
}

function lines(result: BenchmarkResult, about: string, figure: LineFigure): Figure | undefined {
  const style = observerStyle(result);
  const charts = result.sets
    .filter(({ kind }) => kind === 'parametric')
    .map((set) => ({ set, points: pointsOf(set, style.shown, figure) }))
    .filter(({ points }) => points.length > 0);
  if (charts.length === 0) return undefined;
  const { id, title, domain, reference, caption } = figure;
  const spec = {
    $schema: SCHEMA,
    columns: COLUMNS,
    spacing: 18,
    concat: charts.map(({ set, points }, index) => {
      const labels = set.conditions.map(({ label }) => label);
      const x = {
        field: 'condition',
        type: 'ordinal',
        title: set.axis,
        sort: labels,
        // Eight levels of four characters each fit side by side.
        axis: { labelAngle: 0, labelFontSize: 9 },
      } as const;
      return {
        title: { text: set.dataset, fontSize: 13, offset: 4 },
        width: 185,
        height: 130,
        data: { values: points },
        layer: [
          {
            data: { values: [{ at: reference.at }] },
            mark: { type: 'rule', strokeDash: [2, 3], color: '#666666' },
            encoding: { y: { field: 'at', type: 'quantitative' } },
          },
          {
            mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.5 },
            encoding: {
              x,
              y: { field: 'low', type: 'quantitative' },
              y2: { field: 'high' },
              color: observerColour(style),
            },
          },
          {
            mark: { type: 'line', strokeWidth: 1.5 },
            encoding: { x, y: { field: 'value', type: 'quantitative' }, color: observerColour(style) },
          },
          {
            mark: { type: 'point', filled: true, size: 40, opacity: 1 },
            encoding: {
              x,
              y: {
                field: 'value',
                type: 'quantitative',
                title: index % COLUMNS === 0 ? title : null,
                scale: { domain },
                axis: { tickCount: 5 },
              },
              color: observerColour(style),
              shape: observerShape(style),
              tooltip: ['observer', 'condition', 'value', 'low', 'high'].map((field) => ({ field })),
            },
          },
        ],
      };
    }),
  } as unknown as TopLevelSpec;
  return {
    id,
    spec,
    caption: `${caption}; vertical strokes: 95 % intervals over images; dotted: ${reference.meaning}. ${about}`,
  };
}

function pointsOf(set: SetResult, observers: readonly string[], { point }: LineFigure): Point[] {
  return observers.flatMap((observer) =>
    set.conditions.flatMap(({ name, label }) => {
      const found = point(set, observer, name);
      return found === undefined ? [] : [{ observer, condition: label, ...found }];
    }),
  );
}

/** Whether anything can be said of humans in a result. */
export function hasHumans({ observers }: BenchmarkResult): boolean {
  return observers.some(({ name }) => name === HUMANS);
}
