// Pictures in a grid: a row for each kind, a column for each thing shown.
import type { TopLevelSpec } from 'vega-lite';
import type { Figure } from './figure';

export interface PanelRow {
  readonly label: string;
  /** PNG in base64, one a column. */
  readonly pictures: readonly string[];
}

export interface Panels {
  readonly id: string;
  readonly rows: readonly PanelRow[];
  readonly columns: readonly string[];
  readonly caption: string;
}

const SIDE = 88;
const GAP = 6;

/** The pictures hold themselves, so the figure needs no other file. Throws where a row has not one picture a column. */
export function panelFigure({ id, rows, columns, caption }: Panels): Figure {
  const values = rows.flatMap(({ label, pictures }) => {
    if (pictures.length !== columns.length) {
      throw new Error(
        `Row "${label}" of ${id} has ${pictures.length} pictures for ${columns.length} columns.`,
      );
    }
    return columns.map((column, i) => ({
      row: label,
      column,
      name: `${column}, ${label}`,
      url: `data:image/png;base64,${pictures[i]}`,
    }));
  });
  const position = (field: string, sort: readonly string[]) =>
    ({
      field,
      type: 'nominal',
      title: null,
      sort: [...sort],
      axis: { domain: false, ticks: false, labelAngle: 0, orient: field === 'column' ? 'top' : 'left' },
    }) as const;
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    data: { values },
    width: { step: SIDE + GAP },
    height: { step: SIDE + GAP },
    mark: { type: 'image', width: SIDE, height: SIDE },
    encoding: {
      x: position('column', columns),
      y: position(
        'row',
        rows.map(({ label }) => label),
      ),
      url: { field: 'url', type: 'nominal' },
      // Without a description of its own, a picture is described by all its bytes.
      description: { field: 'name' },
    },
  } as unknown as TopLevelSpec;
  return { id, spec, caption };
}
