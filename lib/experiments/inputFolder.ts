// Folders below the one that a user gives with --data.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Inputs } from './experiment';

/** The folder `name` below the given one. Throws what `missing` makes of what is not there. */
export function inputFolder({ data }: Inputs, name: string, missing: (what: string) => string): string {
  if (data === undefined) throw new Error(missing('no folder is given'));
  const folder = path.join(data, name);
  if (!fs.existsSync(folder)) throw new Error(missing(`${data} lacks ${name}/`));
  return folder;
}
