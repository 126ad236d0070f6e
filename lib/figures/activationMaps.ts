// Activation maps side by side, positive and negative values apart.
import type { TopLevelSpec } from 'vega-lite';
import type { Figure } from './figure';

/** One map: rows of numbers, and what it is. */
export interface ActivationMap {
  readonly title: string;
  readonly values: readonly (readonly number[])[];
}

/** Maps of one size as heat maps on one scale: blue negative, white zero, red positive. Throws on no maps and on maps of different sizes. */
export function activationMaps(id: string, maps: readonly ActivationMap[], caption: string): Figure {
  if (maps.length === 0) throw new Error('activationMaps needs at least one map.');
  const [height, width] = [maps[0].values.length, maps[0].values[0].length];
  for (const { title, values } of maps) {
    if (values.length !== height || values.some((row) => row.length !== width)) {
      throw new Error(`The map "${title}" is not ${height} x ${width} like the first.`);
    }
  }
  const cells = maps.flatMap(({ title, values }) =>
    values.flatMap((row, y) =>
      row.map((value, x) => ({ map: title, x, y, value: Number(value.toPrecision(3)) })),
    ),
  );
  const largest = cells.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0) || 1;
  const side = Math.max(112, Math.min(180, Math.floor(640 / maps.length)));
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    data: { values: cells },
    facet: {
      column: { field: 'map', type: 'nominal', title: null, sort: maps.map(({ title }) => title) },
    },
    spec: {
      width: side,
      height: Math.round((side * height) / width),
      mark: { type: 'rect', strokeWidth: 0 },
      encoding: {
        x: { field: 'x', type: 'ordinal', axis: null },
        y: { field: 'y', type: 'ordinal', axis: null },
        color: {
          field: 'value',
          type: 'quantitative',
          title: 'activation',
          scale: { domain: [-largest, 0, largest], range: ['#0072b2', '#ffffff', '#d55e00'] },
        },
      },
    },
  };
  return { id, spec, caption };
}
