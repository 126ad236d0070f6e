// The terms of the field that the notebooks use, each explained once.
import * as path from 'node:path';
import { fromRoot } from '../files';
import { check, list, object, readJson, text } from '../results/check';

export interface GlossaryTerm {
  /** As it stands in a sentence, in the singular. */
  readonly term: string;
  /** Other ways in which the notebooks say it; plurals that add letters need not be named. */
  readonly also: readonly string[];
  /** One to three sentences. */
  readonly meaning: string;
  /** Name of the notebook that introduces it, e.g. `20-top-k-layer`. */
  readonly notebook: string;
}

const GLOSSARY_FILE = fromRoot('data', 'glossary.json');

const word = text(/^\S(?:.*\S)?$/, 'a term without space around it');
const glossary = list(
  object<GlossaryTerm>({
    term: word,
    also: list(word),
    meaning: text(/^\p{Lu}.*[.]$/su, 'sentences that begin with a capital and end with a full stop'),
    notebook: text(/^\d\d-[\w-]+$/, 'the name of a notebook, e.g. "20-top-k-layer"'),
  }),
);

/** Reads the glossary. Throws with the file and the field on a term that is malformed or explained twice. */
export function readGlossary(file = GLOSSARY_FILE): readonly GlossaryTerm[] {
  const found = readJson(file, 'It holds a list of { term, also, meaning, notebook }.');
  const source = path.relative(fromRoot(), file);
  check(glossary, found, source);
  const terms = found as GlossaryTerm[];
  const seen = new Map<string, string>();
  terms.forEach(({ term, also }, i) => {
    for (const form of [term, ...also]) {
      const earlier = seen.get(form.toLowerCase());
      if (earlier !== undefined)
        throw new Error(
          `${source}: field "${i}" explains "${form}", which the term "${earlier}" does already: explain it once.`,
        );
      seen.set(form.toLowerCase(), term);
    }
  });
  return terms;
}

/** Finds a term in any of its forms, also with letters behind (a plural), across line ends and without regard to case. */
export function patternOf({ term, also }: GlossaryTerm): RegExp {
  const forms = [term, ...also].map((form) =>
    form
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/['’]/g, "['’]")
      .replace(/\s+/g, '\\s+'),
  );
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms.join('|')})\\p{L}*`, 'iu');
}
