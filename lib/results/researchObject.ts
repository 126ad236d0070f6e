// Records, figures and ledger as one folder that describes itself, for an archive: an RO-Crate.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT, sha256, writeFileAtomic } from '../files';
import { readCitation } from './citation';
import { type CrateFile, crateMetadata, METADATA_FILE } from './crateMetadata';
import { readRecords, runId } from './record';

/** What the crate holds, from the root of the repository: files, and folders with all that is in them. */
const CONTENT = [
  'LICENSE',
  'NOTICE',
  'CITATION.cff',
  'data/README.md',
  'data/drawings/NOTICE.md',
  'data/papers',
  'data/records',
  'data/until-decided',
  'figures',
];

export interface ResearchObjectOptions {
  /** Of the code, by git. */
  commit?: string;
  /** Another root than the repository's. */
  root?: string;
}

/** Copies records, figures, ledger, what the papers print and the licences into a folder, in the layout of the repository, and writes `ro-crate-metadata.json` beside them. The same content gives the same bytes.
 *  Returns the number of files. Throws, and copies nothing, unless the folder is empty or not there yet, and when something to copy is missing. */
export function writeResearchObject(folder: string, options: ResearchObjectOptions = {}): number {
  const { commit, root = ROOT } = options;
  checkVacant(folder);
  const paths = CONTENT.flatMap((entry) => filesBelow(root, entry));
  const citation = readCitation(path.join(root, 'CITATION.cff'));
  const runs = ['records', 'until-decided'].flatMap((stored) =>
    readRecords({ folder: path.join(root, 'data', stored) }).map((run) => ({
      run,
      file: `data/${stored}/${runId(run)}.json`,
    })),
  );
  const files = paths.map((file): CrateFile => {
    const content = fs.readFileSync(path.join(root, file));
    return { path: file, bytes: content.length, sha256: sha256(content) };
  });
  const metadata = crateMetadata({ citation, files, runs, commit });
  for (const file of paths) {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(path.join(root, file), target);
  }
  writeFileAtomic(path.join(folder, METADATA_FILE), `${JSON.stringify(metadata, null, 2)}\n`);
  return paths.length + 1;
}

/** Throws unless a crate can be written there: an empty folder, or none yet. */
export function checkVacant(folder: string): void {
  if (!fs.existsSync(folder)) return;
  const shown = path.relative(process.cwd(), folder) || '.';
  if (!fs.statSync(folder).isDirectory()) throw new Error(`${shown} is a file: name a folder.`);
  if (fs.readdirSync(folder).length > 0)
    throw new Error(`${shown} is not empty: name a folder that is, or one that is not there yet.`);
}

/** The file itself, or all files below the folder, in alphabetical order, with slashes. Throws where neither is there. */
export function filesBelow(root: string, entry: string): string[] {
  const full = path.join(root, entry);
  if (!fs.existsSync(full)) throw new Error(`${entry} is missing: fetch it again (git checkout).`);
  if (fs.statSync(full).isFile()) return [entry];
  return fs
    .readdirSync(full, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.tmp') && fs.statSync(path.join(full, name)).isFile())
    .map((name) => path.posix.join(entry, name.split(path.sep).join('/')))
    .sort();
}
