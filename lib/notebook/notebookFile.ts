// Notebook files (nbformat 4.5), written byte for byte as Jupyter writes them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, writeFileAtomic } from '../files';
import { unknownName } from '../suggest';

/** An output of a cell, as nbformat stores it. */
export interface CellOutput {
  output_type: 'stream' | 'display_data' | 'execute_result' | 'error';
  /** Streams: stdout or stderr. */
  name?: string;
  text?: string | string[];
  /** Displays: MIME type to content. */
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  /** Errors. */
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface NotebookCell {
  cell_type: 'code' | 'markdown' | 'raw';
  id: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  execution_count?: number | null;
  outputs?: CellOutput[];
}

export interface Notebook {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export const KERNELSPEC = {
  display_name: 'TypeScript (Gestalt)',
  language: 'typescript',
  name: 'tslab',
} as const;

/** The engine that a notebook's outputs are made with, as its metadata name it. */
export function engineOf({ metadata }: Notebook): string | undefined {
  return (metadata.gestalt as { engine?: string } | undefined)?.engine;
}

/** The text of a field that nbformat stores whole or in lines. */
export function textOf(field: string | string[] | undefined): string {
  return Array.isArray(field) ? field.join('') : (field ?? '');
}

/** Text in lines that keep their ends, as nbformat stores it. */
export function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The notebooks' files, in order. Throws on a name that is none of them. */
export function notebookFiles(names: readonly string[], folder = fromRoot('notebooks')): string[] {
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const known = files.filter((file) => file.endsWith('.ipynb')).map((file) => path.basename(file, '.ipynb'));
  const wanted = names.map((name) => path.basename(name, '.ipynb'));
  for (const name of wanted) if (!known.includes(name)) throw unknownName('notebook', name, known.sort());
  return (wanted.length > 0 ? wanted : known.sort()).map((name) => path.join(folder, `${name}.ipynb`));
}

/** Reads a notebook. Throws with the file's name when it is missing, no JSON or no notebook. */
export function readNotebook(file: string): Notebook {
  let notebook: Notebook;
  try {
    notebook = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`Cannot read the notebook ${file}: ${(error as Error).message}`);
  }
  if (!Array.isArray(notebook?.cells) || notebook.nbformat !== 4) {
    throw new Error(`${file} is not a notebook of format 4: it has no list of cells, or another nbformat.`);
  }
  return notebook;
}

/** Writes a notebook atomically. */
export function writeNotebook(file: string, notebook: Notebook): void {
  writeFileAtomic(file, notebookText(notebook));
}

/** The text of a notebook file: keys sorted, one space of indentation. */
export function notebookText(notebook: Notebook): string {
  return `${JSON.stringify(sorted(notebook), null, 1)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
