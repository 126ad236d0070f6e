// Where an interrupted synthesis stands, in a file: the state of L-BFGS to the last bit, and of which run it is.
//
// A safetensors file. Its numbers are of double precision, and the writer knows 32 bits alone: an array of n doubles is stored as a
// tensor [n, 2], whose rows are the lower and the upper half of a double (little-endian); they are copied, never computed with.
import * as fs from 'node:fs';
import {
  readSafetensors,
  type SafetensorsFile,
  type StoredTensor,
  writeSafetensors,
} from '../models/safetensors';
import type { LbfgsState } from './lbfgs';

const FORMAT = 'gestalt-synthesis-1';

/** What a run depends on, each by its name on the command line. */
export type RunKey = Readonly<Record<string, string | number>>;

export interface StoredRun {
  readonly state: LbfgsState;
  /** Steps done. */
  readonly steps: number;
  /** Loss of the image that the run started from. */
  readonly first: number;
}

/** Writes a run, atomically. */
export function writeRun(file: string, key: RunKey, { state, steps, first }: StoredRun): void {
  const { x, pairs, last, best, iterations, evaluations } = state;
  const arrays: Record<string, Float64Array> = { x };
  if (best !== null) arrays['best.x'] = best.x;
  if (last !== null) Object.assign(arrays, { 'last.step': last.step, 'last.gradient': last.gradient });
  for (const [i, { step, change }] of pairs.entries())
    Object.assign(arrays, { [`pairs.${i}.step`]: step, [`pairs.${i}.change`]: change });
  const tensors = Object.entries(arrays).map(([name, values]) => halves(name, values));
  const counts = { iterations, evaluations, pairs: pairs.length, steps, first, best: best?.value ?? null };
  writeSafetensors(file, tensors, {
    format: FORMAT,
    key: JSON.stringify(key),
    counts: JSON.stringify(counts),
  });
}

/** The run of a file; null where there is none.
 *
 *  Throws, naming the file, when it is damaged or no state, and when it is of a run with another key, naming what differs. */
export function readRun(file: string, key: RunKey): StoredRun | null {
  if (!fs.existsSync(file)) return null;
  const { tensors, metadata } = readSafetensors(file);
  if (metadata.format !== FORMAT)
    throw new Error(`${file} is no state of a synthesis. Move it, or give another --out.`);
  requireSame(file, parse<RunKey>(file, metadata.key), key);
  const counts = parse<Record<string, number> & { best: number | null }>(file, metadata.counts);
  const array = (name: string): Float64Array => joined(file, name, tensors);
  const state: LbfgsState = {
    x: array('x'),
    iterations: counts.iterations,
    evaluations: counts.evaluations,
    pairs: Array.from({ length: counts.pairs }, (_, i) => ({
      step: array(`pairs.${i}.step`),
      change: array(`pairs.${i}.change`),
    })),
    last: tensors.has('last.step') ? { step: array('last.step'), gradient: array('last.gradient') } : null,
    best: counts.best === null ? null : { x: array('best.x'), value: counts.best },
  };
  return { state, steps: counts.steps, first: counts.first };
}

function requireSame(file: string, stored: RunKey, key: RunKey): void {
  const names = [...new Set([...Object.keys(stored), ...Object.keys(key)])];
  const other = names.filter((name) => stored[name] !== key[name]);
  if (other.length === 0) return;
  const shown = (value: string | number | undefined): string => String(value ?? 'not there').slice(0, 20);
  const differences = other.map((name) => `${name} was ${shown(stored[name])}, is ${shown(key[name])}`);
  throw new Error(
    `${file} is the state of an interrupted synthesis of other options: ${differences.join('; ')}. Give those to go on with it, another --out, or delete the file.`,
  );
}

function halves(name: string, values: Float64Array): StoredTensor {
  const data = new Float32Array(values.buffer, values.byteOffset, 2 * values.length);
  return { name, shape: [values.length, 2], data };
}

function joined(file: string, name: string, tensors: SafetensorsFile['tensors']): Float64Array {
  const tensor = tensors.get(name);
  const length = tensors.get('x')?.shape[0];
  if (tensor === undefined || tensor.shape[0] !== length || tensor.shape[1] !== 2) {
    throw new Error(
      `${file} is damaged: "${name}" is not there or of another size. Delete it to start anew.`,
    );
  }
  const { buffer, byteOffset } = tensor.data;
  return new Float64Array(buffer.slice(byteOffset, byteOffset + 8 * length));
}

function parse<T>(file: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${file} is damaged: its metadata are not readable. Delete it to start anew.`);
  }
}
