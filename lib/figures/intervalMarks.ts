// Differences as rows: a point with its interval, and where there is none.

import { referenceLine } from './referenceLine';
import { PALETTE } from './theme';

export interface IntervalMarksOptions {
  /** Channel of the rows. */
  y: object;
  /** Of the axis of differences. */
  title: string;
  tickCount: number;
  /** Pixels between the outermost marks and the ends of the axis. Default: 0. */
  padding?: number;
  /** Fields that are shown at a point. */
  tooltip: readonly string[];
  /** Channel of the colour of rules and points. Default: all blue. */
  color?: object;
}

/** Encoding of a field on the axis of differences. */
export function differenceAxis(
  field: string,
  { title, tickCount, padding }: Pick<IntervalMarksOptions, 'title' | 'tickCount' | 'padding'>,
): object {
  const scale = padding === undefined ? {} : { scale: { padding, nice: false } };
  return { field, type: 'quantitative', title, axis: { tickCount }, ...scale };
}

/** Layers over rows of data with the fields `difference`, `low` and `high`. */
export function intervalMarks(options: IntervalMarksOptions): object[] {
  const { y, tooltip, color } = options;
  const blue = color === undefined ? { color: PALETTE.blue } : {};
  const coloured = color === undefined ? {} : { color };
  return [
    referenceLine({ strokeDash: [3, 3], color: '#888888' }, { x: { datum: 0 } }),
    {
      mark: { type: 'rule', strokeWidth: 2, ...blue },
      encoding: { y, ...coloured, x: differenceAxis('low', options), x2: { field: 'high' } },
    },
    {
      mark: { type: 'point', filled: true, size: 80, opacity: 1, ...blue },
      encoding: {
        y,
        ...coloured,
        x: differenceAxis('difference', options),
        tooltip: tooltip.map((field) => ({ field })),
      },
    },
  ];
}
