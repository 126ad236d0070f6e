// Lines over a common axis: schedules and other series that no run is needed for.
import type { TopLevelSpec } from 'vega-lite';
import { type Figure, SCHEMA } from './figure';

export interface Series {
  readonly id: string;
  /** Title of the horizontal axis, whose values are whole numbers in a row. */
  readonly x: string;
  /** The first of them. Default: 0. */
  readonly first?: number;
  readonly y: string;
  /** Values of each line, by its name. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
  readonly caption: string;
}

/** Most points that a line is drawn with; of longer ones every n-th. */
const MOST_POINTS = 1200;

/** One line for each series, in the order given; of several a legend tells the names. Throws without a value. */
export function seriesFigure({ id, x, first = 0, y, lines, caption }: Series): Figure {
  const values = Object.entries(lines).flatMap(([line, numbers]) => {
    const every = Math.ceil(numbers.length / MOST_POINTS);
    return numbers.flatMap((value, i) => (i % every === 0 ? [{ line, at: first + i, value }] : []));
  });
  if (values.length === 0) throw new Error(`The figure "${id}" has no values.`);
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    data: { values },
    width: 460,
    height: 200,
    mark: { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x: { field: 'at', type: 'quantitative', title: x, scale: { nice: false }, axis: { tickCount: 6 } },
      y: { field: 'value', type: 'quantitative', title: y },
      color: {
        field: 'line',
        type: 'nominal',
        title: null,
        sort: Object.keys(lines),
        ...(Object.keys(lines).length === 1 ? { legend: null } : {}),
      },
    },
  };
  return { id, spec, caption };
}
