// Folders that are there while something works in them, and not longer.
import * as fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Works in a new folder, whose name begins so, and removes it whatever happens, also when a second Ctrl-C ends the process at once. Throws as the work;
 *  once `signal` is aborted, its reason. */
export async function withTemporaryFolder<T>(
  prefix: string,
  signal: AbortSignal | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = fs.mkdtempSync(prefix);
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(folder);
  } catch (error) {
    // Ctrl-C also ends processes that were started, e.g. esbuild's; their errors may come before the signal does.
    await setTimeout(50);
    signal?.throwIfAborted();
    throw error;
  } finally {
    process.off('exit', remove);
    remove();
  }
}
