// What an RO-Crate says of itself: ro-crate-metadata.json, by the RO-Crate specification 1.2 (https://w3id.org/ro/crate/1.2).
import * as path from 'node:path';
import { type Citation, type CitedAuthor, nameOf } from './citation';
import type { RunRecord } from './record';

const SPECIFICATION = 'https://w3id.org/ro/crate/1.2';
export const METADATA_FILE = 'ro-crate-metadata.json';

/** A file of the crate. */
export interface CrateFile {
  /** From the crate's folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CrateContent {
  readonly citation: Citation;
  readonly files: readonly CrateFile[];
  /** Every run, and where its record lies in the crate. */
  readonly runs: readonly { readonly run: RunRecord; readonly file: string }[];
  /** Of the code, by git; none where it is not known. */
  readonly commit?: string;
}

/** A node of the graph. */
export interface Entity {
  readonly '@id': string;
  readonly '@type': string;
  readonly [property: string]: unknown;
}

/** Parts of the crate, each with what it holds. What lies outside of them is a part of the crate itself. */
const PARTS: Readonly<Record<string, string>> = {
  'data/records/':
    'Records of all runs: configuration, engine, machine, seeds, curves and metrics, each sealed by a digest.',
  'data/until-decided/':
    'Plans by which seeds were added until claims were decided, and the records of these seeds.',
  'data/papers/': "What the papers print and claim, and the ledger's JSON Schema.",
  'figures/':
    'Figures, tables and the ledger of claims, all drawn from the records. Those that show drawings of Relief-16 fall under the licences of the drawings, too.',
};

const LEDGER = 'figures/claims.json';
const SCHEMA = 'data/papers/ledger.schema.json';
const DRAWINGS = 'data/drawings/NOTICE.md';

const FORMATS: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.cff': 'application/yaml',
  '.safetensors': 'application/octet-stream',
};

/** The metadata as JSON-LD, flattened and compacted. Throws when a run's record is not among the files, or there is no run. */
export function crateMetadata(content: CrateContent): { '@context': string; '@graph': Entity[] } {
  const { citation, files, runs, commit } = content;
  const missing = runs.find(({ file }) => !files.some((each) => each.path === file));
  if (missing !== undefined)
    throw new Error(`The record ${missing.file} is not among the files of the crate.`);
  if (runs.length === 0) throw new Error('There are no records, so there is nothing to describe.');
  const licence = { '@id': `https://spdx.org/licenses/${citation.license}` };
  const works = citation.references.map((work, i): Entity => {
    const { type, title, authors, year, 'repository-code': code } = work;
    return {
      '@id': code ?? `#work-${i + 1}`,
      '@type': type === 'software' ? 'SoftwareSourceCode' : 'ScholarlyArticle',
      name: title,
      author: authors.map(refTo),
      ...(year === undefined ? {} : { datePublished: String(year) }),
    };
  });
  const actions = actionsOf(runs);
  const last = runs
    .map(({ run }) => run.date)
    .sort()
    .at(-1);
  return {
    '@context': `${SPECIFICATION}/context`,
    '@graph': [
      {
        '@id': METADATA_FILE,
        '@type': 'CreativeWork',
        conformsTo: { '@id': SPECIFICATION },
        about: { '@id': './' },
      },
      {
        '@id': './',
        '@type': 'Dataset',
        name: `${citation.title}: records, figures and the ledger of claims`,
        description: `${runs.length} runs behind two studies of shape bias run again, what was measured, and a verdict on each claim.`,
        datePublished: last,
        version: citation.version,
        license: [licence, { '@id': DRAWINGS }],
        author: citation.authors.map(refTo),
        citation: works.map(({ '@id': id }) => ({ '@id': id })),
        mainEntity: { '@id': LEDGER },
        mentions: actions.map(({ '@id': id }) => ({ '@id': id })),
        hasPart: [
          ...Object.keys(PARTS).map((part) => ({ '@id': part })),
          ...files
            .filter(({ path: file }) => partOf(file) === undefined)
            .map(({ path: file }) => refToFile(file)),
        ],
      },
      ...Object.entries(PARTS).map(([part, description]) => partEntity(part, description, files)),
      ...files.map((file) => fileEntity(file, runs)),
      codeEntity(citation, licence, commit),
      ...actions,
      ...engineEntities(runs),
      {
        ...licence,
        '@type': 'CreativeWork',
        name: `${citation.license} License`,
        description: 'In the file LICENSE.',
      },
      ...authorEntities(citation),
      ...works,
    ],
  };
}

function partOf(file: string): string | undefined {
  return Object.keys(PARTS).find((part) => file.startsWith(part));
}

function refToFile(file: string): { '@id': string } {
  return { '@id': encodeURI(file) };
}

function partEntity(part: string, description: string, files: readonly CrateFile[]): Entity {
  const own = files.filter(({ path: file }) => partOf(file) === part);
  return {
    '@id': part,
    '@type': 'Dataset',
    name: part.slice(0, -1),
    description,
    ...(part === 'figures/' ? { license: [{ '@id': DRAWINGS }] } : {}),
    hasPart: own.map(({ path: file }) => refToFile(file)),
  };
}

function fileEntity({ path: file, bytes, sha256 }: CrateFile, runs: CrateContent['runs']): Entity {
  const run = runs.find((each) => each.file === file)?.run;
  const described =
    run === undefined
      ? {}
      : { description: `${run.experiment}, profile ${run.profile}: ${run.cell.id}`, dateCreated: run.date };
  return {
    ...refToFile(file),
    '@type': 'File',
    name: path.posix.basename(file),
    ...described,
    ...(file === LEDGER ? { description: 'The ledger of claims.', conformsTo: { '@id': SCHEMA } } : {}),
    encodingFormat: file.endsWith('.vl.json')
      ? 'application/vnd.vegalite.v5+json'
      : (FORMATS[path.posix.extname(file)] ?? 'text/plain'),
    contentSize: String(bytes),
    sha256,
  };
}

function codeEntity(
  { title, version, authors }: Citation,
  licence: { '@id': string },
  commit?: string,
): Entity {
  return {
    '@id': '#code',
    '@type': 'SoftwareSourceCode',
    name: title,
    version,
    ...(commit === undefined ? {} : { identifier: commit }),
    programmingLanguage: 'TypeScript',
    license: licence,
    author: authors.map(refTo),
  };
}

/** What made the records: an action for each experiment and profile. */
function actionsOf(runs: CrateContent['runs']): Entity[] {
  const names = [...new Set(runs.map(({ run }) => `${run.profile}-${run.experiment}`))].sort();
  return names.map((name) => {
    const own = runs.filter(({ run }) => `${run.profile}-${run.experiment}` === name);
    const [{ run }] = own;
    const days = own.map((each) => each.run.date).sort();
    const engines = [...new Set(own.map((each) => engineId(each.run)))].sort();
    return {
      '@id': `#run-${name}`,
      '@type': 'CreateAction',
      name: `${own.length} runs of ${run.experiment}, profile ${run.profile}`,
      description: run.command,
      startTime: days[0],
      endTime: days[days.length - 1],
      instrument: ['#code', ...engines].map((id) => ({ '@id': id })),
      result: own.map(({ file }) => refToFile(file)),
    };
  });
}

function engineId({ engine: { name, version } }: RunRecord): string {
  return `#engine-${name}-${version}`;
}

function engineEntities(runs: CrateContent['runs']): Entity[] {
  const engines = new Map(runs.map(({ run }) => [engineId(run), run.engine]));
  return [...engines.keys()].sort().map((id) => {
    const { name, version } = engines.get(id)!;
    return {
      '@id': id,
      '@type': 'SoftwareApplication',
      name: `TensorFlow.js, engine ${name}`,
      softwareVersion: version,
    };
  });
}

function authorId(author: CitedAuthor): string {
  return `#${encodeURIComponent(
    nameOf(author)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-'),
  )}`;
}

function refTo(author: CitedAuthor): { '@id': string } {
  return { '@id': authorId(author) };
}

function authorEntities(citation: Citation): Entity[] {
  const all = [citation, ...citation.references].flatMap(({ authors }) => authors);
  const byId = new Map(all.map((author) => [authorId(author), author]));
  return [...byId].map(([id, author]) => ({
    '@id': id,
    '@type': author['family-names'] === undefined ? 'Organization' : 'Person',
    name: nameOf(author),
  }));
}
