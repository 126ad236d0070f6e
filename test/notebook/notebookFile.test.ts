import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from '../../lib/notebook/lint';
import { notebookText, toLines } from '../../lib/notebook/notebookFile';
import { applyCarriageReturns } from '../../lib/notebook/outputs';
import { percentToNotebook } from './percent';

const SCRIPT =
  '// %% [markdown]\n// # Title\n//\n// Prose.\n// %%\nconst a = 1;\na + 1\n\n// %% id=last\nvoid a;\n';

/** The script's notebook as if executed. */
function executed(script: string): ReturnType<typeof percentToNotebook> {
  const notebook = percentToNotebook(script);
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
  for (const [i, cell] of code.entries()) cell.execution_count = i + 1;
  return notebook;
}

test('a percent script becomes a notebook, the same each time', () => {
  const { cells } = percentToNotebook(SCRIPT);
  assert.deepEqual(
    cells.map(({ cell_type, id, source }) => [cell_type, id, source]),
    [
      ['markdown', 'cell-000', ['# Title\n', '\n', 'Prose.']],
      ['code', 'cell-001', ['const a = 1;\n', 'a + 1']],
      ['code', 'last', ['void a;']],
    ],
  );
  assert.equal(notebookText(percentToNotebook(SCRIPT)), notebookText(percentToNotebook(SCRIPT)));
  assert.throws(() => percentToNotebook('const a = 1;'), /begins with a cell/);
});

test('a notebook in order has no problems', () => {
  assert.deepEqual(lint(executed(SCRIPT)), []);
});

test('each rule for committed notebooks is checked', () => {
  const problem = (script: string): string => lint(executed(script)).join('\n');
  assert.match(lint(percentToNotebook(SCRIPT)).join('\n'), /not executed/);
  assert.match(problem(`// %%\n${'1;\n'.repeat(7)}`), /7 lines of code/);
  assert.equal(problem(`// %%\n${'1;\n'.repeat(6)}// a comment\n`), '');
  assert.match(problem('// %%\nawait (f());'), /right after await/);
  assert.match(problem('// %%\nexport const a = 1;'), /exports/);
  const computes = executed('// %%\nawait useEngine();');
  assert.match(lint(computes).join('\n'), /does not name the engine/);
  computes.metadata.gestalt = { engine: 'wasm' };
  assert.deepEqual(lint(computes), []);
  assert.match(problem('// %% id=a\n1\n// %% id=a\n2'), /"a" twice/);
  const notebook = executed(SCRIPT);
  notebook.cells[1].outputs = [
    {
      output_type: 'stream',
      name: 'stdout',
      text: ['read /home/someone/data/a.png, see https://example.org/tmp/x\n'],
    },
    { output_type: 'error', ename: 'Error', evalue: '', traceback: [] },
    { output_type: 'display_data', data: {}, metadata: { gestalt: { kept: {} } } },
  ];
  notebook.cells[2].execution_count = 7;
  notebook.metadata.kernelspec = { name: 'python3' };
  notebook.nbformat_minor = 4;
  const problems = lint(notebook).join('\n');
  for (const part of [
    'shows an error',
    'shows times that differ from run to run',
    'path: /home/someone/data/a.png',
    'number 7',
    'kernel "python3"',
    'nbformat 4.5',
  ]) {
    assert.ok(problems.includes(part), `${part} in ${problems}`);
  }
  assert.doesNotMatch(problems, /example/);
});

test('text is stored in lines, and carriage returns overwrite', () => {
  assert.deepEqual(toLines('a\n\nb'), ['a\n', '\n', 'b']);
  assert.equal(applyCarriageReturns('\r1\r2\r\n3\r4'), '2\n4');
});
