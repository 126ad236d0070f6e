// The book: every notebook, the ledger, every experiment with its runs, as plain files that open from a folder.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build as bundle } from 'esbuild';
import MiniSearch from 'minisearch';
import { fromRoot } from '../files';
import { tagOf } from '../notebook/exerciseCells';
import { type GlossaryTerm, readGlossary } from '../notebook/glossary';
import { lint } from '../notebook/lint';
import { type Notebook, notebookFiles, readNotebook, writeNotebook } from '../notebook/notebookFile';
import { filesBelow } from '../results/researchObject';
import { allOf } from './allOf';
import { Assets, dataScript } from './assets';
import { brokenLinks } from './links';
import { bundleLive } from './live/bundle';
import { prose } from './markdown';
import { type NotebookPage, notebookPage } from './notebookPage';
import { replaceFolder } from './outFolder';
import { scrollable } from './outputs';
import { eleventy, highlighter } from './packages';
import { partsOf } from './parts';
import { imagePicture } from './pictures';
import { idOf } from './places';
import { type ExperimentPage, experimentPages, ledgerFigure, montages } from './results';
import { SEARCH_OPTIONS } from './searchOptions';
import { addressOfTerm } from './terms';

export interface BookOptions {
  /** Where the book goes. Default: .cache/book. */
  out?: string;
  /** Leaves the solutions of exercises out. Default false. */
  forClass?: boolean;
  /** Also with notebooks that were not executed, or show an error. Default false. */
  draft?: boolean;
  /** Address below which the repository's files are edited, e.g. `https://example.org/gestalt/edit/main`. Default: no such links. */
  editBase?: string;
  /** Folder of the notebooks. */
  notebooks?: string;
  /** Checked between steps; aborted, the building throws its reason. */
  signal?: AbortSignal;
}

export interface Book {
  readonly out: string;
  readonly pages: number;
  readonly bytes: number;
}

const HERE = fromRoot('lib', 'book');

/** Builds the book. Throws, leaving the one of before, when a notebook was not executed, a figure is missing or not that of the records, a record is
 *  damaged, a link leads nowhere, or the folder holds other things. */
export async function buildBook(options: BookOptions = {}): Promise<Book> {
  const { out = fromRoot('.cache', 'book'), signal } = options;
  let pages = 0;
  await replaceFolder(path.resolve(out), signal, async (folder) => {
    await writeBook(folder, options);
    pages = fs.readdirSync(folder).filter((file) => file.endsWith('.html')).length;
  });
  return { out, pages, bytes: bytesOf(out) };
}

async function writeBook(folder: string, options: BookOptions): Promise<void> {
  const { forClass = false, draft = false, editBase, notebooks = fromRoot('notebooks'), signal } = options;
  const assets = new Assets(folder);
  const highlight = await highlighter();
  const glossary = readGlossary();
  const files = notebookFiles([], notebooks);
  const known = files.map((file) => path.basename(file, '.ipynb'));
  const context = {
    assets,
    prose: await prose({ highlight, linkTo: linksAmong(known) }),
    highlight,
    glossary,
    draft,
    signal,
  };
  const pages = await allOf(
    files.map(async (file, i) => {
      const notebook = readNotebook(file);
      if (!draft) requireInOrder(known[i], notebook);
      const cells = notebook.cells.filter((cell) => !(forClass && tagOf(cell) === 'solution'));
      const shown = { ...notebook, cells };
      const page = await notebookPage(known[i], shown, context);
      writeNotebook(path.join(folder, 'notebooks', path.basename(file)), shown);
      return page;
    }),
  );
  signal?.throwIfAborted();
  const experiments = await experimentPages(assets);
  signal?.throwIfAborted();
  await writeSite(folder, {
    ...(await siteData(assets, pages, experiments)),
    ledger: ledgerHtml(),
    effects: await ledgerFigure(assets),
    glossary: glossaryOf(glossary, pages),
    editBase,
  });
  signal?.throwIfAborted();
  await writeAssets(folder, searchIndex(pages, glossary));
  signal?.throwIfAborted();
  const broken = brokenLinks(folder);
  if (broken.length > 0)
    throw new Error(`The book has links that lead nowhere: ${broken.slice(0, 10).join('; ')}.`);
}

function requireInOrder(name: string, notebook: Notebook): void {
  const [problem] = lint(notebook);
  if (problem !== undefined)
    throw new Error(
      `${name}.ipynb: ${problem}. A book is made of executed notebooks; --draft makes one nevertheless.`,
    );
}

/** Pages that show files of the repository, and files that come along. */
const FILES: Readonly<Record<string, string>> = {
  '../figures/claims.md': 'claims.html',
  '../figures/claims.json': 'claims.json',
};

/** Where a link in a notebook leads: to another notebook's page, to a table or the ledger. */
function linksAmong(notebooks: readonly string[]): (target: string) => string | null {
  return (target) => {
    const [, name, anchor = ''] = /^([\w-]+)\.ipynb(#.*)?$/.exec(target) ?? [];
    if (name !== undefined) return notebooks.includes(name) ? `${name}.html${anchor}` : null;
    return FILES[target] ?? null;
  };
}

async function siteData(
  assets: Assets,
  pages: readonly NotebookPage[],
  experiments: readonly ExperimentPage[],
) {
  const parts = partsOf(pages, experiments);
  const entries = parts.flatMap((part) => part.entries);
  const inPlace = <Page extends { address: string }>(page: Page) => {
    const place = entries.findIndex(({ address }) => address === page.address);
    return { ...page, previous: entries[place - 1], next: entries[place + 1] };
  };
  const notebooks = pages.map((page) =>
    inPlace({ ...page, address: `${page.name}.html`, source: `notebooks/${page.name}.ipynb` }),
  );
  const cover = await imagePicture(assets, fs.readFileSync(fromRoot('figures', 'relief16.png')));
  return { parts, notebooks, experiments: experiments.map(inPlace), cover, montages: await montages(assets) };
}

/** The terms in alphabetical order, each with the page that introduces it. */
function glossaryOf(glossary: readonly GlossaryTerm[], pages: readonly NotebookPage[]) {
  const titles = new Map(pages.map(({ name, title }) => [name, title]));
  const terms = [...glossary].sort((a, b) => a.term.localeCompare(b.term, 'en'));
  return terms.map((term) => ({ ...term, id: idOf(term.term), title: titles.get(term.notebook) ?? null }));
}

function ledgerHtml(): string {
  return scrollable(
    fs.readFileSync(fromRoot('figures', 'claims.html'), 'utf8').replace('<table>', '<table class="ledger">'),
  );
}

async function writeSite(folder: string, data: Readonly<Record<string, unknown>>): Promise<void> {
  // Eleventy takes its folders from the working directory.
  const site = await eleventy(
    path.relative(process.cwd(), path.join(HERE, 'site')),
    path.relative(process.cwd(), folder),
    {
      quietMode: true,
      configPath: undefined,
      config(config) {
        config.setUseGitIgnore(false);
        for (const [name, value] of Object.entries(data)) config.addGlobalData(name, value ?? null);
      },
    },
  );
  await site.write();
}

/** Libraries, styles, scripts and the index of the search. */
async function writeAssets(folder: string, index: MiniSearch): Promise<void> {
  const to = path.join(folder, 'assets');
  for (const library of [
    'vega/build/vega.min.js',
    'vega-lite/build/vega-lite.min.js',
    'vega-embed/build/vega-embed.min.js',
  ])
    copy(fromRoot('node_modules', library), path.join(to, path.basename(library)));
  copy(fromRoot('node_modules/katex/dist/katex.min.css'), path.join(to, 'katex', 'katex.min.css'));
  for (const font of fs
    .readdirSync(fromRoot('node_modules/katex/dist/fonts'))
    .filter((name) => name.endsWith('.woff2')))
    copy(fromRoot('node_modules/katex/dist/fonts', font), path.join(to, 'katex', 'fonts', font));
  copy(path.join(HERE, 'site', 'book.css'), path.join(to, 'book.css'));
  copy(fromRoot('figures', 'claims.json'), path.join(folder, 'claims.json'));
  await bundleLive(to);
  await bundle({
    entryPoints: ['early', 'book'].map((name) => path.join(HERE, 'client', `${name}.ts`)),
    outdir: to,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    logLevel: 'warning',
  });
  fs.writeFileSync(path.join(to, 'search.js'), dataScript(JSON.stringify(index)));
}

function searchIndex(pages: readonly NotebookPage[], glossary: readonly GlossaryTerm[]): MiniSearch {
  const index = new MiniSearch(SEARCH_OPTIONS);
  for (const { name, title, sections } of pages)
    for (const { id, text, content } of sections)
      index.add({ id: `${name}.html#${id}`, page: title, heading: text, content });
  for (const term of glossary)
    index.add({ id: addressOfTerm(term), page: 'Glossary', heading: term.term, content: term.meaning });
  return index;
}

function copy(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

function bytesOf(folder: string): number {
  return filesBelow(folder, '.').reduce((sum, file) => sum + fs.statSync(path.join(folder, file)).size, 0);
}
