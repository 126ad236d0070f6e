// Differences as rows: a point with its interval, and where there is none.
import { PALETTE } from './theme';

export interface IntervalMarksOptions {
  /** Channel of the rows. */
  y: object;
  /** Of the axis of differences. */
  title: string;
  tickCount: number;
  /** Fields that are shown at a point. */
  tooltip: readonly string[];
}

/** Encoding of a field on the axis of differences. */
export function differenceAxis(
  field: string,
  { title, tickCount }: Pick<IntervalMarksOptions, 'title' | 'tickCount'>,
): object {
  return { field, type: 'quantitative', title, axis: { tickCount } };
}

/** Layers over rows of data with the fields `difference`, `low` and `high`. */
export function intervalMarks(options: IntervalMarksOptions): object[] {
  const { y, tooltip } = options;
  return [
    { mark: { type: 'rule', strokeDash: [3, 3], color: '#888888' }, encoding: { x: { datum: 0 } } },
    {
      mark: { type: 'rule', strokeWidth: 2, color: PALETTE.blue },
      encoding: { y, x: differenceAxis('low', options), x2: { field: 'high' } },
    },
    {
      mark: { type: 'point', filled: true, size: 80, opacity: 1, color: PALETTE.blue },
      encoding: {
        y,
        x: differenceAxis('difference', options),
        tooltip: tooltip.map((field) => ({ field })),
      },
    },
  ];
}
