// Patch rotation: takes global shape away; each patch stays in its place.
import { Random } from '../random';
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { linearResize } from './linearResize';
import { requireGrid } from './patchGrid';

export interface PatchRotationOptions {
  /** Cells a side, at least 1. */
  grid: number;
  /** Of the turns; default 0. */
  seed?: number;
  /** For each cell, row by row, its quarter turns counter-clockwise, 0 to 3; in place of the seed's, for comparing with another
   *  implementation. */
  turns?: ArrayLike<number>;
}

/** Each cell of a `grid x grid` grid, turned by 0, 90, 180 or 270 degrees at random. A picture that is no square, or that the grid does not
 *  divide, is stretched to the next larger square that it divides, by linear interpolation, and its result back to the picture's size.
 *  8-bit grey or RGB in and out. Throws on a grid that is no whole number above 0, and on turns that are not 0 to 3 for each cell.
 *  Source: Burgert et al. 2025, whose result always has 224 pixels a side. */
export function patchRotation(
  picture: ByteImageLike,
  { grid, seed = 0, turns }: PatchRotationOptions,
): ByteImageLike {
  requirePicture(picture);
  requireGrid(grid);
  const chosen = turns === undefined ? randomTurns(grid, seed) : requireTurns(turns, grid);
  const { width, height } = picture;
  const side = Math.ceil(Math.max(width, height) / grid) * grid;
  if (side === width && side === height) return rotateCells(picture, grid, chosen);
  return linearResize(rotateCells(linearResize(picture, side, side), grid, chosen), width, height);
}

function randomTurns(grid: number, seed: number): Int32Array {
  const random = new Random(seed);
  return Int32Array.from({ length: grid * grid }, () => random.integer(4));
}

function requireTurns(turns: ArrayLike<number>, grid: number): ArrayLike<number> {
  if (turns.length !== grid * grid || !Array.from(turns).every((turn) => [0, 1, 2, 3].includes(turn))) {
    throw new Error(`Turns are 0, 1, 2 or 3 for each of the ${grid * grid} cells.`);
  }
  return turns;
}

function rotateCells(square: ByteImageLike, grid: number, turns: ArrayLike<number>): ByteImageLike {
  const { width: side, channels, data } = square;
  const cell = side / grid;
  const rotated = new Uint8Array(data.length);
  for (let row = 0; row < side; row++) {
    const bottom = row % cell;
    for (let patch = 0; patch < grid; patch++) {
      const corner = (row - bottom) * side + patch * cell;
      const [start, step] = lineOfTurned(turns[Math.floor(row / cell) * grid + patch], bottom, cell, side);
      let from = (corner + start) * channels;
      const to = (row * side + patch * cell) * channels;
      const end = to + cell * channels;
      for (let at = to; at < end; at += channels, from += step * channels) {
        for (let channel = 0; channel < channels; channel++) rotated[at + channel] = data[from + channel];
      }
    }
  }
  return { ...square, data: rotated };
}

/** Where a row of a turned cell begins, from the cell's first pixel, and how far apart its pixels lie. */
function lineOfTurned(turn: number, row: number, cell: number, side: number): [number, number] {
  switch (turn) {
    case 0:
      return [row * side, 1];
    case 1:
      return [cell - 1 - row, side];
    case 2:
      return [(cell - 1 - row) * side + cell - 1, -1];
    default:
      return [(cell - 1) * side + row, -side];
  }
}
