// Patch shuffle: takes global shape away and leaves that within the patches.
import { Random } from '../random';
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { type Cell, gridCells, requireGrid } from './patchGrid';
import { KernelMemory, suppressionKernels } from './wasm/suppressions';

export interface PatchShuffleOptions {
  /** Cells a side, at least 1. */
  grid: number;
  /** Of the permutation; default 0. */
  seed?: number;
  /** For each cell, row by row, the cell whose content it gets; in place of the seed's, for comparing with another implementation. */
  order?: ArrayLike<number>;
}

/** The cells of a `grid x grid` grid in random order. Where the grid does not divide the picture, cells differ by a pixel, and only those of
 *  one size change places; nothing is resized.
 *  8-bit grey or RGB in and out, in new memory or at the start of `target`. Throws on a grid that is no whole number above 0, and on an order that is no permutation of cells of equal
 *  sizes. Source: Burgert et al. 2025 (Albumentations' grid shuffle). */
export function patchShuffle(
  picture: ByteImageLike,
  { grid, seed = 0, order }: PatchShuffleOptions,
  target?: Uint8Array,
): ByteImageLike {
  requirePicture(picture);
  requireGrid(grid);
  const cells = gridCells(picture, grid);
  const sources = order === undefined ? shuffledWithinSizes(cells, seed) : requireOrder(order, cells);
  const { width, channels, data } = picture;
  const kernels = suppressionKernels();
  const memory = new KernelMemory();
  const from = memory.put(data);
  const to = memory.reserve(data.length);
  const address = ({ left, top }: Cell): number => (top * width + left) * channels;
  cells.forEach((cell, i) => {
    const source = from + address(cells[sources[i]]);
    kernels.copyPatch(source, to + address(cell), width * channels, cell.width * channels, cell.height);
  });
  return { ...picture, data: memory.take(to, data.length, target) };
}

/** Where each cell's content comes from. */
function shuffledWithinSizes(cells: readonly Cell[], seed: number): Int32Array {
  const random = new Random(seed);
  const groups = new Map<string, number[]>();
  cells.forEach(({ width, height }, i) => {
    const size = `${width} x ${height}`;
    const group = groups.get(size);
    if (group === undefined) groups.set(size, [i]);
    else group.push(i);
  });
  const sources = new Int32Array(cells.length);
  for (const group of groups.values()) {
    random.permutation(group.length).forEach((from, to) => {
      sources[group[to]] = group[from];
    });
  }
  return sources;
}

function requireOrder(order: ArrayLike<number>, cells: readonly Cell[]): ArrayLike<number> {
  const isPermutation = new Set(Array.from(order)).size === cells.length && order.length === cells.length;
  const fits = cells.every(({ width, height }, i) => {
    const source = cells[order[i]];
    return source !== undefined && source.width === width && source.height === height;
  });
  if (!isPermutation || !fits) {
    throw new Error(
      `An order names each of the ${cells.length} cells once, in the place of one of its own size.`,
    );
  }
  return order;
}
