import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintPreface, readingMinutes } from '../../lib/notebook/lintPreface';
import type { Notebook } from '../../lib/notebook/notebookFile';
import { folded, prose } from './exerciseScript';
import { percentToNotebook } from './percent';

/** A notebook of `words` words beside its first cell, which says these times. */
function notebookOf(words: number, read: string, run: string): Notebook {
  const block = [
    '// - **You need to know:** what a network is.',
    '// - **You will be able to:** train one.',
    `// - **Time:** ${read} to read, ${run} to run on two cores.`,
  ];
  const text = Array.from({ length: words }, () => 'word').join(' ');
  return percentToNotebook(
    `// %% [markdown]\n// # Title\n// > Question?\n//\n${block.join('\n')}\n// %% [markdown]\n// ${text}\n`,
  );
}

test('a notebook says what it needs, what it teaches and how long it takes', () => {
  assert.deepEqual(lintPreface(notebookOf(1000, '7 minutes', 'under 1 minute')), []);
  assert.deepEqual(lintPreface(notebookOf(10, '1 minute', 'under 5 minutes')), []);
  const [problem] = lintPreface(percentToNotebook('// %% [markdown]\n// # Title\n'));
  assert.match(problem, /does not say in its first cell "- \*\*You need to know:\*\*/);
  assert.equal(lintPreface(percentToNotebook('// %%\n1\n')).length, 1);
});

test('minutes to read are those of its words, within two; minutes to run are a class', () => {
  assert.match(
    lintPreface(notebookOf(1000, '4 minutes', 'under 1 minute')).join(),
    /says 4 minutes to read; its prose takes 7 at 150/,
  );
  assert.deepEqual(lintPreface(notebookOf(1000, '5 minutes', 'under 1 minute')), []);
  assert.match(
    lintPreface(notebookOf(1000, '7 minutes', 'under 3 minutes')).join(),
    /under 3 minutes to run, which is none of/,
  );
});

test('hints and solutions are not reading time', () => {
  const long = Array.from({ length: 500 }, () => 'word').join(' ');
  const script = `// %% [markdown]\n// one two: 3 - (four)\n${prose('hint', folded('Hint', long))}${prose('solution', folded('Solution', long))}// %%\nconst a = 1;\n`;
  assert.equal(readingMinutes(percentToNotebook(script)), 1);
});
