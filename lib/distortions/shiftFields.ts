// Where the structure of each scale of an image moves to in an eidolon.
import { deriveSeed, Random } from '../random';
import { type CircularGaussians, circularGaussians } from './circularGaussian';

/** Finest scale, in pixels. */
const FINEST = Math.SQRT1_2;

/** The scales of an image, and the square in which they are computed. */
export interface Scaling {
  /** Of the square around the image, a power of two. */
  readonly side: number;
  /** Standard deviations of the Gaussians, from fine to coarse, each sqrt(2) times the one before. */
  readonly deviations: readonly number[];
  /** No Gaussian is larger than a quarter of the image. */
  readonly coarsest: number;
  readonly blur: CircularGaussians;
}

/** The scales of an image of this size. */
export function scalingOf(
  { width, height }: { width: number; height: number },
  overLineEnds: boolean,
): Scaling {
  const longer = Math.max(width, height);
  const side = Math.max(2, 2 ** Math.ceil(Math.log2(1.5 * longer)));
  const coarsest = longer / 4;
  const scales = Math.max(1, Math.ceil(2 * Math.log2(coarsest)));
  const deviations = Array.from({ length: scales }, (_, k) => FINEST * Math.SQRT2 ** k);
  return { side, deviations, coarsest, blur: circularGaussians(side, overLineEnds) };
}

/** Shifts in pixels at reach 1, `side x side` values at each scale: down, then right. */
export type ShiftFields = readonly [readonly ShiftField[], readonly ShiftField[]];

export type ShiftField = Float64Array | Float32Array;

export interface ShiftOptions {
  /** 1: the shifts of all scales hang together; 0: each scale has its own. */
  coherence: number;
  /** Blur of a scale's own shifts, in pixels. */
  grain: number;
  /** A plane of standard normal numbers; asked for the common planes down from fine to coarse, those to the right, then at each
   *  scale its own planes down and right. Planes that have no weight are not asked for. */
  normals: (count: number) => Float64Array;
}

/** Fields of shifts: `coherence` times the common ones plus the rest of the scale's own. */
export function shiftFields(scaling: Scaling, { coherence, grain, normals }: ShiftOptions): ShiftFields {
  const { deviations, side } = scaling;
  const empty = (): Float64Array[] => deviations.map(() => new Float64Array(side * side));
  const fields =
    coherence > 0 ? [commonFields(scaling, normals), commonFields(scaling, normals)] : [empty(), empty()];
  for (const k of deviations.keys()) {
    for (const axis of fields) {
      const field = axis[k];
      const own = coherence < 1 ? noisePlane(scaling, grain, normals) : undefined;
      for (let i = 0; i < field.length; i++) {
        field[i] = (own === undefined ? 0 : (1 - coherence) * own[i]) + coherence * field[i];
      }
    }
  }
  return [fields[0], fields[1]];
}

/** At every scale, noise of that scale and all coarser ones, in proportion to their size. */
function commonFields(scaling: Scaling, normals: ShiftOptions['normals']): Float64Array[] {
  const { deviations, coarsest } = scaling;
  const planes = deviations.map((deviation) => noisePlane(scaling, deviation, normals));
  for (let k = planes.length - 1; k >= 0; k--) {
    const [plane, coarser] = [planes[k], planes[k + 1]];
    const share = deviations[k] / coarsest;
    for (let i = 0; i < plane.length; i++)
      plane[i] = share * plane[i] + (coarser === undefined ? 0 : coarser[i]);
  }
  return planes;
}

/** Blurred noise; its mean over its deviation is subtracted, as in the papers' code. */
function noisePlane(
  { side, blur }: Scaling,
  deviation: number,
  normals: ShiftOptions['normals'],
): Float64Array {
  const noise = normals(side * side);
  let largest = 0;
  for (let i = 0; i < noise.length; i++) largest = Math.max(largest, Math.abs(noise[i]));
  for (let i = 0; i < noise.length; i++)
    noise[i] = Math.min(127, Math.max(-127, (127.5 * noise[i]) / largest));
  const [blurred] = blur(noise, [deviation]);
  let total = 0;
  for (let i = 0; i < blurred.length; i++) total += blurred[i];
  const mean = total / blurred.length;
  let squares = 0;
  for (let i = 0; i < blurred.length; i++) squares += (blurred[i] - mean) ** 2;
  const offset = mean / Math.sqrt(squares / blurred.length);
  for (let i = 0; i < blurred.length; i++) blurred[i] -= offset;
  return blurred;
}

/** Fields take far longer to make than to use, and do not depend on the image; these many bytes of them are kept. */
const MOST_BYTES = 320e6;
const remembered = new Map<string, ShiftFields>();

/** The fields of a seed, made once while there is room. */
export function rememberedFields(
  scaling: Scaling,
  coherence: number,
  grain: number,
  seed: number,
): ShiftFields {
  const { side, deviations } = scaling;
  const key = [side, deviations.length, scaling.coarsest, coherence, grain, seed].join();
  let fields = remembered.get(key);
  if (fields === undefined) {
    const random = new Random(deriveSeed(seed, 'eidolon'));
    const normals = (count: number): Float64Array => {
      const values = new Float64Array(count);
      for (let i = 0; i < count; i++) values[i] = random.normal();
      return values;
    };
    const [down, right] = shiftFields(scaling, { coherence, grain, normals });
    fields = [down.map(halved), right.map(halved)];
    const most = Math.max(1, Math.floor(MOST_BYTES / (2 * deviations.length * side * side * 4)));
    while (remembered.size >= most) remembered.delete(remembered.keys().next().value as string);
    remembered.set(key, fields);
  }
  return fields;
}

/** In single precision: half the memory. */
function halved(field: ShiftField): Float32Array {
  return new Float32Array(field);
}
