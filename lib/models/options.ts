// Checking the options of a spec: models, objectives, schedules and optimizers are built from data.
import { unknownName } from '../suggest';

/** What an option accepts, in words and as a test. */
export interface Check {
  readonly expected: string;
  test(value: unknown): boolean;
}

/** Whole numbers from `low` to `high`. */
export function integer(low: number, high: number): Check {
  return {
    expected: `a whole number from ${low} to ${high}`,
    test: (value) => Number.isInteger(value) && (value as number) >= low && (value as number) <= high,
  };
}

/** Numbers greater than `low` (or equal to it, if asked) and at most `high`. */
export function real(low: number, high: number, { includeLow = false } = {}): Check {
  return {
    expected: `a number ${includeLow ? 'from' : 'above'} ${low}${high === Number.POSITIVE_INFINITY ? '' : ` up to ${high}`}`,
    test: (value) =>
      typeof value === 'number' &&
      (includeLow ? value >= low : value > low) &&
      value <= high &&
      Number.isFinite(value),
  };
}

/** One of a few names or numbers. */
export function oneOf(...choices: readonly (string | number)[]): Check {
  return {
    expected: `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`,
    test: (value) => choices.includes(value as string | number),
  };
}

/** true or false. */
export function flag(): Check {
  return { expected: 'true or false', test: (value) => typeof value === 'boolean' };
}

/** `given` over `defaults`. Throws on a key that has no check (naming the nearest) and on a value its check refuses. */
export function readOptions<T extends object>(
  what: string,
  given: Readonly<Record<string, unknown>>,
  defaults: T,
  checks: { readonly [key in keyof T]: Check },
): T {
  const known = Object.keys(checks);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw unknownName(`option of ${what}`, key, known);
  }
  const options: Record<string, unknown> = { ...defaults, ...given };
  for (const [key, check] of Object.entries<Check>(checks)) {
    if (!check.test(options[key])) {
      throw new Error(
        `Option ${key} of ${what} must be ${check.expected}, got ${JSON.stringify(options[key])}.`,
      );
    }
  }
  return options as T;
}
