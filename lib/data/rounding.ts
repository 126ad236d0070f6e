// Rounding as Python does it, where a pixel depends on it.

/** To the nearest whole number; halves go to the even one. */
export function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  return value - down === 0.5 ? down + (down % 2) : Math.round(value);
}
