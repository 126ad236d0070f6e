// Square single-channel rasters in Float32Array, row by row: the few operations that preparation needs.

/** Clamps `value` to [low, high]. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** Linear interpolation from `from` (amount 0) to `to` (amount 1). */
export function mix(from: number, to: number, amount: number): number {
  return from + (to - from) * amount;
}

/** Hermite step: 0 at or before `start`, 1 at or after `end`; `start` may exceed `end` for a falling step. */
export function smoothstep(start: number, end: number, value: number): number {
  const t = clamp((value - start) / (end - start), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Shrinks a `from x from` raster to `to x to` (`to <= from`) by area averaging; `from === to` copies. */
export function shrink(source: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return source.slice();
  const narrow = new Float32Array(from * to);
  for (let y = 0; y < from; y++) shrinkLine(source, y * from, 1, from, narrow, y * to, to);
  const result = new Float32Array(to * to);
  for (let x = 0; x < to; x++) shrinkLine(narrow, x, to, from, result, x, to);
  return result;
}

/** Averages one line of `from` values, `stride` apart, into `to` values of `target`, equally far apart. */
function shrinkLine(
  source: Float32Array,
  start: number,
  stride: number,
  from: number,
  target: Float32Array,
  targetStart: number,
  to: number,
): void {
  const step = from / to;
  for (let k = 0; k < to; k++) {
    const begin = k * step;
    const end = begin + step;
    let sum = 0;
    for (let j = Math.floor(begin); j < end && j < from; j++) {
      const share = Math.min(end, j + 1) - Math.max(begin, j);
      sum += share * source[start + j * stride];
    }
    target[targetStart + k * stride] = sum / step;
  }
}

/** Doubles the side of a `size x size` raster by bilinear interpolation between pixel centres. */
export function enlarge2(source: Float32Array, size: number): Float32Array {
  const double = size * 2;
  const result = new Float32Array(double * double);
  for (let y = 0; y < double; y++) {
    const v = clamp(y / 2 - 0.25, 0, size - 1.001);
    const row = Math.floor(v);
    for (let x = 0; x < double; x++) {
      const u = clamp(x / 2 - 0.25, 0, size - 1.001);
      const column = Math.floor(u);
      const i = row * size + column;
      const upper = mix(source[i], source[i + 1], u - column);
      const lower = mix(source[i + size], source[i + size + 1], u - column);
      result[y * double + x] = mix(upper, lower, v - row);
    }
  }
  return result;
}

/** Box blur in place, `passes` times along rows and columns; edges repeat. `scratch` has the raster's length. */
export function boxBlur(
  raster: Float32Array,
  size: number,
  radius: number,
  passes: number,
  scratch: Float32Array = new Float32Array(raster.length),
): void {
  if (radius < 1) return;
  for (let pass = 0; pass < passes; pass++) {
    blurLines(raster, scratch, size, radius, 1, size);
    blurLines(scratch, raster, size, radius, size, 1);
  }
}

/** One running-sum box blur along lines: `step` from pixel to pixel, `stride` from line to line. */
function blurLines(
  source: Float32Array,
  target: Float32Array,
  size: number,
  radius: number,
  step: number,
  stride: number,
): void {
  const norm = 1 / (2 * radius + 1);
  for (let line = 0; line < size; line++) {
    const start = line * stride;
    const last = start + (size - 1) * step;
    let sum = (radius + 1) * source[start];
    for (let k = 1; k <= radius; k++) sum += source[Math.min(last, start + k * step)];
    for (let k = 0; k < size; k++) {
      const i = start + k * step;
      target[i] = sum * norm;
      sum += source[Math.min(last, i + (radius + 1) * step)] - source[Math.max(start, i - radius * step)];
    }
  }
}
