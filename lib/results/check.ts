// Checks of values that come from files: every complaint names the file and the field.
import * as fs from 'node:fs';
import { unknownName } from '../suggest';

/** What a JSON file holds. Throws with the file, and with what to do, when it cannot be read. */
export function readJson(file: string, advice = ''): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not readable JSON: ${(error as Error).message}. ${advice}`.trim());
  }
}

/** Where a value was found. */
export interface Field {
  readonly source: string;
  readonly path: string;
  /** The field below this one. */
  at(key: string | number): Field;
  /** The error to throw when the value there is not what it must be. */
  wrong(expected: string, found: unknown): Error;
}

/** Throws when the value at the field is not acceptable. */
export type Check = (value: unknown, field: Field) => void;

/** Runs a check over a whole file's value; `source` is the file's name in errors. */
export function check(checked: Check, value: unknown, source: string): void {
  checked(value, fieldAt(source, ''));
}

function fieldAt(source: string, path: string): Field {
  return {
    source,
    path,
    at: (key) => fieldAt(source, path === '' ? String(key) : `${path}.${key}`),
    wrong: (expected, found) =>
      new Error(
        `${source}: field "${path || '(whole file)'}" must be ${expected}, but is ${describe(found)}.`,
      ),
  };
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

/** Text that matches a pattern; `expected` says in words what that is. */
export function text(pattern: RegExp, expected: string): Check {
  return (value, field) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw field.wrong(expected, value);
  };
}

/** A finite number. */
export const number: Check = (value, field) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw field.wrong('a finite number', value);
};

/** A whole number of zero or more. */
export const integer: Check = (value, field) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw field.wrong('a whole number of at least 0', value);
};

/** What the check accepts, or null. */
export function nullable(checked: Check): Check {
  return (value, field) => {
    if (value !== null) checked(value, field);
  };
}

/** A list whose every element passes. */
export function list(element: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value)) throw field.wrong('a list', value);
    for (const [index, item] of value.entries()) element(item, field.at(index));
  };
}

/** A list of exactly two elements. */
export function pair(first: Check, second: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value) || value.length !== 2) throw field.wrong('a list of two', value);
    first(value[0], field.at(0));
    second(value[1], field.at(1));
  };
}

/** An object with any keys, each value passing at least one of the checks. */
export function mapOf(...checks: Check[]): Check {
  return (value, field) => {
    for (const [key, item] of Object.entries(asObject(value, field))) anyOf(checks, item, field.at(key));
  };
}

function anyOf(checks: readonly Check[], value: unknown, field: Field): void {
  let complaint: unknown;
  for (const checked of checks) {
    try {
      checked(value, field);
      return;
    } catch (error) {
      complaint = error;
    }
  }
  throw complaint;
}

/** An object with exactly these keys; `open` allows others as well. */
export function object<T>(fields: { [K in keyof T]-?: Check }, options: { open?: boolean } = {}): Check {
  const { open = false } = options;
  const known = Object.keys(fields);
  return (value, field) => {
    const found = asObject(value, field);
    const unknown = Object.keys(found).find((key) => !known.includes(key));
    if (unknown !== undefined && !open) {
      throw new Error(
        `${field.source}: ${
          unknownName(
            'field',
            field.at(unknown).path,
            known.map((key) => field.at(key).path),
          ).message
        }`,
      );
    }
    for (const key of known) (fields as Record<string, Check>)[key](found[key], field.at(key));
  };
}

function asObject(value: unknown, field: Field): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw field.wrong('an object', value);
  return value as Record<string, unknown>;
}
