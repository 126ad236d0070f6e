// Activation maps side by side, positive and negative values apart.
import type { TopLevelSpec } from 'vega-lite';
import { type Figure, SCHEMA } from './figure';
import { PALETTE } from './theme';

/** One map, row by row, and what it is. */
export interface ActivationMap {
  readonly title: string;
  readonly values: ArrayLike<number>;
}

export interface ActivationMapsOptions {
  id: string;
  caption: string;
  /** Positions in a row of every map. */
  width: number;
}

/** Maps of one size as heat maps on one scale: blue negative, white zero, red positive. Throws on no maps and on maps of different sizes. */
export function activationMaps(maps: readonly ActivationMap[], options: ActivationMapsOptions): Figure {
  const { id, caption, width } = options;
  if (maps.length === 0) throw new Error('activationMaps needs at least one map.');
  const height = maps[0].values.length / width;
  for (const { title, values } of maps) {
    if (values.length !== width * height || !Number.isInteger(height)) {
      throw new Error(
        `The map "${title}" has ${values.length} positions, not ${Math.ceil(height)} rows of ${width}.`,
      );
    }
  }
  const positions = maps.flatMap(({ title, values }) =>
    Array.from(values, (value, i) => ({
      map: title,
      x: i % width,
      y: Math.floor(i / width),
      value: Number(value.toPrecision(3)),
    })),
  );
  const largest = positions.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0) || 1;
  const side = Math.max(112, Math.min(180, Math.floor(680 / maps.length)));
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    data: { values: positions },
    facet: {
      column: { field: 'map', type: 'nominal', title: null, sort: maps.map(({ title }) => title) },
    },
    spec: {
      width: side,
      height: Math.round((side * height) / width),
      // Thousands of cells: descriptions of each for screen readers would be most of the file.
      mark: { type: 'rect', strokeWidth: 0, aria: false },
      encoding: {
        x: { field: 'x', type: 'ordinal', axis: null },
        y: { field: 'y', type: 'ordinal', axis: null },
        color: {
          field: 'value',
          type: 'quantitative',
          title: 'activation',
          scale: {
            domain: [-largest, 0, largest],
            range: [PALETTE.blue, '#ffffff', PALETTE.vermilion],
            interpolate: 'rgb',
          },
        },
      },
    },
  };
  return { id, spec, caption };
}
