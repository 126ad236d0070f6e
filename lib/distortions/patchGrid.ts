// A picture cut into the cells of a grid.
import type { ByteImageLike } from './image';

/** A rectangle of pixels. */
export interface Cell {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The `grid x grid` cells of a picture, row by row. Where the grid does not divide a side, cells begin at the whole parts of
 *  `i side / grid`, as in Albumentations, and differ by a pixel; on sides shorter than the grid some are empty. */
export function gridCells({ width, height }: ByteImageLike, grid: number): Cell[] {
  const columns = edges(width, grid);
  const rows = edges(height, grid);
  const cells: Cell[] = [];
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      cells.push({
        left: columns[column],
        top: rows[row],
        width: columns[column + 1] - columns[column],
        height: rows[row + 1] - rows[row],
      });
    }
  }
  return cells;
}

/** Throws when a grid has no whole number of cells a side, or none. */
export function requireGrid(grid: number): void {
  if (!(Number.isInteger(grid) && grid > 0)) {
    throw new Error(`A grid has a whole number of cells a side, at least 1; got ${grid}.`);
  }
}

function edges(side: number, grid: number): number[] {
  // numpy's linspace multiplies by the rounded step, which can end below a whole number that `i side / grid` is.
  const step = side / grid;
  return Array.from({ length: grid + 1 }, (_, i) => (i === grid ? side : Math.trunc(i * step)));
}
