// How the repository wants to be cited: CITATION.cff (Citation File Format 1.2).
import * as fs from 'node:fs';
import { parse } from 'yaml';
import { fromRoot } from '../files';
import { check, integer, list, object } from './check';
import { words } from './papers';

/** A person has a family name; a group has a name. */
export interface CitedAuthor {
  readonly name?: string;
  readonly 'family-names'?: string;
  readonly 'given-names'?: string;
}

/** A work on which the repository rests. */
export interface CitedWork {
  readonly type: string;
  readonly title: string;
  readonly authors: readonly CitedAuthor[];
  readonly year?: number;
  readonly 'repository-code'?: string;
}

export interface Citation {
  readonly title: string;
  readonly license: string;
  readonly version: string;
  readonly authors: readonly CitedAuthor[];
  readonly references: readonly CitedWork[];
}

const authors = list(object<object>({}, { open: true }));
const work = object({ type: words, title: words, authors }, { open: true });
const CITATION = object(
  { title: words, license: words, version: words, authors, references: list(work) },
  { open: true },
);

/** Reads the citation file. Throws with file and field when something is missing. */
export function readCitation(file: string = fromRoot('CITATION.cff')): Citation {
  const content: unknown = parse(fs.readFileSync(file, 'utf8'));
  check(CITATION, content, 'CITATION.cff');
  const citation = content as Citation;
  for (const [i, { year }] of citation.references.entries())
    if (year !== undefined) check(object({ year: integer }), { year }, `CITATION.cff, references.${i}`);
  for (const author of [citation, ...citation.references].flatMap((cited) => cited.authors)) nameOf(author);
  return citation;
}

/** E.g. `Tianqin Li`. Throws on an author without a name. */
export function nameOf(author: CitedAuthor): string {
  const { name, 'family-names': family, 'given-names': given } = author;
  const found = name ?? [given, family].filter((part) => part !== undefined).join(' ');
  if (found === '')
    throw new Error(
      `CITATION.cff: an author has neither "name" nor "family-names": ${JSON.stringify(author)}.`,
    );
  return found;
}
