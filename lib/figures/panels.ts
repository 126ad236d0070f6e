// Pictures in a grid: a row for each kind, a column for each thing shown.
import type { TopLevelSpec } from 'vega-lite';
import { jet } from '../colourMap';
import type { RunRecord } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { runsBehind } from './runsBehind';

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
  /** Whose pictures they are. */
  readonly runs: readonly RunRecord[];
  /** Of a picture, in pixels. Default 88. */
  readonly side?: number;
  /** What the colours of a heat map stand for; it is on the JET colour map. Default: no bar. */
  readonly colourBar?: { readonly title: string; readonly low: string; readonly high: string };
}

const SIDE = 88;
const GAP = 6;

/** The pictures hold themselves, so the figure needs no other file. Throws where a row has not one picture a column. */
export function panelFigure({ id, rows, columns, caption, runs, side = SIDE, colourBar }: Panels): Figure {
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
  const pictures = {
    data: { values },
    width: { step: side + GAP },
    height: { step: side + GAP },
    mark: { type: 'image', width: side, height: side },
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
  };
  const whole = colourBar === undefined ? pictures : { hconcat: [pictures, barOf(colourBar)], spacing: 24 };
  const spec = {
    $schema: SCHEMA,
    usermeta: runsBehind(runs),
    ...whole,
  };
  return { id, spec: spec as unknown as TopLevelSpec, caption };
}

const SHADES = 64;
const BAR = { width: 12, height: 2 * SIDE };

function barOf({ title, low, high }: NonNullable<Panels['colourBar']>): object {
  const values = Array.from({ length: SHADES }, (_, i) => ({
    from: i / SHADES,
    // Overlapping, so that no seam shows.
    to: Math.min(1, (i + 2) / SHADES),
    colour: `rgb(${jet((i + 0.5) / SHADES).join(', ')})`,
  }));
  const labels = `datum.value < 0.5 ? '${low}' : '${high}'`;
  return {
    data: { values },
    ...BAR,
    view: { stroke: null },
    mark: { type: 'rect', tooltip: null },
    encoding: {
      y: {
        field: 'from',
        type: 'quantitative',
        title,
        scale: { domain: [0, 1] },
        axis: { values: [0, 1], labelExpr: labels, grid: false, orient: 'right', titleAngle: -90 },
      },
      y2: { field: 'to' },
      color: { field: 'colour', type: 'nominal', scale: null },
    },
  };
}
