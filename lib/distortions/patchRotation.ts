// Patch rotation: takes global shape away; each patch stays in its place.
import { Random } from '../random';
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { linearResize } from './linearResize';
import { requireGrid } from './patchGrid';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

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
 *  8-bit grey or RGB in and out, in new memory or at the start of `target`. Throws on a grid that is no whole number above 0, and on turns that are not 0 to 3 for each cell.
 *  Source: Burgert et al. 2025, whose result always has 224 pixels a side. */
export function patchRotation(
  picture: ByteImageLike,
  { grid, seed = 0, turns }: PatchRotationOptions,
  target?: Uint8Array,
): ByteImageLike {
  requirePicture(picture);
  requireGrid(grid);
  const chosen = turns === undefined ? randomTurns(grid, seed) : requireTurns(turns, grid);
  const { width, height, channels, data } = picture;
  const side = Math.ceil(Math.max(width, height) / grid) * grid;
  const fits = side === width && side === height;
  const memory = new KernelMemory();
  const original = { width, height, channels, address: memory.put(data) };
  const square = fits ? original : linearResize(memory, original, side, side);
  const turned = { ...square, address: memory.reserve(side * side * channels) };
  suppressionKernels().turnPatches(
    ...[square.address, turned.address, side, channels, grid, memory.put(Int32Array.from(chosen))],
  );
  const result = fits ? turned : linearResize(memory, turned, width, height);
  return { ...picture, data: memory.take(result.address, data.length, target) };
}

function randomTurns(grid: number, seed: number): ArrayLike<number> {
  const random = new Random(seed);
  return Int32Array.from({ length: grid * grid }, () => random.integer(4));
}

function requireTurns(turns: ArrayLike<number>, grid: number): ArrayLike<number> {
  if (turns.length !== grid * grid || !Array.from(turns).every((turn) => [0, 1, 2, 3].includes(turn))) {
    throw new Error(`Turns are 0, 1, 2 or 3 for each of the ${grid * grid} cells.`);
  }
  return turns;
}
