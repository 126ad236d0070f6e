// Shows that changed code gives the numbers of the stored records, by running some cells again.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ENGINE_NAMES } from '../engine/engine';
import { codeEqualTo, codeKnownAs, equalCodeFile, writeEqualCode } from '../results/equalCode';
import { type RunRecord, readRecord, recordFile } from '../results/record';
import { useCellEngine } from './cellEngine';
import type { CellOutcome } from './experiment';
import { type GridOptions, planCell } from './plan';
import { artifactWriter } from './runCell';

export interface ConfirmOptions extends GridOptions {
  /** Records that earlier code made on this machine, in place of the stored ones: another processor adds in another order. */
  madeHere?: string;
  signal: AbortSignal;
  report?: (line: string) => void;
}

/** Runs cells again with the present code, each on the engine of its record, and compares every seed, curve and metric with the
 *  stored record (or that of `madeHere`), digit by digit. When all are equal, the evidence is stored and records of that earlier code are valid
 *  again. Returns whether they were.
 *  Throws when a cell has no record, or one of another configuration or other data, or when the stored records are not of the code of `madeHere`. */
export async function confirm(ids: readonly string[], options: ConfirmOptions): Promise<boolean> {
  const { experiment, profile, folder, madeHere, report = () => undefined } = options;
  const file = equalCodeFile(profile, experiment.id, folder);
  const equals: string[] = [];
  let codeHash = '';
  for (const id of ids) {
    const planned = await planCell(id, options);
    if (planned.stored.state === 'missing')
      throw new Error(
        `${id} of ${experiment.id} has no record in profile ${profile}: there is nothing to confirm. Run it: npm run reproduce.`,
      );
    const stored = readRecord(planned.file);
    requireSameQuestion(id, stored, planned.key);
    const expected =
      madeHere === undefined ? stored : readRecord(recordFile(profile, experiment.id, id, madeHere));
    requireSameQuestion(id, expected, planned.key);
    requireSameCode(id, stored, expected, file);
    report(`${id}: running again`);
    const engine = ENGINE_NAMES.find((name) => name === expected.engine.name);
    if (engine !== undefined) await useCellEngine({ name: engine });
    const outcome = await runAside(options, planned.config);
    const different = differences(expected, outcome);
    report(
      `${id}: ${different.length === 0 ? 'every number is the same' : `not the same: ${different.join(', ')}`}`,
    );
    if (different.length > 0) return false;
    // What the stored record's code was shown to equal, its successor equals too: of later code there may be records as well.
    equals.push(expected.codeHash, ...codeKnownAs(expected.codeHash, file));
    codeHash = planned.key.codeHash;
  }
  const compared = madeHere === undefined ? '' : ' --records <folder>';
  writeEqualCode(file, {
    codeHash,
    equals,
    confirmedBy: ids,
    date: new Date().toISOString().slice(0, 10),
    command: `npm run confirm -- ${experiment.id} ${ids.join(' ')} --profile ${profile}${compared}`,
  });
  return true;
}

function requireSameQuestion(
  id: string,
  stored: RunRecord,
  key: { configHash: string; dataHash: string | null },
): void {
  const changed = stored.configHash !== key.configHash ? 'configuration' : 'data';
  if (stored.configHash !== key.configHash || (key.dataHash !== null && stored.dataHash !== key.dataHash)) {
    throw new Error(
      `The record of ${id} cannot be confirmed: its ${changed} changed. Run it: npm run reproduce.`,
    );
  }
}

/** The stored record is of the code that made the other, or of code that was shown to equal it. */
function requireSameCode(id: string, stored: RunRecord, made: RunRecord, file: string): void {
  if ([made.codeHash, ...codeEqualTo(made.codeHash, file)].includes(stored.codeHash)) return;
  throw new Error(
    `The record of ${id} that was made here is of other code than the stored one: make it with the code of the stored record.`,
  );
}

/** A run that leaves nothing: its checkpoints lie in a temporary folder. */
async function runAside(
  { experiment, inputs = {}, signal, report = () => undefined }: ConfirmOptions,
  config: RunRecord['config'],
): Promise<CellOutcome> {
  const checkpoints = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-confirm-'));
  try {
    const artifact = artifactWriter(path.join(checkpoints, 'record.json'));
    return await experiment.run(config, { inputs, signal, checkpoints, report, artifact });
  } finally {
    fs.rmSync(checkpoints, { recursive: true, force: true });
  }
}

/** What differs, by name: `dataHash`, `seeds`, `curves.loss`, `metrics.stylised` ... */
function differences(stored: RunRecord, outcome: CellOutcome): string[] {
  const compared = ({
    dataHash,
    seeds,
    curves,
    metrics,
  }: RunRecord | CellOutcome): Record<string, unknown> => ({
    dataHash,
    seeds,
    ...prefixed('curves', curves),
    ...prefixed('metrics', metrics),
  });
  const [before, now] = [compared(stored), compared(JSON.parse(JSON.stringify(outcome)))];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => !isDeepStrictEqual(before[name], now[name]),
  );
}

function prefixed(prefix: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
