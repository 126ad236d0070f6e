// A notebook as a page of the book.
import { tagOf } from '../notebook/exerciseCells';
import type { GlossaryTerm } from '../notebook/glossary';
import { type Notebook, type NotebookCell, textOf } from '../notebook/notebookFile';
import { escapeHtml } from '../results/tables';
import { unknownName } from '../suggest';
import type { Assets } from './assets';
import { WIDGET_NAMES, type WidgetName } from './live/names';
import type { Heading, PageState, Prose } from './markdown';
import { outputHtml } from './outputs';
import type { Language } from './packages';
import { UnusedTerms } from './terms';

export interface NotebookPage {
  /** File name without ending: `20-top-k-layer`. */
  readonly name: string;
  readonly title: string;
  /** The first quoted paragraph, without marks. */
  readonly summary: string;
  readonly headings: readonly Heading[];
  readonly body: string;
  /** Whether cells run in the reader's tab. */
  readonly live: boolean;
  /** For the search: text below each heading. */
  readonly sections: readonly Section[];
}

export interface Section extends Heading {
  readonly content: string;
}

export interface PageContext {
  readonly assets: Assets;
  readonly prose: Prose;
  readonly highlight: (code: string, language: Language) => string;
  readonly glossary: readonly GlossaryTerm[];
  /** Errors that cells put out are shown. */
  readonly draft: boolean;
  /** Aborted, the rendering throws its reason. */
  readonly signal?: AbortSignal;
}

/** Renders a notebook. Throws with its name and the cell, also where that shows an error, unless in a draft. */
export async function notebookPage(
  name: string,
  notebook: Notebook,
  context: PageContext,
): Promise<NotebookPage> {
  const page = { headings: [] as Heading[], terms: new UnusedTerms(context.glossary) };
  const { headings } = page;
  const sections: Section[] = [];
  const parts: string[] = [];
  for (const cell of notebook.cells) {
    context.signal?.throwIfAborted();
    const before = headings.length;
    parts.push(
      await cellHtml(cell, page, context).catch((error: Error) => {
        throw new Error(`${name}.ipynb, cell ${cell.id}: ${error.message}`);
      }),
    );
    if (cell.cell_type === 'markdown') addSections(sections, headings.slice(before), textOf(cell.source));
  }
  const title = headings.find(({ level }) => level === 1)?.text;
  if (title === undefined) throw new Error(`${name}.ipynb has no title: its first cell begins with "# ".`);
  const body = parts.join('\n');
  const live = body.includes('<gestalt-live ');
  return { name, title, summary: summaryOf(notebook.cells), headings, body, live, sections };
}

async function cellHtml(cell: NotebookCell, page: PageState, context: PageContext): Promise<string> {
  const { assets, prose, highlight, draft } = context;
  const source = textOf(cell.source);
  const tag = tagOf(cell);
  if (cell.cell_type === 'markdown')
    return `<div class="prose${tag === undefined ? '' : ` ${tag}`}">${prose.render(source, page)}</div>`;
  if (cell.cell_type === 'raw' || source.trim() === '') return '';
  const outputs: string[] = [];
  for (const [i, output] of (cell.outputs ?? []).entries()) {
    outputs.push(
      output.output_type === 'error' && draft
        ? `<pre class="text warning" tabindex="0">${escapeHtml(`${output.ename}: ${output.evalue}`)}</pre>`
        : await outputHtml(output, { assets, prose, page }, cell.outputs?.[i + 1]),
    );
  }
  const widget = widgetOf(cell);
  const shown =
    widget === undefined
      ? outputs.join('')
      : `<gestalt-live widget="${widget}">${outputs.join('')}</gestalt-live>`;
  const code = `<details class="code" open><summary>Code</summary>${highlight(source, 'typescript')}</details>`;
  return `<div class="cell" id="${escapeHtml(cell.id)}">${code}${shown}</div>`;
}

/** The widget that runs in the reader's tab what the cell shows. Throws on one that there is not. */
function widgetOf({ metadata }: NotebookCell): WidgetName | undefined {
  const { live } = (metadata.gestalt ?? {}) as { live?: string };
  const widget = WIDGET_NAMES.find((name) => name === live);
  if (live !== undefined && widget === undefined) throw unknownName('widget', live, WIDGET_NAMES);
  return widget;
}

function addSections(sections: Section[], found: readonly Heading[], text: string): void {
  // A cell's text before its first heading belongs to the heading before.
  const pieces = text.split(/^#{1,6} .*$/m).map(plain);
  const last = sections.pop();
  if (last !== undefined) sections.push({ ...last, content: `${last.content} ${pieces[0]}`.trim() });
  found.forEach((heading, i) => {
    sections.push({ ...heading, content: pieces[i + 1] ?? '' });
  });
}

/** Markdown without its marks. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`>|$#]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function summaryOf(cells: readonly NotebookCell[]): string {
  const [first] = cells;
  const quoted = /^> (.*(?:\n> .*)*)/m.exec(textOf(first?.source))?.[1] ?? '';
  return plain(quoted);
}
