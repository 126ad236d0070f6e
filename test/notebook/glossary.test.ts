import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { type GlossaryTerm, patternOf, readGlossary } from '../../lib/notebook/glossary';
import { notebookFiles, readNotebook, textOf } from '../../lib/notebook/notebookFile';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-glossary-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const TERM = { term: 'logit', also: ['score'], meaning: 'What a class gets.', notebook: '15-heat-maps' };

function read(content: unknown): readonly GlossaryTerm[] {
  const file = path.join(folder, 'glossary.json');
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readGlossary(file);
}

/** What a notebook says: its cells, and its outputs that are text. */
function saidIn(file: string): string {
  return readNotebook(file)
    .cells.flatMap(({ source, outputs = [] }) => [
      textOf(source),
      ...outputs.flatMap(({ text, data = {} }) => [textOf(text), textOf(data['text/plain'] as string)]),
    ])
    .join('\n');
}

test('every term is explained once, in order, and used in the notebook that introduces it', () => {
  const terms = readGlossary();
  const files = new Map(notebookFiles([]).map((file) => [path.basename(file, '.ipynb'), file]));
  const said = new Map([...files].map(([name, file]) => [name, saidIn(file)]));
  const names = terms.map(({ term }) => term);
  assert.deepEqual(
    names,
    [...names].sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' })),
  );
  const unused = terms.filter((term) => !patternOf(term).test(said.get(term.notebook) ?? ''));
  assert.deepEqual(
    unused.map(({ term, notebook }) => `${term} in ${notebook}`),
    [],
  );
});

test('a term is found in its forms, in plurals and at the beginning of a sentence, but not inside of words', () => {
  const [term] = read([TERM]);
  for (const said of ['a logit', 'Logits are', 'its **score**', '(logits)'])
    assert.match(said, patternOf(term));
  for (const said of ['analogit', 'underscore', '']) assert.doesNotMatch(said, patternOf(term));
  const [cue] = read([{ ...TERM, term: 'shape + texture', also: ["Student's"] }]);
  assert.match('shape + texture', patternOf(cue));
  assert.match('by Student’s\ninterval', patternOf(cue));
});

test('what is wrong with the file is named with its field', () => {
  assert.throws(() => read('{'), /glossary\.json is not readable JSON/);
  assert.throws(() => read({}), /field "\(whole file\)" must be a list/);
  assert.throws(() => read([{ ...TERM, meaning: 'no sentence' }]), /field "0\.meaning" must be sentences/);
  assert.throws(
    () => read([TERM, { ...TERM, notebook: 'heat maps' }]),
    /field "1\.notebook" must be the name/,
  );
  assert.throws(() => read([{ ...TERM, also: 'score' }]), /field "0\.also" must be a list/);
  assert.throws(() => read([{ ...TERM, plural: 'logits' }]), /Unknown field "0\.plural"/);
  assert.throws(
    () => read([TERM, { ...TERM, term: 'Score', also: [] }]),
    /field "1" explains "Score", which the term "logit" does already/,
  );
});
