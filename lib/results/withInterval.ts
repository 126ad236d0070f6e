// A number and its interval in words.
import type { Interval } from './proportion';

/** E.g. `41.2 [38.0, 44.4]`; where there is no interval, the value alone.
 *  @param digits writes the value and both ends. */
export function withInterval(
  value: number,
  interval: Interval | null,
  digits: (value: number) => string,
): string {
  if (interval === null) return digits(value);
  const [low, high] = interval;
  return `${digits(value)} [${digits(low)}, ${digits(high)}]`;
}
