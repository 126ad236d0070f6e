// Figures of the benchmark's four scores: bars with the human line, pairs of scores, accuracy on sets of cues.
import type { TopLevelSpec } from 'vega-lite';
import { type BenchmarkResult, type BenchmarkScores, type Estimate, HUMANS } from '../results/benchmark';
import { observerColour, observerShape, observerStyle } from './benchmarkObservers';
import { type Figure, SCHEMA } from './figure';
import { COLOURS } from './theme';

type Score = 'outOfDistributionAccuracy' | 'accuracyDifference' | 'observedConsistency' | 'errorConsistency';

const SCORES: Readonly<Record<Score, { title: string; better: 'high' | 'low' }>> = {
  outOfDistributionAccuracy: { title: 'OOD accuracy', better: 'high' },
  accuracyDifference: { title: 'accuracy difference', better: 'low' },
  observedConsistency: { title: 'observed consistency', better: 'high' },
  errorConsistency: { title: 'error consistency', better: 'high' },
};
const NAMES = Object.keys(SCORES) as Score[];

/** Four bar charts, the best network on the right; a dashed line shows humans. Undefined when there is nothing to show. */
export function scoreBars(result: BenchmarkResult, about: string): Figure | undefined {
  const style = observerStyle(result);
  const charts = NAMES.flatMap((score) => {
    const bars = result.scores
      .filter(({ observer }) => observer !== HUMANS)
      .flatMap((scores) => barOf(scores, score) ?? []);
    const human = humanScore(result, score);
    return bars.length === 0 ? [] : [{ score, bars, human }];
  });
  if (charts.length === 0) return undefined;
  const spec = {
    $schema: SCHEMA,
    columns: 2,
    concat: charts.map(({ score, bars, human }) => {
      const { title, better } = SCORES[score];
      const worstFirst = [...bars].sort((a, b) =>
        better === 'high' ? a.value - b.value : b.value - a.value,
      );
      const x = {
        field: 'observer',
        type: 'nominal',
        title: null,
        sort: worstFirst.map(({ observer }) => observer),
        axis: { labelAngle: -40, labelLimit: 240 },
      } as const;
      return {
        width: Math.min(300, Math.max(120, 36 * bars.length)),
        height: 190,
        layer: [
          {
            data: { values: bars },
            mark: { type: 'bar', opacity: 0.9 },
            encoding: {
              x,
              y: { field: 'value', type: 'quantitative', title },
              color: { ...observerColour(style), legend: null },
            },
          },
          {
            data: { values: bars },
            mark: { type: 'rule', strokeWidth: 1.5, color: '#444444' },
            encoding: { x, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
          },
          ...(human === undefined
            ? []
            : [
                {
                  data: { values: [{ value: human, name: 'humans' }] },
                  mark: { type: 'rule', strokeDash: [5, 4], strokeWidth: 2, color: COLOURS.humans },
                  encoding: { y: { field: 'value', type: 'quantitative' } },
                },
                {
                  data: { values: [{ value: human, name: 'humans' }] },
                  mark: { type: 'text', align: 'right', dy: -7, x: 'width', color: COLOURS.humans },
                  encoding: { y: { field: 'value', type: 'quantitative' }, text: { field: 'name' } },
                },
              ]),
        ],
      };
    }),
  } as unknown as TopLevelSpec;
  return {
    id: 'benchmark-scores',
    spec,
    caption:
      'The four scores of the benchmark, means over the sets answered; of the accuracy difference less is better, of the others more. Strokes: 95 % ' +
      `intervals over images; dashed: humans. ${about}`,
  };
}

/** Accuracy on the sets that keep one cue: edges, silhouettes, sketches, stylised images. Undefined without any. */
export function cueAccuracyBars(result: BenchmarkResult, about: string): Figure | undefined {
  const style = observerStyle(result);
  const sets = result.sets.filter(({ kind, dataset }) => kind === 'cue' && dataset !== 'cue-conflict');
  const bars = sets.flatMap(({ dataset, overallAccuracy }) =>
    style.shown.flatMap((observer) => {
      const metric = overallAccuracy[observer]?.all;
      if (metric === undefined || metric.value === null) return [];
      const [low, high] = metric.interval ?? [metric.value, metric.value];
      return [{ dataset, observer, value: metric.value, low, high }];
    }),
  );
  if (bars.length === 0) return undefined;
  const x = {
    field: 'dataset',
    type: 'nominal',
    title: null,
    sort: sets.map(({ dataset }) => dataset),
    axis: { labelAngle: 0 },
  } as const;
  const xOffset = { field: 'observer', type: 'nominal', sort: [...style.shown] } as const;
  const spec = {
    $schema: SCHEMA,
    width: Math.max(360, 22 * bars.length),
    height: 230,
    data: { values: bars },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x,
          xOffset,
          y: { field: 'value', type: 'quantitative', title: 'accuracy', scale: { domain: [0, 1] } },
          color: observerColour(style),
        },
      },
      {
        mark: { type: 'rule', color: '#444444', strokeWidth: 1.5 },
        encoding: { x, xOffset, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
      {
        data: { values: [{ chance: 1 / 16 }] },
        mark: { type: 'rule', strokeDash: [2, 3], color: '#666666' },
        encoding: { y: { field: 'chance', type: 'quantitative' } },
      },
    ],
  } as unknown as TopLevelSpec;
  return {
    id: 'benchmark-cue-accuracy',
    spec,
    caption: `Accuracy on sets that keep one cue; strokes: 95 % intervals over images; dotted: chance, 1/16. ${about}`,
  };
}

/** All six pairs of scores, a mark for each observer. Dashed: what independent observers of those accuracies would have.
 *  Undefined where no network can be compared with humans. */
export function scoreScatter(result: BenchmarkResult, about: string): Figure | undefined {
  const style = observerStyle(result);
  const complete = result.scores.filter((scores) => NAMES.every((name) => scores[name] !== null));
  const human = humanScore(result, 'outOfDistributionAccuracy');
  if (human === undefined || complete.every(({ observer }) => observer === HUMANS)) return undefined;
  const values = complete.map((scores) => ({
    observer: scores.observer,
    ...Object.fromEntries(NAMES.map((name) => [name, (scores[name] as Estimate).value])),
  }));
  const pairs = NAMES.flatMap((a, i) => NAMES.slice(i + 1).map((b) => [a, b] as const));
  const spec = {
    $schema: SCHEMA,
    columns: 3,
    concat: pairs.map(([a, b]) => ({
      width: 180,
      height: 150,
      layer: [
        ...expectedLine(a, b, human),
        {
          data: { values },
          mark: { type: 'point', filled: true, size: 80, opacity: 1, stroke: '#00000066', strokeWidth: 0.5 },
          encoding: {
            x: {
              field: a,
              type: 'quantitative',
              title: SCORES[a].title,
              scale: { zero: false, padding: 12 },
            },
            y: {
              field: b,
              type: 'quantitative',
              title: SCORES[b].title,
              scale: { zero: false, padding: 12 },
            },
            color: observerColour(style),
            shape: observerShape(style),
            tooltip: ['observer', a, b].map((field) => ({ field })),
          },
        },
      ],
    })),
  } as unknown as TopLevelSpec;
  return {
    id: 'benchmark-score-pairs',
    spec,
    caption: `Every two scores against each other, a mark for each observer; dashed: expected of independent observers. ${about}`,
  };
}

/** Over accuracy x: `x h + (1 - x)(1 - h)` of observed consistency, with h humans' accuracy; 0 of error consistency. */
function expectedLine(a: Score, b: Score, human: number): object[] {
  if (a !== 'outOfDistributionAccuracy' || b === 'accuracyDifference') return [];
  const expected = (x: number): number => (b === 'errorConsistency' ? 0 : x * human + (1 - x) * (1 - human));
  return [
    {
      data: { values: [0, 1].map((x) => ({ x, expected: expected(x) })) },
      mark: { type: 'line', strokeDash: [5, 4], strokeWidth: 1, color: '#666666' },
      encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'expected', type: 'quantitative' } },
    },
  ];
}

function barOf(scores: BenchmarkScores, score: Score) {
  const estimate = scores[score];
  if (estimate === null) return undefined;
  const [low, high] = estimate.interval ?? [estimate.value, estimate.value];
  return { observer: scores.observer, value: estimate.value, low, high };
}

function humanScore({ scores }: BenchmarkResult, score: Score): number | undefined {
  return scores.find(({ observer }) => observer === HUMANS)?.[score]?.value;
}
