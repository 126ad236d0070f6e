// Matrices: who errs like whom, and what is taken for what.

import type { TopLevelSpec } from 'vega-lite';
import { CATEGORIES } from '../categories';
import { fileNameOf } from '../fileName';
import { type BenchmarkResult, consistencyOf, HUMANS, type SetResult } from '../results/benchmark';
import { observerStyle } from './benchmarkObservers';
import { type Figure, SCHEMA } from './figure';
import { PALETTE } from './theme';

/** Error consistency of every two observers in each set of cues. Undefined when no two observers answered the same set. */
export function consistencyMatrices(result: BenchmarkResult, about: string): Figure | undefined {
  const sets = result.sets.filter(
    (set) => set.kind === 'cue' && Object.keys(set.overallConsistency).length > 0,
  );
  if (sets.length === 0) return undefined;
  const spec = {
    $schema: SCHEMA,
    columns: 2,
    concat: sets.map((set) => {
      const observers = set.observers.filter((name) => name !== HUMANS);
      const cells = observers.flatMap((a) =>
        observers.flatMap((b) => {
          const kappa = a === b ? 1 : consistencyOf(set, a, b)?.kappa;
          return kappa === undefined ? [] : [{ a, b, kappa }];
        }),
      );
      const side = Math.max(120, Math.min(280, 24 * observers.length));
      return {
        title: { text: set.dataset, fontSize: 13, offset: 4 },
        width: side,
        height: side,
        data: { values: cells },
        mark: { type: 'rect', aria: false },
        encoding: {
          x: {
            field: 'b',
            type: 'nominal',
            title: null,
            sort: observers,
            axis: { labelAngle: -60, labelLimit: 220 },
          },
          y: { field: 'a', type: 'nominal', title: null, sort: observers, axis: { labelLimit: 220 } },
          color: {
            field: 'kappa',
            type: 'quantitative',
            title: 'error consistency',
            scale: {
              domain: [-1, 0, 1],
              range: [PALETTE.vermilion, '#ffffff', PALETTE.blue],
              interpolate: 'rgb',
            },
          },
          tooltip: ['a', 'b', 'kappa'].map((field) => ({ field })),
        },
      };
    }),
  } as unknown as TopLevelSpec;
  return {
    id: 'benchmark-consistency-matrices',
    spec,
    caption: `Error consistency (kappa) of every two observers over all images of a set: 0 is chance, 1 the same errors. ${about}`,
  };
}

/** What one observer takes for what, in every set, its conditions together: a column for each presented category, its answers in
 *  percent. Throws when the observer answered none. */
export function confusionMatrices(result: BenchmarkResult, observer: string, about: string): Figure {
  const sets = result.sets.filter((set) => set.confusion[observer] !== undefined);
  if (sets.length === 0) throw new Error(`"${observer}" answered none of the sets.`);
  const spec = {
    $schema: SCHEMA,
    columns: 3,
    spacing: 14,
    concat: sets.map((set) => ({
      title: { text: set.dataset, fontSize: 13, offset: 4 },
      width: 165,
      height: 175,
      data: { values: cellsOf(set, observer) },
      mark: { type: 'rect', strokeWidth: 0, aria: false },
      encoding: {
        x: {
          field: 'presented',
          type: 'nominal',
          title: null,
          axis: { labelAngle: -90, labelFontSize: 8 },
        },
        y: {
          field: 'answer',
          type: 'nominal',
          title: null,
          sort: ['na', ...CATEGORIES],
          axis: { labelFontSize: 8 },
        },
        color: {
          field: 'percent',
          type: 'quantitative',
          title: 'percent of the column',
          scale: { domain: [0, 100], range: ['#ffffff', PALETTE.blue], interpolate: 'rgb' },
        },
      },
    })),
  } as unknown as TopLevelSpec;
  return {
    id: `benchmark-confusion-${fileNameOf(observer)}`,
    spec,
    caption: `What ${observer} ${observer === HUMANS ? 'answer' : 'answers'} (row; na: no answer) to each presented category (column), in percent of the column. ${about}`,
  };
}

function cellsOf(set: SetResult, observer: string) {
  const tables = Object.values(set.confusion[observer]);
  const count = (row: number, column: number): number =>
    tables.reduce((sum, table) => sum + table[row][column], 0);
  const rows = ['na', ...CATEGORIES];
  return CATEGORIES.flatMap((presented, column) => {
    const total = rows.reduce((sum, _, row) => sum + count(row, column), 0);
    if (total === 0) return [];
    return rows.map((answer, row) => ({ presented, answer, percent: (100 * count(row, column)) / total }));
  });
}

/** Observers worth a matrix of confusions: humans together, and each network. */
export function confusionObservers(result: BenchmarkResult): readonly string[] {
  return observerStyle(result).shown;
}
