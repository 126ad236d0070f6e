// What the papers print: their claims and tables, from data/papers.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot } from '../files';
import { type Check, check, integer, list, number, object, pair, text } from './check';

/** A statement of a paper that a run can support or contradict. */
export interface Claim {
  /** Key of the paper under data/papers. */
  readonly paper: string;
  readonly id: string;
  readonly text: string;
  /** Where the paper says it. */
  readonly source: string;
  /** What the paper's own printed numbers say about it. */
  readonly printed: string;
}

/** One row of the Top-K report's Table 1: top-1 accuracy in percent as `[mean, error bar]` over three runs. */
export interface ReportedCell {
  readonly spec: string;
  readonly variant: string;
  readonly subset: string;
  readonly original: readonly [number, number];
  readonly stylised: readonly [number, number];
}

/** Checks of what papers' files hold. */
export const words = text(/\S/, 'text that is not empty');
export const flag: Check = (value, field) => {
  if (typeof value !== 'boolean') throw field.wrong('true or false', value);
};

/** Where every paper has a folder: `claims.json`, and the numbers that it prints. */
const PAPERS = fromRoot('data', 'papers');

/** The papers whose claims are in the ledger, by the names of their folders, in alphabetical order. */
export function papersWithClaims(): string[] {
  const folders = fs.readdirSync(PAPERS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter((paper) => fs.existsSync(path.join(PAPERS, paper, 'claims.json')))
    .sort();
}

/** The claims of a paper, in the paper's order. */
export function readClaims(paper: string): Claim[] {
  const file = ['data', 'papers', paper, 'claims.json'];
  const claim = object<Omit<Claim, 'paper'>>({ id: words, text: words, source: words, printed: words });
  const content = readChecked<{ claims: Omit<Claim, 'paper'>[] }>(
    file,
    object({ paper: words, provenance: words, claims: list(claim) }),
  );
  return content.claims.map((entry) => ({ paper, ...entry }));
}

/** Table 1 of the Top-K report. */
export function readTopKTable(): ReportedCell[] {
  const bar = pair(number, number);
  const row = object<ReportedCell>({
    spec: words,
    variant: words,
    subset: words,
    original: bar,
    stylised: bar,
  });
  const table = {
    title: words,
    metric: words,
    runs: integer,
    errorBar: words,
    provenance: words,
    rows: list(row),
  };
  return readChecked<{ rows: ReportedCell[] }>(['data', 'papers', 'topk', 'table1.json'], object(table)).rows;
}

/** A file of a paper's folder, checked. Throws with the file and the field. */
export function readPaperFile<T>(paper: string, file: string, checked: Parameters<typeof check>[0]): T {
  return readChecked(['data', 'papers', paper, file], checked);
}

function readChecked<T>(file: string[], checked: Parameters<typeof check>[0]): T {
  const content: unknown = JSON.parse(fs.readFileSync(fromRoot(...file), 'utf8'));
  check(checked, content, file.join('/'));
  return content as T;
}
