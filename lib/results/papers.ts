// What the papers print: their claims and tables, from data/papers.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot } from '../files';
import { findNamed } from '../findNamed';
import { unknownName } from '../suggest';
import { type Check, check, integer, list, number, object, pair, readJson, text } from './check';

/** What claims would mean together: a question that a reader brings. */
export interface ClaimGroup {
  /** Key of the paper under data/papers. */
  readonly paper: string;
  /** Lower-case words with hyphens. */
  readonly id: string;
  /** The question. */
  readonly title: string;
  /** One sentence: what would follow if the claims hold. */
  readonly meaning: string;
}

/** A statement of a paper that a run can support or contradict. */
export interface Claim {
  /** Key of the paper under data/papers. */
  readonly paper: string;
  readonly id: string;
  /** Id of its group. */
  readonly group: string;
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

/** The two studies come first; what others ask about them, after. */
const STUDIES = ['locnet', 'topk'];

/** The papers whose claims are in the ledger, by the names of their folders: the two studies, then others in alphabetical order. */
export function papersWithClaims(): string[] {
  const folders = fs.readdirSync(PAPERS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const others = folders.map(({ name }) => name).filter((name) => !STUDIES.includes(name));
  return [...STUDIES, ...others.sort()].filter((paper) =>
    fs.existsSync(path.join(PAPERS, paper, 'claims.json')),
  );
}

/** The claims of a paper, in the paper's order. Throws with file and field on a claim whose group is none of the file's. */
export function readClaims(paper: string): Claim[] {
  return readClaimsFile(paper).claims.map((entry) => ({ paper, ...entry }));
}

/** The groups of a paper's claims, in the order in which the story tells them. Every claim is in one, and none is empty. */
export function readClaimGroups(paper: string): ClaimGroup[] {
  return readClaimsFile(paper).groups.map((group) => ({ paper, ...group }));
}

/** One of them, by its id. Throws with the known ones. */
export function readClaimGroup(paper: string, id: string): ClaimGroup {
  return findNamed(`question of ${paper}`, id, readClaimGroups(paper), (group) => group.id);
}

/** A paper's claims.json. */
export interface ClaimsFile {
  readonly groups: readonly Omit<ClaimGroup, 'paper'>[];
  readonly claims: readonly Omit<Claim, 'paper'>[];
}

const CLAIMS_FILE = object({
  paper: words,
  provenance: words,
  groups: list(
    object<Omit<ClaimGroup, 'paper'>>({
      id: text(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words with hyphens'),
      title: words,
      meaning: words,
    }),
  ),
  claims: list(
    object<Omit<Claim, 'paper'>>({ id: words, group: words, text: words, source: words, printed: words }),
  ),
});

function readClaimsFile(paper: string): ClaimsFile {
  const content = readJson(path.join(PAPERS, paper, 'claims.json'));
  return checkClaimsFile(content, `data/papers/${paper}/claims.json`);
}

/** Throws unless `content` is a paper's claims, each in one of its groups. `source` is the file's name in errors. */
export function checkClaimsFile(content: unknown, source: string): ClaimsFile {
  check(CLAIMS_FILE, content, source);
  const { groups, claims } = content as ClaimsFile;
  for (const [field, entries] of Object.entries({ groups, claims })) {
    const ids = entries.map(({ id }) => id);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined) throw new Error(`${source}: "${field}" names "${twice}" twice.`);
  }
  for (const [i, { group }] of claims.entries()) {
    const known = groups.map(({ id }) => id);
    if (!known.includes(group))
      throw new Error(`${source}: ${unknownName('group', group, known).message} (field "claims.${i}.group")`);
  }
  const empty = groups.findIndex(({ id }) => claims.every(({ group }) => group !== id));
  if (empty >= 0)
    throw new Error(`${source}: field "groups.${empty}" has no claim: give it one, or leave it out.`);
  return { groups, claims };
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
