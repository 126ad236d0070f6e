// Where checkpoints are kept, and whether a run has got further.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot } from '../files';

/** Where checkpoints are kept, also those of cells that have their record: the trained network is in them. */
export const CHECKPOINTS = fromRoot('.cache', 'checkpoints');

/** Seconds that a run took so far: written at every end, without getting further. */
export const SECONDS_FILE = 'seconds.txt';

/** The checkpoint folder of a run: the cell's path, and what tells configuration, code, data and engine apart. */
export function checkpointFolder(cell: string, run: string): string {
  return `${cell}-${run}`;
}

/** Names, sizes and times of all checkpoints of a cell, whatever runs they are of: another text when a run has got further. */
export function stateOfCheckpoints(cell: string): string {
  const [folder, name] = [path.dirname(cell), path.basename(cell)];
  if (!fs.existsSync(folder)) return '';
  const isOfCell = (each: string): boolean =>
    each.startsWith(name) && /^-[0-9a-f]{12}$/.test(each.slice(name.length));
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
    return name === SECONDS_FILE || !found?.isFile() ? [] : [`${file} ${found.size} ${found.mtimeMs}`];
  });
}
