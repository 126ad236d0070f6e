// A montage as a figure: pictures in rows, each with its label below.
import type { TopLevelSpec } from 'vega-lite';
import type { MontageRecord } from '../results/montage';
import { type Figure, SCHEMA } from './figure';

/** Width of all pictures of a row together, as of a notebook's column. */
const WIDTH = 660;
const LARGEST_SIDE = 150;
const GAP = 12;
const LINE = 16;

/** The pictures hold themselves, so the figure needs no other file. Throws on a montage without pictures. */
export function montageFigure({ id, columns, pictures, caption }: MontageRecord): Figure {
  if (pictures.length === 0) throw new Error(`The montage "${id}" has no pictures.`);
  const side = Math.min(LARGEST_SIDE, Math.floor((WIDTH + GAP) / columns) - GAP);
  const lines = pictures.some(({ note }) => note !== '') ? 2 : 1;
  const rowHeight = side + lines * LINE + GAP;
  const values = pictures.map(({ label, note, jpeg }, i) => {
    const [left, top] = [(i % columns) * (side + GAP), Math.floor(i / columns) * rowHeight];
    const url = `data:image/jpeg;base64,${jpeg}`;
    return { left, top, right: left + side, bottom: top + side, label, note, url };
  });
  const width = Math.min(columns, pictures.length) * (side + GAP) - GAP;
  const height = Math.ceil(pictures.length / columns) * rowHeight - GAP;
  const pixels = (field: string, domain: [number, number]) =>
    ({ field, type: 'quantitative', scale: { domain, nice: false, zero: false }, axis: null }) as const;
  const x = pixels('left', [0, width]);
  const y = pixels('top', [height, 0]);
  const text = (field: 'label' | 'note', line: number, fontSize: number, color: string) => ({
    mark: {
      type: 'text',
      baseline: 'top',
      dx: side / 2,
      dy: side + 4 + line * LINE,
      fontSize,
      color,
      aria: false,
    },
    encoding: { x, y, text: { field, type: 'nominal' } },
  });
  const spec = {
    $schema: SCHEMA,
    width,
    height,
    data: { values },
    layer: [
      {
        mark: { type: 'image', width: side, height: side, align: 'left', baseline: 'top' },
        // Without a description of its own, a picture is described by all its bytes.
        encoding: { x, y, url: { field: 'url', type: 'nominal' }, description: { field: 'label' } },
      },
      {
        // Drawings on white need an edge.
        mark: { type: 'rect', filled: false, stroke: '#cccccc', strokeWidth: 1, aria: false },
        encoding: { x, y, x2: { field: 'right' }, y2: { field: 'bottom' } },
      },
      text('label', 0, 12, '#222222'),
      ...(lines === 2 ? [text('note', 1, 11, '#666666')] : []),
    ],
  } as unknown as TopLevelSpec;
  return { id, spec, caption };
}
