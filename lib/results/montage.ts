// Montages: a few pictures with their labels, stored whole, so that figures of stimuli need neither data nor filters.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, writeFileAtomic } from '../files';
import { check, integer, list, object, text } from './check';

export interface MontageRecord {
  /** Of its file and its figure, e.g. `montage-cues`. */
  readonly id: string;
  /** Pictures in a row. */
  readonly columns: number;
  readonly pictures: readonly MontagePicture[];
  /** What is shown, and where the pictures come from. */
  readonly caption: string;
  /** SHA-256 of the data that the pictures come from. */
  readonly dataHash: string;
  /** What makes it again, from the root of the repository. */
  readonly command: string;
}

export interface MontagePicture {
  readonly label: string;
  /** A second, smaller line; may be empty. */
  readonly note: string;
  /** A JPEG file in base64. */
  readonly jpeg: string;
}

const anyText = text(/^/, 'text');

const CHECK = object<MontageRecord>({
  id: text(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters, digits and hyphens'),
  columns: integer,
  pictures: list(
    object<MontagePicture>({
      label: anyText,
      note: anyText,
      jpeg: text(/^\/9j\/[A-Za-z0-9+/]+=*$/, 'a JPEG file in base64'),
    }),
  ),
  caption: text(/\S/, 'a sentence'),
  dataHash: text(/^[0-9a-f]{64}$/, 'a SHA-256'),
  command: text(/\S/, 'a command'),
});

/** The montages that ship with the repository. */
const MONTAGES = fromRoot('data', 'montages');

/** Every montage of a folder, by name; none without the folder. Throws, naming file and field, on one that is damaged. */
export function readMontages(folder = MONTAGES): MontageRecord[] {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => readMontage(path.join(folder, file)));
}

/** Writes `<folder>/<id>.json` and returns the file. */
export function writeMontage(montage: MontageRecord, folder = MONTAGES): string {
  const file = path.join(folder, `${montage.id}.json`);
  check(CHECK, montage, path.relative(process.cwd(), file));
  writeFileAtomic(file, `${JSON.stringify(montage, null, 2)}\n`);
  return file;
}

function readMontage(file: string): MontageRecord {
  const shown = path.relative(process.cwd(), file);
  let montage: MontageRecord;
  try {
    montage = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${shown} is not a readable montage: ${(error as Error).message}.`);
  }
  check(CHECK, montage, shown);
  return montage;
}
