// What a run leaves behind: one JSON file a cell, strictly checked on the way out and on the way in.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, writeFileAtomic } from '../files';
import { hashJson } from './canonical';
import { type Check, check, integer, list, mapOf, nullable, number, object, pair, text } from './check';

export const RECORD_SCHEMA = 2;

/** A measured number. `counts` are the raw counts behind it, so that it can be pooled or tested again. */
export interface Metric {
  /** Null where it is undefined, e.g. shape bias without a single shape or texture decision. */
  readonly value: number | null;
  /** E.g. `{ correct, images }` of an accuracy, `{ shape, texture, conflictImages }` of a shape bias. */
  readonly counts: Readonly<Record<string, number>>;
  /** 95 % interval over the test images (Wilson's). */
  readonly interval: readonly [number, number] | null;
}

/** Which cell of an experiment's grid: its stable id, its seed, and its coordinates (variant, subset ...). */
export interface Cell {
  readonly id: string;
  readonly seed: number;
  readonly [axis: string]: string | number;
}

/** A file beside the record, e.g. weights or a picture. */
export interface Artifact {
  /** Path from the record's folder. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Everything that is known about one finished cell. In its file a seal stands beside it: the digest of all the rest. Holds no host names, no paths of the machine and no time of day. */
export interface RunRecord {
  readonly schema: number;
  readonly experiment: string;
  readonly paper: string;
  readonly profile: string;
  readonly cell: Cell;
  /** The resolved configuration, and its hash. */
  readonly config: JsonObject;
  readonly configHash: string;
  /** Hash of the library sources that the run used, without comments and layout. */
  readonly codeHash: string;
  /** For captions, e.g. `Relief-16`. */
  readonly dataName: string;
  readonly dataHash: string;
  readonly engine: { readonly name: string; readonly family: string; readonly version: string };
  /** Data-parallel workers: more than one gives batch norm smaller batches. */
  readonly workers: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly seconds: number;
  /** Day the run ended, YYYY-MM-DD. */
  readonly date: string;
  /** Every seed that the run derived from `cell.seed`, by use. */
  readonly seeds: Readonly<Record<string, number>>;
  /** Numbers by epoch, e.g. `{ epoch, loss, accuracy }`, all of one length. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly artifacts: readonly Artifact[];
  /** The command that runs this cell again, from the root of the repository. */
  readonly command: string;
}

const hash = text(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal digits');
const name = text(/^\S(.*\S)?$/, 'text that is not empty');

const metric = object<Metric>({
  value: nullable(number),
  counts: mapOf(number),
  interval: nullable(pair(number, number)),
});

const cell: Check = (value, field) => {
  mapOf(text(/^/, 'text'), number)(value, field);
  object<{ id: string; seed: number }>({ id: cellId, seed: integer }, { open: true })(value, field);
};

const cellId = text(/^[a-z0-9][a-z0-9.-]*$/, 'an id of lower-case letters, digits, dots and hyphens');

const runRecord = object<RunRecord>({
  schema: (value, field) => {
    if (value !== RECORD_SCHEMA) throw field.wrong(`the record schema ${RECORD_SCHEMA}`, value);
  },
  experiment: name,
  paper: name,
  profile: name,
  cell,
  config: object({}, { open: true }),
  configHash: hash,
  codeHash: hash,
  dataName: name,
  dataHash: hash,
  engine: object({ name, family: name, version: name }),
  workers: integer,
  machine: object({ cpu: name, cores: integer, node: name }),
  seconds: number,
  date: text(/^\d{4}-\d{2}-\d{2}$/, 'a day as YYYY-MM-DD'),
  seeds: mapOf(integer),
  curves: mapOf(list(number)),
  metrics: mapOf(metric),
  artifacts: list(object<Artifact>({ file: name, sha256: hash, bytes: integer })),
  command: name,
});

/** Throws unless `value` is a record: names `source`, the field, what was expected and what was found. */
export function checkRecord(value: unknown, source: string): RunRecord {
  check(runRecord, value, source);
  return value as RunRecord;
}

/** Reads and checks one record. Throws with the file and the field when a key is unknown or missing or has a wrong type, and with
 *  the file when its content is not what was sealed. */
export function readRecord(file: string): RunRecord {
  const shown = path.relative(process.cwd(), file);
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `${shown} is not a readable record: ${(error as Error).message}. Delete it and run the cell again.`,
    );
  }
  const { seal, ...content } = Object(value) as RunRecord & { seal?: unknown };
  const record = checkRecord(content, shown);
  if (seal !== hashJson(record)) {
    throw new Error(
      `${shown} is not what its run wrote: ${seal === undefined ? 'it has no seal' : 'its content does not match its seal'}. Fetch it again (git checkout), or run the cell again: ${record.command}.`,
    );
  }
  return record;
}

/** Checks a record and writes it with its seal, or leaves the previous file as it was. */
export function writeRecord(file: string, record: RunRecord): void {
  checkRecord(record, path.relative(process.cwd(), file));
  writeFileAtomic(file, `${readableJson({ ...record, seal: hashJson(record) })}\n`);
}

/** JSON over several lines, but with each list of numbers on one line. */
export function readableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/\[[\s\d.,eE+-]*\]/g, (numbers) =>
    numbers.replace(/\s+/g, ' '),
  );
}

/** The folder of all records that ship with the repository. */
export const RECORDS = fromRoot('data', 'records');

/** Where a cell's record lives: `<folder>/<profile>/<experiment>/<cell id>.json`. */
export function recordFile(
  profile: string,
  experiment: string,
  id: string,
  folder: string = RECORDS,
): string {
  return path.join(folder, profile, experiment, `${id}.json`);
}

/** A run's id in all experiments, `<profile>/<experiment>/<cell>`: below a folder of records, its file without the ending. */
export function runId({
  profile,
  experiment,
  cell,
}: Pick<RunRecord, 'profile' | 'experiment' | 'cell'>): string {
  return `${profile}/${experiment}/${cell.id}`;
}

export interface RecordQuery {
  experiment?: string;
  profile?: string;
  folder?: string;
}

/** All stored records that match, ordered by profile, experiment and cell id. Throws on the first file that is no record. */
export function readRecords(query: RecordQuery = {}): RunRecord[] {
  const { experiment, profile, folder = RECORDS } = query;
  return subfolders(folder, profile)
    .flatMap((of) => subfolders(of, experiment))
    .flatMap((of) =>
      fs
        .readdirSync(of)
        .filter(isRecord)
        .sort()
        .map((file) => readRecord(path.join(of, file))),
    );
}

function isRecord(file: string): boolean {
  return file.endsWith('.json');
}

function subfolders(folder: string, only?: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (only === undefined || entry.name === only))
    .map((entry) => path.join(folder, entry.name))
    .sort();
}
