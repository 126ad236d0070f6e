// When a stored record may stand for a run, and when the run must be done again.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../files';
import { type Artifact, type RunRecord, readRecord } from './record';

/** What a record must agree with to be valid. */
export interface RecordKey {
  readonly configHash: string;
  readonly codeHash: string;
  /** Earlier code that was shown to give the same numbers (`equalCode.ts`). */
  readonly equalCode: readonly string[];
  /** Null: the data are not on this machine, so the record is trusted in this. */
  readonly dataHash: string | null;
  /** Null: any engine's record will do. */
  readonly engineFamily: string | null;
}

/** Why a record is not valid any more, in words; empty when it is valid. */
export function staleReasons(record: RunRecord, key: RecordKey): string[] {
  const reasons: string[] = [];
  if (record.configHash !== key.configHash) reasons.push('the configuration changed');
  if (![key.codeHash, ...key.equalCode].includes(record.codeHash))
    reasons.push('the library sources that the run used changed');
  if (key.dataHash !== null && record.dataHash !== key.dataHash) reasons.push('the data changed');
  if (key.engineFamily !== null && record.engine.family !== key.engineFamily) {
    reasons.push(`it was run on ${record.engine.family}, not on ${key.engineFamily}`);
  }
  return reasons;
}

export type StoredRecord =
  | { readonly state: 'valid'; readonly record: RunRecord }
  | { readonly state: 'stale'; readonly record: RunRecord; readonly reasons: readonly string[] }
  | { readonly state: 'unreadable'; readonly reasons: readonly string[] }
  | { readonly state: 'missing' };

/** What is stored for a cell, judged by a key. */
export function lookUp(file: string, key: RecordKey): StoredRecord {
  if (!fs.existsSync(file)) return { state: 'missing' };
  try {
    const record = readRecord(file);
    const reasons = [...staleReasons(record, key), ...changedArtifacts(record.artifacts, path.dirname(file))];
    return reasons.length === 0 ? { state: 'valid', record } : { state: 'stale', record, reasons };
  } catch (error) {
    return { state: 'unreadable', reasons: [(error as Error).message] };
  }
}

/** Files beside the record that are gone or not what the run left. */
function changedArtifacts(artifacts: readonly Artifact[], folder: string): string[] {
  return artifacts.flatMap(({ file, sha256: expected }) => {
    const found = path.join(folder, file);
    if (!fs.existsSync(found)) return [`its file ${file} is missing`];
    return sha256(fs.readFileSync(found)) === expected ? [] : [`its file ${file} changed`];
  });
}
