// Where checkpoints are kept, and whether a run has got further.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, sha256 } from '../files';

/** Where checkpoints are kept, also those of cells that have their record: the trained network is in them. */
export const CHECKPOINTS = fromRoot('.cache', 'checkpoints');

/** Seconds that a run took so far: written every minute, without getting further. */
export const SECONDS_FILE = 'seconds.txt';

/** The checkpoint folder of a run: the cell's path, and what tells its configuration, code, data and engine from those of other runs. */
export function checkpointFolder(cell: string, ...run: readonly string[]): string {
  return `${cell}-${sha256(...run).slice(0, 12)}`;
}
const OF_A_RUN = /^-[0-9a-f]{12}$/;

/** What all checkpoints of a cell hold, whatever runs they are of: another text when a run has got further, the same where it saved again what it had. */
export function stateOfCheckpoints(cell: string): string {
  const [folder, name] = [path.dirname(cell), path.basename(cell)];
  if (!fs.existsSync(folder)) return '';
  const isOfCell = (each: string): boolean => each.startsWith(name) && OF_A_RUN.test(each.slice(name.length));
  return fs
    .readdirSync(folder)
    .filter(isOfCell)
    .flatMap((run) => filesIn(path.join(folder, run)))
    .sort()
    .join('\n');
}

function filesIn(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const file = path.join(folder, name);
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile() || name === SECONDS_FILE || isTemporary(name)) return [];
    return [`${file} ${found.size} ${sha256(...ends(file, found.size))}`];
  });
}

const END_BYTES = 2 ** 20;

/** The beginning of a file, where a checkpoint says how far it got, and its end. */
function ends(file: string, size: number): Buffer[] {
  const descriptor = fs.openSync(file, 'r');
  try {
    return [0, Math.max(0, size - END_BYTES)].map((start) => {
      const bytes = Buffer.alloc(Math.min(size, END_BYTES));
      return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, bytes.length, start));
    });
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Of `writeFileAtomic`. */
function isTemporary(name: string): boolean {
  return name.endsWith('.tmp');
}

/** Removes what processes that were killed while they wrote have left in a run's folder, on whatever host they ran; for who has the cell in hand. */
export function removeTemporary(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isTemporary))
    fs.rmSync(path.join(folder, name), { force: true });
}
