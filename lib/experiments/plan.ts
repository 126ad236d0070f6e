// Which cells of a grid have a valid record, which must run, and why.
import * as path from 'node:path';
import type { EngineName } from '../engine/engine';
import { ROOT } from '../files';
import { hashJson } from '../results/canonical';
import { hashCode } from '../results/codeHash';
import { codeEqualTo, equalCodeFile } from '../results/equalCode';
import { lookUp, type RecordKey, type StoredRecord } from '../results/lookUp';
import { type Cell, type JsonObject, RECORDS, recordFile } from '../results/record';
import { unknownName } from '../suggest';
import { type AnyExperiment, type Inputs, resolveConfig } from './experiment';

/** The family of an engine, by which records are valid; null for none, which any record satisfies. Starts the engine, so that
 *  a wrong name or a missing library is answered at once. */
export async function familyOf(
  engine: string | undefined,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<string | null> {
  if (engine === undefined) return null;
  const { useCellEngine } = await import('./cellEngine');
  return (await useCellEngine({ name: engine as EngineName, quiet })).family;
}

/** As the engines have them, whose code is part of every record's hash: for hosts that cannot start the engine of a cluster's nodes. */
const FAMILIES: Readonly<Record<EngineName, string>> = {
  'native-gpu': 'tensorflow',
  webgpu: 'webgpu',
  native: 'tensorflow',
  wasm: 'wasm',
};

/** The same, without starting it. Throws, with the nearest, on a name that is none. */
export function familyNamed(engine: string | undefined): string | null {
  if (engine === undefined) return null;
  if (!(engine in FAMILIES)) throw unknownName('engine', engine, Object.keys(FAMILIES));
  return FAMILIES[engine as EngineName];
}

/** Which grid: an experiment under a profile, possibly with some values replaced. */
export interface GridOptions {
  experiment: AnyExperiment;
  profile: string;
  overrides?: JsonObject;
  inputs?: Inputs;
  /** Accept records of this engine family only; default: of any, since a caption always names it. */
  engineFamily?: string | null;
  /** Where records are stored. */
  folder?: string;
  /** Where it is written which code equals which; default: beside the records. */
  evidenceFolder?: string;
}

/** A cell with its resolved configuration, its key, and what is stored for it. */
export interface PlannedCell {
  readonly cell: Cell;
  readonly config: JsonObject;
  readonly key: RecordKey;
  readonly file: string;
  readonly stored: StoredRecord;
}

/** All cells of a grid, in order, each compared with its stored record. */
export async function planGrid(options: GridOptions): Promise<PlannedCell[]> {
  const { experiment, profile, inputs = {}, engineFamily = null, folder = RECORDS } = options;
  const { evidenceFolder = folder } = options;
  const config = gridConfig(options);
  const codeHash = await hashCode(experiment.entry);
  const equalCode = codeEqualTo(codeHash, equalCodeFile(profile, experiment.id, evidenceFolder));
  const planned: PlannedCell[] = [];
  for (const cell of experiment.cells(config)) {
    const cellConfig: JsonObject = experiment.cellConfig(config, cell);
    const dataHash = await experiment.dataHash(cellConfig, inputs);
    const key = { configHash: hashJson(cellConfig), codeHash, equalCode, dataHash, engineFamily };
    const file = recordFile(profile, experiment.id, cell.id, folder);
    planned.push({ cell, config: cellConfig, key, file, stored: lookUp(file, key) });
  }
  return planned;
}

/** One cell of a grid. Throws, with the nearest id, when there is none such. */
export async function planCell(id: string, options: GridOptions): Promise<PlannedCell> {
  const { experiment } = options;
  const cells: Cell[] = experiment.cells(gridConfig(options));
  const cell = cells.find((candidate) => candidate.id === id);
  if (cell === undefined) {
    throw unknownName(
      `cell of ${experiment.id}`,
      id,
      cells.map((candidate) => candidate.id),
    );
  }
  const single = { ...experiment, cells: () => [cell] };
  return (await planGrid({ ...options, experiment: single }))[0];
}

/** The configuration of a grid. Throws on an unknown profile. */
function gridConfig({
  experiment,
  profile,
  overrides = {},
  inputs = {},
}: Pick<GridOptions, 'experiment' | 'profile' | 'overrides' | 'inputs'>): JsonObject {
  if (!Object.hasOwn(experiment.profiles, profile))
    throw unknownName(`profile of ${experiment.id}`, profile, Object.keys(experiment.profiles));
  const config = resolveConfig(experiment, profile, overrides);
  return experiment.complete?.(config, inputs) ?? config;
}

/** Why a cell has to run, in words; null when its record is valid. */
export function reasonToRun(stored: StoredRecord, fresh = false): string | null {
  if (stored.state === 'missing') return 'no record yet';
  if (stored.state === 'valid') return fresh ? 'asked to run afresh' : null;
  return stored.reasons.join('; ');
}

/** For commands: the option that names another folder of records than the first. */
export function recordsFlag(folder: string = RECORDS): string[] {
  if (folder === RECORDS) return [];
  const fromHere = path.relative(ROOT, folder);
  return ['--records', fromHere.startsWith('..') ? folder : fromHere];
}
