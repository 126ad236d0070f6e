// Answers that are kept set by set, so that an interrupted measurement goes on where it was.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileNameOf } from '../../fileName';
import { writeFileAtomic } from '../../files';
import type { AnsweredMeasure, BiasAnswers } from './answers';

interface StoredSet {
  /** Hash of all that determines the answer to an image. */
  readonly question: string;
  /** Of the images. */
  readonly hash: string;
  readonly answers: BiasAnswers;
}

/** The answers to this question in a folder, by the hash of their images; none without the folder. Files that cannot be read are passed over: their sets
 *  are asked again. */
export function readStoredAnswers(folder: string, question: string): Map<string, BiasAnswers> {
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  const stored = files.flatMap((file) => readSet(path.join(folder, file)) ?? []);
  return new Map(
    stored.filter((set) => set.question === question).map(({ hash, answers }) => [hash, answers]),
  );
}

/** Writes `<folder>/<set>.json`. */
export function storeAnswers(
  folder: string,
  question: string,
  { name, hash, answers }: AnsweredMeasure,
): void {
  const set: StoredSet = { question, hash, answers };
  writeFileAtomic(path.join(folder, `${fileNameOf(name)}.json`), `${JSON.stringify(set)}\n`);
}

function readSet(file: string): StoredSet | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as StoredSet;
  } catch {
    return undefined;
  }
}
