// Tileable noise: every field is a function of (u, v) with period 1 in both, so that tiles join without a seam.
import type { Random } from '../../random';

/** A scalar field with period 1 in u and v. */
export type Field = (u: number, v: number) => number;

/** The fractional part, in [0, 1) for negative numbers too. */
export function fraction(x: number): number {
  return x - Math.floor(x);
}

/** Triangle wave of period 1: 1 at whole numbers, 0 halfway between. */
export function triangleWave(x: number): number {
  return Math.abs(fraction(x) - 0.5) * 2;
}

/** Sine of `turns` full turns. */
export function sineOfTurns(turns: number): number {
  return Math.sin(2 * Math.PI * turns);
}

/** `count` scaled by a random factor in [0.85, 1.15], rounded, at least 1: so many repeats keep a tile seamless. */
export function nearCount(random: Random, count: number): number {
  return Math.max(1, Math.round(count * random.uniform(0.85, 1.15)));
}

/** Value noise in [0, 1) on a periodic grid of `columns x rows` random values, smoothly interpolated. */
export function valueNoise(random: Random, columns: number, rows: number): Field {
  const values = Float32Array.from({ length: columns * rows }, () => random.next());
  return (u, v) => {
    const x = fraction(u) * columns;
    const y = fraction(v) * rows;
    const left = Math.floor(x) % columns;
    const top = Math.floor(y) % rows;
    const right = (left + 1) % columns;
    const below = ((top + 1) % rows) * columns;
    const above = top * columns;
    const fx = x - Math.floor(x);
    const fy = y - Math.floor(y);
    const sx = fx * fx * (3 - 2 * fx);
    const sy = fy * fy * (3 - 2 * fy);
    const upper = values[above + left] + (values[above + right] - values[above + left]) * sx;
    const lower = values[below + left] + (values[below + right] - values[below + left]) * sx;
    return upper + (lower - upper) * sy;
  };
}

/** Fractal noise in [0, 1): `octaves` of value noise, each with twice the cells and half the weight of the last. */
export function fractalNoise(random: Random, columns: number, rows: number, octaves: number): Field {
  const layers = Array.from({ length: octaves }, (_, k) => valueNoise(random, columns << k, rows << k));
  const norm = 1 / (1 - 0.5 ** octaves);
  return (u, v) => {
    let sum = 0;
    let weight = 0.5;
    for (const layer of layers) {
      sum += weight * layer(u, v);
      weight *= 0.5;
    }
    return sum * norm;
  };
}

/** Cellular (Worley) noise: one jittered point in each cell of a periodic `cells x cells` grid.
 *  `locate(u, v)` sets `nearest` and `second`, the distances to the two nearest points in units of a cell, and
 *  `id`, a random number in [0, 1) that belongs to the nearest point. */
export class CellularNoise {
  nearest = 0;
  second = 0;
  id = 0;
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  private readonly ids: Float32Array;

  constructor(
    random: Random,
    private readonly cells: number,
    jitter: number,
  ) {
    const count = cells * cells;
    this.x = Float32Array.from({ length: count }, () => 0.5 + jitter * (random.next() - 0.5));
    this.y = Float32Array.from({ length: count }, () => 0.5 + jitter * (random.next() - 0.5));
    this.ids = Float32Array.from({ length: count }, () => random.next());
  }

  locate(u: number, v: number): void {
    const cells = this.cells;
    const x = fraction(u) * cells;
    const y = fraction(v) * cells;
    const column = Math.floor(x);
    const row = Math.floor(y);
    let nearest = Infinity;
    let second = Infinity;
    let id = 0;
    for (let j = row - 1; j <= row + 1; j++) {
      for (let i = column - 1; i <= column + 1; i++) {
        const point = ((j + cells) % cells) * cells + ((i + cells) % cells);
        const dx = x - i - this.x[point];
        const dy = y - j - this.y[point];
        const squared = dx * dx + dy * dy;
        if (squared < nearest) {
          second = nearest;
          nearest = squared;
          id = this.ids[point];
        } else if (squared < second) second = squared;
      }
    }
    this.nearest = Math.sqrt(nearest);
    this.second = Math.sqrt(second);
    this.id = id;
  }
}
