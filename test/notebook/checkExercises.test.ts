import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { notebooksCommand } from '../../lib/commands/notebooks';
import { checkExercises } from '../../lib/notebook/checkExercises';
import { digestOf } from '../../lib/notebook/exercise';
import { writeNotebook } from '../../lib/notebook/notebookFile';
import { type ExerciseParts, exerciseScript, folded } from './exerciseScript';
import { percentToNotebook } from './percent';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-exercises-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Checks a notebook of exercises behind some cells: what the report said, and the error in the end. */
async function check(
  name: string,
  exercises: ExerciseParts[],
  before = '',
): Promise<{ report: string; error?: string }> {
  const script = `${before}${exercises.map((parts, i) => exerciseScript({ name: `Exercise 07.${i + 1}`, ...parts })).join('')}`;
  const file = path.join(folder, `${name}.ipynb`);
  writeNotebook(file, percentToNotebook(script));
  const untouched = fs.readFileSync(file, 'utf8');
  const lines: string[] = [];
  const error = await checkExercises([name], { folder, log: (line) => lines.push(line) }).then(
    () => undefined,
    ({ message }: Error) => message,
  );
  assert.equal(fs.readFileSync(file, 'utf8'), untouched);
  return { report: lines.join('\n'), error };
}

test('solutions are right and open exercises are open; what no exercise needs does not run', async () => {
  const before =
    "// %%\nthrow new Error('not needed');\n// %%\nconst four = 4;\nconst eight = 2 * four;\nconsole.log(eight);\n";
  const solution = folded('Solution', '```ts\nconst twice = eight;\n```');
  const { report, error } = await check('good', [{}, { solution }], before);
  assert.equal(error, undefined);
  assert.match(report, /^good\.ipynb: 2 exercises, /);
  assert.match(
    report,
    / {2}Exercise 07\.1: right with its solution, "your turn" without\n {2}Exercise 07\.2: right with/,
  );
  assert.match(report, /\n2 exercises, none wrong$/);
});

test('what is wrong with an exercise is told, and the next one is checked all the same', async () => {
  const { report, error } = await check('bad', [
    { solution: folded('Solution', '```ts\nconst twice = 9;\n```') },
    {
      solution: folded(
        'Solution',
        "```ts\nconst twice: number = Number('8');\nthrow new RangeError('too far');\n```",
      ),
    },
    { check: "checkAnswer('Exercise 07.3', twice, 8);" },
    { solution: folded('Solution', '```ts\nconst twice: string = 8;\n```') },
    { solution: folded('Solution', '```ts\nconst twice = undefined;\n```') },
    {},
    {
      check: `checkAnswer('Exercise 07.7', twice, { digest: '${digestOf('Exercise 07.7', 0.3746)}' });`,
      solution: folded('Solution', '```ts\nconst twice = 0.3746;\n```'),
    },
  ]);
  assert.equal(error, '6 of 7 exercises wrong; the report above says why.');
  const nine = digestOf('Exercise 07.1', 9);
  assert.ok(
    report.includes(
      `Exercise 07.1: WRONG: with its solution its check says "Exercise 07.1: not yet. Hints unfold below."; the solution gives 9, whose digest is '${nine}'`,
    ),
    report,
  );
  assert.match(report, /Exercise 07\.2: WRONG: the solution fails: RangeError: too far/);
  assert.match(report, /Exercise 07\.3: WRONG: has a check that is more than checkAnswer/);
  assert.match(report, /Exercise 07\.4: WRONG: the solution fails: .*not assignable/);
  assert.match(report, /Exercise 07\.5: WRONG: .*your turn.*; the solution gives undefined/);
  assert.match(report, /Exercise 07\.6: right/);
  assert.match(report, /Exercise 07\.7: WRONG: its answer 0\.3746, rounded to 3 decimals, is not right/);
});

test('a cell that an exercise needs and that fails is named', async () => {
  const solution = folded('Solution', '```ts\nconst twice = eight;\n```');
  const { report, error } = await check(
    'needs',
    [{ solution }],
    "// %% id=data\nconst eight: number = JSON.parse('{');\n",
  );
  assert.match(report, /Exercise 07\.1: WRONG: its cell data fails: SyntaxError/);
  assert.equal(error, '1 of 1 exercise wrong; the report above says why.');
});

test('an interrupt stops the check within a cell', async () => {
  const solution = folded('Solution', '```ts\nconst twice = 2 * never;\n```');
  const begun = path.join(folder, 'begun');
  const cell = `// %%
import * as fs from 'node:fs';
await new Promise((done) => setTimeout(done, 50)); // Node loses a SIGINT that arrives just as the synchronous part of a cell ends
fs.writeFileSync(${JSON.stringify(begun)}, '');
const never = await new Promise<number>(() => setTimeout(() => undefined, 1e6));
`;
  writeNotebook(
    path.join(folder, 'endless.ipynb'),
    percentToNotebook(`${cell}${exerciseScript({ solution })}${exerciseScript({ name: 'Exercise 07.2' })}`),
  );
  const controller = new AbortController();
  const lines: string[] = [];
  const { signal } = controller;
  const run = checkExercises(['endless'], { folder, signal, log: (line) => lines.push(line) });
  let isOver = false;
  const expected = { name: 'Interrupted', message: 'Interrupted at endless.ipynb.' };
  const ended = assert.rejects(run, expected).finally(() => {
    isOver = true;
  });
  while (!fs.existsSync(begun) && !isOver) await sleep(50);
  controller.abort();
  await ended;
  assert.deepEqual(lines, []);
});

test('an unknown name is answered before anything runs', async () => {
  await assert.rejects(checkExercises(['goood'], { folder }), /Did you mean "good"/);
});

test('notebooks and their exercises are checked one at a time', async () => {
  const both = notebooksCommand().parseAsync(['--check', '--check-exercises'], { from: 'user' });
  await assert.rejects(both, /Give --check or --check-exercises, not both/);
});

test('exercises of committed notebooks whose cells are quick', async () => {
  const lines: string[] = [];
  await checkExercises(['01-shape-versus-texture', '22-top-k-inference', '24-few-shot-gan'], {
    log: (line) => lines.push(line),
  });
  assert.match(lines.at(-1) ?? '', /^8 exercises, none wrong$/);
});
