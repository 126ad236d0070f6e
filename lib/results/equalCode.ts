// Code that changed without changing a number. A repair far from the arithmetic must not cost an hour of training, let alone a
// day; so cells may be run again with the new code, and if every number of them is the same to the last digit, the
// other records of the grid stay valid, on this written evidence.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFileAtomic } from '../files';
import { hashJson } from './canonical';
import { check, list, object, readJson, text } from './check';
import { RECORDS, readableJson } from './record';

/** The evidence: what was run again, and which code it stands for. */
export interface EqualCode {
  /** Hash of the code that the cells were run again with. */
  readonly codeHash: string;
  /** Hashes of earlier code that gave the same numbers. */
  readonly equals: readonly string[];
  /** Cells that were run again, each with the same curves and metrics. */
  readonly confirmedBy: readonly string[];
  readonly date: string;
  readonly command: string;
}

const CHECK = object<EqualCode>({
  codeHash: text(/^[0-9a-f]{64}$/, 'a SHA-256'),
  equals: list(text(/^[0-9a-f]{64}$/, 'a SHA-256')),
  confirmedBy: list(text(/\S/, 'a cell id')),
  date: text(/^\d{4}-\d\d-\d\d$/, 'a date, YYYY-MM-DD'),
  command: text(/\S/, 'a command'),
});

/** Where the evidence of a grid lies: beside the folder of its records. */
export function equalCodeFile(profile: string, experiment: string, folder: string = RECORDS): string {
  return path.join(folder, profile, `${experiment}.equal-code.json`);
}

/** Hashes of earlier code whose records are as good as those of `codeHash`. Throws, naming file and field, when the evidence is damaged. */
export function codeEqualTo(codeHash: string, file: string): readonly string[] {
  return evidenceFor(codeHash, file)?.equals ?? [];
}

/** Hashes of all code, earlier and later, that the evidence says gives the same numbers as `codeHash`. Throws as `codeEqualTo`. */
export function codeKnownAs(codeHash: string, file: string): readonly string[] {
  const evidence = readEqualCode(file);
  const all = evidence === undefined ? [] : [evidence.codeHash, ...evidence.equals];
  return all.includes(codeHash) ? all : [];
}

/** The evidence for this code, if there is any. Throws, naming file and field, when it is damaged or was changed by hand. */
export function evidenceFor(codeHash: string, file: string): EqualCode | undefined {
  const evidence = readEqualCode(file);
  return evidence?.codeHash === codeHash ? evidence : undefined;
}

/** Adds to the evidence for the same code; evidence for other code is replaced. */
export function writeEqualCode(file: string, evidence: EqualCode): void {
  const before = readEqualCode(file);
  const same = before?.codeHash === evidence.codeHash ? before : undefined;
  const union = (a: readonly string[] = [], b: readonly string[] = []): string[] =>
    [...new Set([...a, ...b])].sort();
  const equals = union(same?.equals, evidence.equals).filter((hash) => hash !== evidence.codeHash);
  const confirmedBy = union(same?.confirmedBy, evidence.confirmedBy);
  const content = { ...evidence, equals, confirmedBy };
  writeFileAtomic(file, `${readableJson({ ...content, seal: hashJson(content) })}\n`);
}

function readEqualCode(file: string): EqualCode | undefined {
  if (!fs.existsSync(file)) return undefined;
  const { seal, ...evidence } = Object(
    readJson(file, 'Fetch it again (git checkout), or delete it and confirm again.'),
  ) as EqualCode & { seal?: unknown };
  check(CHECK, evidence, file);
  if (seal !== hashJson(evidence)) {
    throw new Error(
      `${file} is not what confirm wrote: ${seal === undefined ? 'it has no seal' : 'its content does not match its seal'}. Fetch it again (git checkout), or delete it and confirm again: ${evidence.command}.`,
    );
  }
  return evidence;
}
