// The book's contents: notebooks by their numbers, then the results.
import type { NotebookPage } from './notebookPage';
import type { ExperimentPage } from './results';

export interface Part {
  readonly title: string;
  /** What it is about, for the first page; none for what is only listed. */
  readonly summary: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly title: string;
  readonly address: string;
  readonly summary: string;
}

const PARTS = [
  { first: 0, title: 'Begin', summary: 'The tour, and what shape bias is.' },
  { first: 10, title: 'LocNet', summary: 'Does learning depth beside the class give a network shape bias?' },
  { first: 20, title: 'Top-K', summary: 'Does sparsity of activations give a network shape bias?' },
  { first: 30, title: 'What holds', summary: 'Claim by claim: what the papers say, and what was measured.' },
];

/** The parts in order. A notebook belongs to the last part that begins at its number or before. */
export function partsOf(notebooks: readonly NotebookPage[], experiments: readonly ExperimentPage[]): Part[] {
  const last = PARTS.length - 1;
  const ofNotebooks = PARTS.map(({ first, title, summary }, i): Part => {
    const end = PARTS[i + 1]?.first ?? Number.POSITIVE_INFINITY;
    const entries = notebooks
      .filter(({ name }) => Number.parseInt(name, 10) >= first && Number.parseInt(name, 10) < end)
      .map((page) => ({ title: page.title, address: `${page.name}.html`, summary: page.summary }));
    return { title, summary, entries: i === last ? [...entries, LEDGER, GLOSSARY] : entries };
  });
  const results = experiments.map(({ name, address }) => ({ title: name, address, summary: '' }));
  return [
    ...ofNotebooks.filter(({ entries }) => entries.length > 0),
    { title: 'Results', summary: '', entries: [ALL_RESULTS, ...results] },
  ];
}

const LEDGER: Entry = {
  title: 'The ledger',
  address: 'claims.html',
  summary: 'Every claim with its rule, what was measured, and a verdict.',
};
const GLOSSARY: Entry = {
  title: 'Glossary',
  address: 'glossary.html',
  summary: 'Every term of the field that the notebooks use, explained once.',
};
const ALL_RESULTS: Entry = { title: 'All results and records', address: 'results.html', summary: '' };
