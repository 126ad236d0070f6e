import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exercisesOf } from '../../lib/notebook/exerciseCells';
import { lintExercises } from '../../lib/notebook/lintExercises';
import { exerciseScript, folded, prose } from './exerciseScript';
import { percentToNotebook } from './percent';

const HEADING = '// %% [markdown]\n// ## Exercises\n// Replace `undefined`.\n';
const problems = (script: string, name?: string): string =>
  lintExercises(percentToNotebook(script), name).join('\n');

test('exercises in order have no problems, nor has a notebook without any', () => {
  const two = `${HEADING}${exerciseScript()}${exerciseScript({ name: 'Exercise 07.2' })}`;
  const all = `${two}${prose('exploration', '**Exploration.** Change the seed.')}`;
  assert.equal(problems(all, '07-some-notebook'), '');
  assert.equal(problems('// %%\nconst a = 1;\n'), '');
  const found = exercisesOf(percentToNotebook(all));
  assert.deepEqual(
    found.map(({ name, place, cells }) => [name, place, Object.keys(cells).length]),
    [
      ['Exercise 07.1', 1, 5],
      ['Exercise 07.2', 6, 5],
    ],
  );
});

test('a missing cell is named, and does not join two exercises', () => {
  for (const [part, tag] of [
    ['statement', 'exercise'],
    ['check', 'check'],
    ['hint', 'hint'],
    ['solution', 'solution'],
  ]) {
    const found = problems(`${exerciseScript({ [part]: '' })}${exerciseScript({ name: 'Exercise 07.2' })}`);
    assert.match(found, new RegExp(`^.* has no cell tagged "${tag}"$`));
  }
  assert.match(problems(exerciseScript({ answer: '' })), /^Exercise 07\.1 has no cell tagged "answer"$/);
});

test('a check that may show the answer is named', () => {
  for (const check of [
    "checkAnswer('Exercise 07.1', twice, 8, { hint: '2 x 4' });",
    "checkAnswer('Exercise 07.1', twice, { digest: digestOf('Exercise 07.1', 8) });",
    "const right = 8;\ncheckAnswer('Exercise 07.1', twice, { digest: '0123456789ab' });",
    "checkAnswer('Exercise 07.1', twice, { digest: '0123456789ab' }); // 8",
  ])
    assert.match(
      problems(exerciseScript({ check })),
      /^Exercise 07\.1 has a check that is more than checkAnswer/,
    );
});

test('answer, check, hint and solution must fit each other', () => {
  const found = (parts: Parameters<typeof exerciseScript>[0]): string => problems(exerciseScript(parts));
  assert.match(found({ answer: 'const twice: number | undefined = 8;' }), /answer cell without "const twice/);
  assert.match(found({ answer: 'const thrice: number | undefined = undefined;' }), /without "const twice/);
  assert.equal(found({ answer: 'const twice: string | undefined = undefined;' }), '');
  assert.match(
    found({ check: "checkAnswer('Exercise 07.2', twice, { digest: '0123456789ab' });" }),
    /is checked as "Exercise 07\.2"/,
  );
  assert.match(found({ hint: 'Add four to four.' }), /a hint that is not folded/);
  assert.match(found({ solution: '```ts\nconst twice = 8;\n```' }), /a solution that is not folded/);
  assert.match(found({ solution: folded('Solution', 'Eight.') }), /a solution without one block of code/);
  assert.match(
    found({ solution: folded('Solution', '```ts\nconst four = 4;\n```') }),
    /does not declare twice/,
  );
  assert.match(found({ statement: 'What is twice four?' }), /does not begin with its name/);
  const notebook = percentToNotebook(exerciseScript());
  notebook.cells[1].cell_type = 'markdown';
  assert.match(lintExercises(notebook).join(), /a cell "answer" that is not code/);
});

test('exercises bear the number of their notebook and their own', () => {
  assert.match(
    problems(exerciseScript(), '08-another'),
    /Exercise 07\.1 is number 1 of the notebook 08-another/,
  );
  assert.match(
    problems(exerciseScript({ name: 'Exercise 07.2' })),
    /Exercise 07\.2 is number 1 of the notebook and/,
  );
});

test('what belongs to exercises and does not say so is named', () => {
  assert.match(
    problems("// %%\ncheckAnswer('Exercise 1', x, 8);"),
    /cell 1 .* checks an answer, but is not tagged/,
  );
  assert.match(problems(prose('none', folded('Solution', '8'))), /holds a solution, but is not tagged/);
  assert.match(
    problems(`${HEADING}// %% [markdown]\n// 3. Change the seed.`),
    /cell 2 .* is among the exercises without a tag/,
  );
  assert.match(
    problems('// %% [markdown]\n// Summary\n//\n// ## Exercises\n'),
    /says more before the heading/,
  );
  assert.match(
    problems(prose('exploration', 'Change the seed.')),
    /does not begin with "\*\*Exploration\.\*\* "/,
  );
});
