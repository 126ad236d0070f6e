// Files beside a record.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../files';
import { RECORDS, type RunRecord } from './record';

/** The content of a record's artifact whose name ends so, e.g. `answers.json`; null where the record has none.
 *  Throws when the file is missing or is not what the run wrote, saying how to get it again. */
export function readArtifact(record: RunRecord, name: string, folder: string = RECORDS): Buffer | null {
  const artifact = record.artifacts.find(({ file }) => file.endsWith(name));
  if (artifact === undefined) return null;
  const file = path.join(folder, record.profile, record.experiment, artifact.file);
  const shown = path.relative(process.cwd(), file);
  const again = `Fetch it again (git checkout), or run the cell again: ${record.command}.`;
  if (!fs.existsSync(file)) throw new Error(`${shown} is missing: ${record.cell.id} left it. ${again}`);
  const content = fs.readFileSync(file);
  if (sha256(content) !== artifact.sha256) throw new Error(`${shown} is not what its run wrote. ${again}`);
  return content;
}
