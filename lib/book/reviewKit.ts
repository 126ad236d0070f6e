// What a reviewer gets in one file: the book, the ledger, the benchmark's report, and what a machine needs to run it again.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { fromRoot, writeFileAtomic } from '../files';
import { filesBelow } from '../results/researchObject';
import { escapeHtml } from '../results/tables';
import { type BookOptions, buildBook } from './build';
import { withTemporaryFolder } from './temporaryFolder';

export interface ReviewKitOptions extends Pick<BookOptions, 'notebooks' | 'signal'> {
  /** The file, with the ending .zip. */
  readonly out: string;
  /** Folder of the benchmark's report. */
  readonly benchmark: string;
  /** What the machine has, as `npm run doctor` prints it. */
  readonly environment: string;
  /** Every command line with what it does. */
  readonly commands: string;
}

const LEDGER = ['claims.md', 'claims.csv', 'claims.json', 'claims-effects.svg', 'claims-effects.txt'];
/** A day of no year: the same contents are the same file. */
const NO_DATE = new Date(1980, 0, 1);

/** Writes the file and returns its size in bytes. What is there is replaced when the new one is whole. Throws on a name that does not end in .zip, and as `buildBook`. */
export async function writeReviewKit(options: ReviewKitOptions): Promise<number> {
  const { out, notebooks, signal, benchmark, environment, commands } = options;
  requireZip(out);
  const prefix = path.join(path.dirname(path.resolve(out)), 'review-');
  return withTemporaryFolder(prefix, signal, async (folder) => {
    await buildBook({ out: path.join(folder, 'book'), notebooks, signal });
    fs.cpSync(benchmark, path.join(folder, 'benchmark'), { recursive: true });
    for (const file of LEDGER) fs.cpSync(fromRoot('figures', file), path.join(folder, 'ledger', file));
    fs.writeFileSync(path.join(folder, 'environment.txt'), environment);
    fs.writeFileSync(path.join(folder, 'commands.txt'), commands);
    fs.writeFileSync(path.join(folder, 'review.html'), firstPage());
    const bytes = zipSync(contentsOf(folder), { level: 6, mtime: NO_DATE });
    writeFileAtomic(out, bytes);
    return bytes.length;
  });
}

/** Throws unless the name is a zip file's, in a folder that is there. */
export function requireZip(out: string): void {
  if (path.extname(out) !== '.zip') throw new Error(`${out}: the review kit is one file that ends in .zip.`);
  const parent = path.dirname(path.resolve(out));
  if (!fs.existsSync(parent))
    throw new Error(`${out}: there is no folder ${parent}. Make it, or name another.`);
}

function contentsOf(folder: string): Zippable {
  const files = filesBelow(folder, '.');
  return Object.fromEntries(
    files.map((file) => [file, new Uint8Array(fs.readFileSync(path.join(folder, file)))]),
  );
}

const CONTENTS: readonly [address: string, title: string, what: string][] = [
  ['book/30-claims.html', 'The ledger as a story', 'what each paper claims, what was measured, what is open'],
  [
    'book/claims.html',
    'The ledger',
    'every claim with its rule; as files: ledger/claims.csv and ledger/claims.json',
  ],
  [
    'book/results.html',
    'Results and records',
    'figures and tables of every experiment, and the record of every run',
  ],
  ['book/index.html', 'The book', 'all notebooks as they were executed'],
  ['benchmark/report.html', 'The benchmark', 'the network that comes along, on the seventeen embedded sets'],
  ['environment.txt', 'Environment', 'the machine on which this file was made'],
  ['commands.txt', 'Commands', 'what runs it again'],
];

function firstPage(): string {
  const items = CONTENTS.map(
    ([address, title, what]) => `<li><a href="${address}">${escapeHtml(title)}</a>: ${escapeHtml(what)}</li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gestalt, for review</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="book/assets/book.css">
</head>
<body>
<main style="max-width: 48rem; margin: 0 auto; padding: 2rem 1rem">
<h1>Gestalt, for review</h1>
<p>Two studies of shape bias in convolutional networks, run again. Everything opens in a browser from this folder; nothing is asked of the network.</p>
<ul>
${items.join('\n')}
</ul>
</main>
</body>
</html>
`;
}
