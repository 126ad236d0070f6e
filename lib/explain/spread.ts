// How far a map is spread out over an image, as a number.

/** Of one map; null where the map is all zero, which is spread nowhere. */
export interface Spread {
  /** Shannon entropy of the map as a distribution over its positions, over the largest possible: 0 (one position) to 1 (even). */
  readonly entropy: number;
  /** Share of the positions above half of the largest value, 0..1. */
  readonly areaAboveHalf: number;
}

/** The spread of one map of values from 0. Throws on negative values and on those that are not finite. */
export function spreadOf(map: ArrayLike<number>): Spread | null {
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < map.length; i++) {
    if (!(map[i] >= 0 && Number.isFinite(map[i]))) {
      throw new Error(`The spread of a map needs finite values from 0; position ${i} has ${map[i]}.`);
    }
    sum += map[i];
    largest = Math.max(largest, map[i]);
  }
  if (sum === 0) return null;
  let entropy = 0;
  let above = 0;
  for (let i = 0; i < map.length; i++) {
    const share = map[i] / sum;
    if (share > 0) entropy -= share * Math.log(share);
    if (map[i] > largest / 2) above++;
  }
  return {
    entropy: map.length === 1 ? 0 : entropy / Math.log(map.length),
    areaAboveHalf: above / map.length,
  };
}
