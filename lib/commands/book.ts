import type { Command } from 'commander';
import { newCommand } from './command';
import { text } from './options';

interface BookFlags {
  readonly out?: string;
  readonly class?: boolean;
  readonly draft?: boolean;
  readonly edit?: string;
}

export function bookCommand(): Command {
  return newCommand('book', {
    summary: 'build a site of plain files from all notebooks, results and records',
    description:
      'Builds all notebooks, the ledger, figures, tables and the record of every run into a site of plain files, which opens from a folder or from any ' +
      'web server and asks nothing of the network.',
    examples: [
      ['npm run book', 'builds it into .cache/book: open index.html'],
      ['npm run book -- --class --out ../class', 'for a class: without the solutions of exercises'],
    ],
    writes: 'the folder, in place of the book that was there; another folder is left alone',
    failed: 'a notebook is not executed, or something that a page shows is missing; stderr names it',
  })
    .addOption(text('--out <folder>', 'where it goes (default: .cache/book)'))
    .option('--class', 'leave the solutions of exercises out')
    .option('--draft', 'also with notebooks that are not executed or show an error')
    .addOption(text('--edit <address>', 'the repository on the web, below which its files are edited'))
    .action(async ({ out, class: forClass, draft, edit: editBase }: BookFlags) => {
      const { buildBook } = await import('../book/build');
      const { interruptSignal } = await import('../notebook/interrupt');
      const book = await buildBook({ out, forClass, draft, editBase, signal: interruptSignal() });
      console.log(`${book.pages} pages, ${Math.round(book.bytes / 1e6)} MB: ${book.out}/index.html`);
    });
}
