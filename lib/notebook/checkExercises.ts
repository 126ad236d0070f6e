// Runs the exercises of notebooks on the real kernel: every solution must be right, and without it every check must say "your turn".
import * as path from 'node:path';
import { digestOf } from './exercise';
import { checkCallOf, type Exercise, exercisesOf, solutionCodeOf, tagOf } from './exerciseCells';
import { interruptSignal } from './interrupt';
import type { JupyterKernel } from './jupyterClient';
import { exerciseProblems, labelOf } from './lintExercises';
import { neededCells } from './neededCells';
import { type Notebook, type NotebookCell, notebookFiles, readNotebook, textOf } from './notebookFile';
import { duration } from './progressBar';
import { Interrupted, withKernel } from './withKernel';

export interface CheckExercisesOptions {
  /** Folder of the notebooks. */
  folder?: string;
  signal?: AbortSignal;
  /** Where the report goes, a line at a time. */
  log?: (line: string) => void;
}

/** An exercise and what is wrong with it; nothing when it is in order. */
export interface CheckedExercise {
  name: string;
  problems: readonly string[];
}

/** Checks the exercises of notebooks by name (all when none is named) and reports each; writes nothing.
 *  Throws on an unknown name, before anything runs; in the end when an exercise is wrong, with how many are; and when interrupted. */
export async function checkExercises(
  names: readonly string[],
  options: CheckExercisesOptions = {},
): Promise<void> {
  const { folder, log = console.log, signal = interruptSignal() } = options;
  let [count, wrong] = [0, 0];
  for (const file of notebookFiles(names, folder)) {
    const began = performance.now();
    const checked = await checkNotebook(readNotebook(file), signal).catch((error: Error) => {
      if (!signal.aborted) throw new Error(`${path.basename(file)}: ${error.message}`, { cause: error });
      throw new Interrupted(`Interrupted at ${path.basename(file)}.`, { cause: error });
    });
    log(
      `${path.basename(file)}: ${inWords(checked.length)}, ${duration((performance.now() - began) / 1000)}`,
    );
    for (const { name, problems } of checked) {
      if (problems.length === 0) log(`  ${name}: right with its solution, "your turn" without`);
      for (const problem of problems) log(`  ${name}: WRONG: ${problem}`);
    }
    count += checked.length;
    wrong += checked.filter(({ problems }) => problems.length > 0).length;
  }
  if (wrong > 0) throw new Error(`${wrong} of ${inWords(count)} wrong; the report above says why.`);
  log(`${inWords(count)}, none wrong`);
}

function inWords(count: number): string {
  return `${count} ${count === 1 ? 'exercise' : 'exercises'}`;
}

/** Checks the exercises of one notebook, in one kernel, in which every cell that they need runs once. */
async function checkNotebook(
  notebook: Notebook,
  signal: AbortSignal = interruptSignal(),
): Promise<CheckedExercise[]> {
  const exercises = exercisesOf(notebook).map((exercise) => ({
    exercise,
    problems: exerciseProblems(exercise),
  }));
  if (exercises.every(({ problems }) => problems.length > 0)) return exercises.map(asMalformed);
  return withKernel(notebook, signal, async (kernel) => {
    const session = new Session(kernel, notebook);
    const checked: CheckedExercise[] = [];
    for (const { exercise, problems } of exercises) {
      if (problems.length > 0) checked.push(asMalformed({ exercise, problems }));
      else checked.push({ name: exercise.name, problems: await session.check(exercise) });
      signal.throwIfAborted(); // its cell failed by that alone
    }
    return checked;
  });
}

function asMalformed({ exercise, problems }: { exercise: Exercise; problems: string[] }): CheckedExercise {
  return { name: labelOf(exercise), problems };
}

/** A cell that failed, as an exercise's problem. */
class CellProblem extends Error {}

class Session {
  /** The code that exercises may need: all but their own. */
  readonly #cells: NotebookCell[];
  readonly #ran = new Set<NotebookCell>();

  constructor(
    readonly kernel: JupyterKernel,
    notebook: Notebook,
  ) {
    this.#cells = notebook.cells.filter((cell) => cell.cell_type === 'code' && tagOf(cell) === undefined);
  }

  /** What is wrong with a well-formed exercise. */
  async check({ cells }: Exercise): Promise<string[]> {
    const [answer, check, text] = [cells.answer, cells.check, cells.solution].map((cell) =>
      textOf(cell?.source),
    );
    const solution = solutionCodeOf(text) as string;
    try {
      await this.#runNeeded([answer, check, solution].join('\n'));
      await this.#run(answer, 'the answer cell');
      const unsolved = await this.#run(check, 'the check without a solution');
      await this.#run(solution, 'the solution');
      const solved = await this.#run(check, 'the check of the solution');
      return [...this.#unsolvedProblems(check, unsolved), ...(await this.#solvedProblems(check, solved))];
    } catch (error) {
      if (error instanceof CellProblem) return [error.message];
      throw error;
    }
  }

  #unsolvedProblems(check: string, said: string): string[] {
    const { name } = checkCallOf(check)!;
    return said === `${name}: your turn.` ? [] : [`without a solution its check says "${said}"`];
  }

  async #solvedProblems(check: string, said: string): Promise<string[]> {
    const { name, variable, decimals, digest } = checkCallOf(check)!;
    const value = await this.#valueOf(variable);
    const found = (answer: unknown): string | undefined =>
      typeof answer === 'number' || typeof answer === 'string' ? digestOf(name, answer, decimals) : undefined;
    if (said !== `${name}: right.`) {
      const needed = found(value) === undefined ? '' : `, whose digest is '${found(value)}'`;
      return [`with its solution its check says "${said}"; the solution gives ${value}${needed}`];
    }
    const places = (decimals ?? 2) + 1;
    if (typeof value !== 'number' || found(Number(value.toFixed(places))) === digest) return [];
    return [`its answer ${value}, rounded to ${places} decimals, is not right: ask for other decimals`];
  }

  async #valueOf(variable: string): Promise<unknown> {
    const shown = await this.#run(`console.log(JSON.stringify({ value: ${variable} }));`, 'the solution');
    return (JSON.parse(shown) as { value?: unknown }).value;
  }

  async #runNeeded(code: string): Promise<void> {
    const sources = this.#cells.map(({ source }) => textOf(source));
    for (const place of neededCells(sources, code)) {
      const cell = this.#cells[place];
      if (this.#ran.has(cell)) continue;
      await this.#run(sources[place], `its cell ${cell.id}`);
      this.#ran.add(cell);
    }
  }

  /** Runs code as a cell and returns what it printed. Throws a CellProblem when it fails. */
  async #run(code: string, what: string): Promise<string> {
    let printed = '';
    const reply = await this.kernel.execute(code, {
      stopOnError: false,
      onOutput: (type, content) => {
        if (type === 'stream' && content.name === 'stdout') printed += content.text;
      },
    });
    if (reply.status !== 'ok')
      throw new CellProblem(`${what} fails: ${[reply.ename, reply.evalue].filter(Boolean).join(': ')}`);
    return printed.trim();
  }
}
