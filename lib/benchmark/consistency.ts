// How alike two observers err.

/** Counts of images: both right, only one of them right, both wrong. */
export interface PairCounts {
  both: number;
  onlyFirst: number;
  onlySecond: number;
  neither: number;
}

export interface PairValues {
  readonly observed: number;
  readonly expected: number;
  readonly kappa: number;
  readonly squaredAccuracyDifference: number;
}

/** Error consistency (Geirhos, Meding & Wichmann 2020). With accuracies p and q,
 *
 *  `expected = p q + (1 - p)(1 - q)`, `kappa = (observed - expected) / (1 - expected)`, and 1 when they always agree. */
export function pairValues({ both, onlyFirst, onlySecond, neither }: PairCounts): PairValues {
  const images = both + onlyFirst + onlySecond + neither;
  const [p, q] = [(both + onlyFirst) / images, (both + onlySecond) / images];
  const expected = p * q + (1 - p) * (1 - q);
  const observed = (both + neither) / images;
  return {
    observed,
    expected,
    kappa: observed === 1 ? 1 : (observed - expected) / (1 - expected),
    squaredAccuracyDifference: (p - q) ** 2,
  };
}

/** Counts over several conditions. */
export function addCounts(parts: readonly PairCounts[]): PairCounts {
  const sum = (what: keyof PairCounts): number => parts.reduce((total, part) => total + part[what], 0);
  return {
    both: sum('both'),
    onlyFirst: sum('onlyFirst'),
    onlySecond: sum('onlySecond'),
    neither: sum('neither'),
  };
}

/** Both observers' right answers, as one number an image: 3 both, 2 only the first, 1 only the second, 0 neither. */
export function pairCodes(first: Uint8Array, second: Uint8Array): Uint8Array {
  return first.map((right, i) => 2 * right + second[i]);
}

/** Counts of the codes at the given places. */
export function countPairs(codes: Uint8Array, places: Int32Array): PairCounts {
  let [both, onlyFirst, onlySecond] = [0, 0, 0];
  for (let i = 0; i < places.length; i++) {
    const code = codes[places[i]];
    if (code === 3) both++;
    else if (code === 2) onlyFirst++;
    else if (code === 1) onlySecond++;
  }
  return { both, onlyFirst, onlySecond, neither: places.length - both - onlyFirst - onlySecond };
}
