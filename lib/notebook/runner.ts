// Executes notebooks on the repository's kernel, without Python, and writes them back executed.
import * as path from 'node:path';
import { fromRoot } from '../files';
import { interruptSignal } from './interrupt';
import { type JupyterKernel, KernelTimeoutError, type MessageContent } from './jupyterClient';
import {
  type CellOutput,
  type Notebook,
  type NotebookCell,
  notebookFiles,
  readNotebook,
  textOf,
  writeNotebook,
} from './notebookFile';
import { OutputCollector, toStored } from './outputs';
import { duration } from './progressBar';
import { Interrupted, withKernel } from './withKernel';

export interface RunNotebookOptions {
  /** Where the executed notebook goes; the notebook itself unless given. `false`: nowhere, it is only checked. */
  output?: string | false;
  /** Seconds that one cell may take; 0 is no limit. */
  cellTimeout?: number;
  /** Stops the run: the cell is interrupted, the kernel ended, the file left as it was. Ctrl-C unless given. */
  signal?: AbortSignal;
}

/** A cell that failed. */
export interface CellFailure {
  /** The cell's number among the code cells, from 1: its execution count. */
  cell: number;
  /** The line of the cell that failed, when the traceback names it. */
  line?: { number: number; text: string };
  ename: string;
  evalue: string;
  traceback: string[];
}

/** A notebook whose execution stopped at a cell. */
export class NotebookError extends Error {
  override readonly name = 'NotebookError';

  constructor(
    readonly file: string,
    readonly failure: CellFailure,
  ) {
    const { cell, line, ename, evalue, traceback } = failure;
    const where = line ? `, line ${line.number}:\n    ${line.text.trim()}` : '';
    const trace = traceback.length > 0 ? `\n${traceback.join('\n')}` : `\n${ename}: ${evalue}`;
    super(`${path.basename(file)}, cell ${cell}${where}${trace}`);
  }
}

/** Runs all code cells of a notebook in order in a fresh kernel and returns the notebook executed.
 *  Throws NotebookError at the first cell that fails, is too slow or kills the kernel; the file is then unchanged. */
export async function runNotebook(file: string, options: RunNotebookOptions = {}): Promise<Notebook> {
  const { output = file, cellTimeout = 0, signal = interruptSignal() } = options;
  const notebook = readNotebook(file);
  const executed = await withKernel(notebook, signal, async (kernel) => {
    const { language_info } = await kernel.info();
    const { cells } = await new NotebookRun(file, kernel, 1000 * cellTimeout).execute(notebook);
    return { ...notebook, cells, metadata: { ...notebook.metadata, language_info } };
  });
  if (output !== false) writeNotebook(output, executed);
  return executed;
}

class NotebookRun {
  readonly #collector = new OutputCollector();
  #cell = 0;

  constructor(
    readonly file: string,
    readonly kernel: JupyterKernel,
    readonly timeout: number,
  ) {}

  async execute(notebook: Notebook): Promise<Notebook> {
    const cells: NotebookCell[] = [];
    const outputs = new Map<NotebookCell, CellOutput[]>();
    for (const cell of notebook.cells) {
      const executed = cell.cell_type === 'code' ? await this.#runCell(cell) : cell;
      cells.push(executed);
      if (executed.outputs) outputs.set(executed, executed.outputs);
    }
    await this.#settle();
    // Stored only now: until here, a later cell may have updated a display of an earlier one.
    for (const [cell, raw] of outputs) cell.outputs = raw.map(toStored);
    return { ...notebook, cells };
  }

  async #runCell(cell: NotebookCell): Promise<NotebookCell> {
    const source = textOf(cell.source);
    const outputs: CellOutput[] = [];
    if (source.trim() === '') return { ...cell, execution_count: null, outputs };
    this.#cell += 1;
    const onOutput = (type: string, content: MessageContent): void =>
      this.#collector.add(outputs, type, content);
    const reply = await this.kernel
      .execute(source, { onOutput, timeout: this.timeout })
      .catch((error: Error) => this.#abandon(error));
    if (reply.status !== 'ok') throw this.#failed(reply, source);
    return { ...cell, execution_count: reply.execution_count, outputs };
  }

  /** A promise that the last cell dropped may reject only now. */
  async #settle(): Promise<void> {
    const reply = await this.kernel.execute('await new Promise((done) => setTimeout(done, 20));', {
      silent: true,
    });
    if (reply.status !== 'ok') throw this.#failed(reply, '');
  }

  /** The cell is too slow, or its kernel has died. */
  #abandon(error: Error): never {
    if (error instanceof KernelTimeoutError) this.kernel.interrupt();
    const reason =
      error instanceof KernelTimeoutError
        ? `the cell took longer than ${this.timeout / 1000} s`
        : error.message;
    throw new NotebookError(this.file, {
      cell: this.#cell,
      ename: error.name,
      evalue: reason,
      traceback: [],
    });
  }

  #failed({ ename, evalue, traceback = [] }: MessageContent, source: string): NotebookError {
    const place = new RegExp(`cell \\[${this.#cell}\\], line (\\d+)`).exec(traceback.join('\n'));
    const number = place ? Number(place[1]) : undefined;
    const text = number === undefined ? undefined : source.split('\n')[number - 1];
    const line = number === undefined || text === undefined ? undefined : { number, text };
    return new NotebookError(this.file, { cell: this.#cell, line, ename, evalue, traceback });
  }
}

export interface RunNotebooksOptions {
  /** Executes without writing the notebooks back. */
  check?: boolean;
  /** Folder of the notebooks. */
  folder?: string;
  cellTimeout?: number;
  signal?: AbortSignal;
  /** Where progress goes, a line at a time. */
  log?: (line: string) => void;
}

/** Executes notebooks by name (`00-start-here`, with or without .ipynb; all when none is named), one after the other.
 *  Throws on an unknown name, before anything runs; and after the last one when some failed, with each failure. */
export async function runNotebooks(
  names: readonly string[],
  options: RunNotebooksOptions = {},
): Promise<void> {
  const { check = false, folder = fromRoot('notebooks'), cellTimeout = 0, log = console.log } = options;
  const signal = options.signal ?? interruptSignal();
  const failures: Error[] = [];
  for (const file of notebookFiles(names, folder)) {
    const began = performance.now();
    try {
      await runNotebook(file, { output: check ? false : file, cellTimeout, signal });
      log(
        `${path.basename(file)}: ${check ? 'runs' : 'executed'}, ${duration((performance.now() - began) / 1000)}`,
      );
    } catch (error) {
      if (signal.aborted)
        throw new Interrupted(`Interrupted: ${path.basename(file)} was not written.`, { cause: error });
      failures.push(error as Error);
      log(`${path.basename(file)}: FAILED`);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('\n\n'));
}
