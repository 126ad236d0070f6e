export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The smallest and the largest value; there must be one. */
export function rangeOf(values: Float32Array): Range {
  return values.reduce(
    ({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }),
    { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY },
  );
}
