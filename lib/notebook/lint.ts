// What a committed notebook must be: readable, executed, and the same on every machine.
import * as path from 'node:path';
import { lintExercises } from './lintExercises';
import { lintPreface } from './lintPreface';
import {
  type CellOutput,
  engineOf,
  KERNELSPEC,
  type Notebook,
  type NotebookCell,
  readNotebook,
  textOf,
} from './notebookFile';

const MOST_LINES = 6;

/** The problems of a committed notebook, one line each; none when it is in order. */
export function lintNotebook(file: string): string[] {
  const notebook = readNotebook(file);
  const exercises = lintExercises(notebook, path.basename(file, '.ipynb'));
  const problems = [...lint(notebook), ...lintPreface(notebook), ...exercises];
  return problems.map((problem) => `${path.basename(file)}: ${problem}`);
}

/** The problems of a notebook in memory, but for those of what it says at its top and of its exercises. */
export function lint(notebook: Notebook): string[] {
  const problems: string[] = [];
  if (notebook.nbformat !== 4 || notebook.nbformat_minor !== 5) problems.push('is not of nbformat 4.5');
  const kernel = (notebook.metadata.kernelspec as { name?: string } | undefined)?.name;
  if (kernel !== KERNELSPEC.name)
    problems.push(`names the kernel "${kernel}" instead of "${KERNELSPEC.name}"`);
  if (notebook.cells.some(({ source }) => /\buseEngine\(/.test(textOf(source))) && !engineOf(notebook))
    problems.push('does not name the engine of its outputs: "gestalt": { "engine": "wasm" } in its metadata');
  const ids = notebook.cells.map(({ id }) => id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
    problems.push(`uses the cell id "${id}" twice`);
  let count = 0;
  notebook.cells.forEach((cell, i) => {
    const label = `cell ${i + 1} (${cell.id})`;
    if (!/^[\w-]{1,64}$/.test(cell.id ?? '')) problems.push(`${label} has no usable id`);
    if (cell.cell_type !== 'code' || textOf(cell.source).trim() === '') return;
    count += 1;
    problems.push(
      ...[...lintSource(cell), ...lintExecution(cell, count)].map((problem) => `${label} ${problem}`),
    );
  });
  return problems;
}

function lintSource(cell: NotebookCell): string[] {
  const source = textOf(cell.source);
  const lines = source.split('\n').filter((line) => line.trim() !== '' && !/^\s*\/\//.test(line)).length;
  return [
    lines > MOST_LINES && `has ${lines} lines of code, more than ${MOST_LINES}: move the logic into lib/`,
    /\bawait\s*\(/.test(source) &&
      'has a "(" right after await, which tslab cannot always compile: name the promise first',
    /^\s*export\b/m.test(source) && 'exports something, which a cell cannot',
  ].filter((problem): problem is string => problem !== false);
}

function lintExecution(cell: NotebookCell, count: number): string[] {
  const outputs = cell.outputs ?? [];
  const paths = [...new Set(outputs.flatMap((output) => absolutePaths(output)))];
  return [
    cell.execution_count == null && 'is not executed: run "npm run notebooks"',
    cell.execution_count != null &&
      cell.execution_count !== count &&
      `was executed as number ${cell.execution_count}, out of order`,
    outputs.some((output) => output.output_type === 'error') && 'shows an error',
    outputs.some(({ metadata }) => metadata?.gestalt !== undefined) &&
      'shows times that differ from run to run: run "npm run notebooks"',
    paths.length > 0 && `shows an absolute path: ${paths.join(', ')}`,
  ].filter((problem): problem is string => problem !== false);
}

/** Absolute paths in what an output says; pictures in base64 hold none. */
function absolutePaths({ text, data = {} }: CellOutput): string[] {
  const said = Object.entries(data)
    .filter(([type]) => !type.startsWith('image/') || type === 'image/svg+xml')
    .map(([, content]) =>
      typeof content === 'object' && !Array.isArray(content)
        ? JSON.stringify(content)
        : textOf(content as string),
    );
  const all = [textOf(text), ...said].join('\n');
  return (
    all.match(
      /(?<![\w.:/<])(?:file:\/\/)?\/(?:home|root|Users|tmp|work|var|opt|mnt)\/[\w./-]+|\b[A-Z]:\\[\w\\.-]+/g,
    ) ?? []
  );
}
