// Height maps: a drawing's parts inflated like cushions.
import { boxBlur, enlarge2, shrink } from './raster';

/** Share of the height that comes from the whole object; its parts make up the rest. */
const WHOLE = 0.68;
/** Sum over red, green and blue (0..255) at which two neighbouring pixels belong to different parts. */
const PART_CONTRAST = 60;
/** Over-relaxation factor and sweeps of the solver. */
const RELAXATION = 1.85;
const SWEEPS_WHOLE = 120;
const SWEEPS_PARTS = 60;
/** Height, as a share of the greatest, above which a bevelled object is flat. */
const BEVEL = 0.6;

/** Height in [0, 1] of an object of coverage `mask`, from its picture in `red`, `green` and `blue` (0..255):
 *  the square root of the solution of Poisson's equation, for the whole object and for each part of one colour.
 *  `bevelled` objects (clocks, ovens) are flat-topped with a rounded rim. Computed at half size. */
export function reliefHeight(
  mask: Float32Array,
  [red, green, blue]: readonly Float32Array[],
  size: number,
  bevelled: boolean,
): Float32Array {
  const half = size / 2;
  const inside = shrink(mask, size, half);
  const colours = [red, green, blue].map((channel) => shrink(channel, size, half));
  const whole = Int32Array.from(inside, (coverage) => (coverage >= 0.5 ? 1 : 0));
  const wholeHeight = inflate(whole, half, SWEEPS_WHOLE);
  const partHeight = inflate(labelParts(whole, colours, half), half, SWEEPS_PARTS);
  const greatest = wholeHeight.reduce((a, b) => Math.max(a, b), 1e-6);
  const height = wholeHeight.map((value, i) => {
    const relative = value / greatest;
    const profile = bevelled ? 1 - (1 - Math.min(1, relative / BEVEL)) ** 2 : relative;
    return WHOLE * profile + (1 - WHOLE) * Math.min(1, (1.3 * partHeight[i]) / greatest);
  });
  const result = enlarge2(height, half);
  boxBlur(result, size, 1, 1);
  return result.map((value, i) => value * mask[i]);
}

/** Numbers connected regions of similar neighbouring colours, from 1; 0 outside the object. */
function labelParts(
  whole: Int32Array,
  [red, green, blue]: readonly Float32Array[],
  size: number,
): Int32Array {
  const labels = new Int32Array(size * size);
  const isSamePart = (i: number, j: number): boolean =>
    Math.abs(red[i] - red[j]) + Math.abs(green[i] - green[j]) + Math.abs(blue[i] - blue[j]) < PART_CONTRAST;
  let count = 0;
  for (let seed = 0; seed < labels.length; seed++) {
    if (!whole[seed] || labels[seed]) continue;
    count++;
    labels[seed] = count;
    const stack = [seed];
    while (stack.length > 0) {
      const i = stack.pop() as number;
      for (const j of [i - 1, i + 1, i - size, i + size]) {
        // The empty margin around every drawing keeps neighbours inside the raster.
        if (!whole[j] || labels[j] || !isSamePart(i, j)) continue;
        labels[j] = count;
        stack.push(j);
      }
    }
  }
  return labels;
}

/** sqrt(h) with laplacian(h) = -1 in every labelled region and h = 0 on its boundary (successive over-relaxation). */
function inflate(labels: Int32Array, size: number, sweeps: number): Float32Array {
  const height = new Float32Array(size * size);
  const neighbour = (j: number, label: number): number => (labels[j] === label ? height[j] : 0);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let i = size; i < size * (size - 1); i++) {
      const label = labels[i];
      if (!label) continue;
      const sum =
        neighbour(i - 1, label) +
        neighbour(i + 1, label) +
        neighbour(i - size, label) +
        neighbour(i + size, label);
      height[i] += RELAXATION * ((sum + 1) / 4 - height[i]);
    }
  }
  return height.map((value) => Math.sqrt(Math.max(0, value)));
}
