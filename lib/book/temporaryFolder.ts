// Folders that are there while something works in them, and not longer.
import * as fs from 'node:fs';

/** Works in a new folder, whose name begins so, and removes it whatever happens: also when a second Ctrl-C ends the process at once. */
export async function withTemporaryFolder<T>(
  prefix: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = fs.mkdtempSync(prefix);
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
