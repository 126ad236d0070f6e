// How a distance between sets of images depends on how many there are.
import type { TopLevelSpec } from 'vega-lite';
import { type Figure, SCHEMA } from './figure';
import { PALETTE } from './theme';

/** Distances of random choices of `n` images, as `distancesByCount` gives them. */
export interface CountedDistances {
  readonly n: number;
  readonly values: readonly number[];
}

export interface DistanceByCountOptions {
  readonly id: string;
  /** What `extrapolate` found: the line `value + slope / n`. */
  readonly line: { readonly value: number; readonly slope: number };
  readonly caption: string;
}

/** A ring for each choice over 1 / n, and the line through them to endlessly many images, on the left. Throws without distances. */
export function distanceByCountFigure(
  distances: readonly CountedDistances[],
  { id, line, caption }: DistanceByCountOptions,
): Figure {
  const points = distances.flatMap(({ n, values }) =>
    values.map((distance) => ({ n, inverse: 1 / n, distance })),
  );
  if (points.length === 0) throw new Error(`The figure "${id}" has no distances.`);
  const most = Math.max(...points.map(({ inverse }) => inverse));
  const ends = [0, most].map((inverse) => ({ inverse, distance: line.value + line.slope * inverse }));
  const counts = distances.map(({ n }) => n);
  const x = {
    field: 'inverse',
    type: 'quantitative',
    title: 'images generated',
    scale: { domain: [0, most * 1.05], nice: false },
    axis: {
      values: [0, ...counts.map((n) => 1 / n)],
      labelExpr: "datum.value == 0 ? '∞' : format(1 / datum.value, 'd')",
      labelOverlap: true,
    },
  } as const;
  const y = {
    field: 'distance',
    type: 'quantitative',
    title: 'Fréchet distance',
    scale: { zero: true },
  } as const;
  const spec = {
    $schema: SCHEMA,
    width: 420,
    height: 220,
    layer: [
      {
        data: { values: ends },
        mark: { type: 'line', strokeWidth: 1.5, strokeDash: [4, 3], color: PALETTE.vermilion },
        encoding: { x, y },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: false, size: 45, color: PALETTE.blue },
        encoding: { x, y, tooltip: ['n', 'distance'].map((field) => ({ field })) },
      },
    ],
  } as unknown as TopLevelSpec;
  return { id, spec, caption };
}
