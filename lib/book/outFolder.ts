// Where a book goes: a folder of its own, replaced whole.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { withTemporaryFolder } from './temporaryFolder';

/** Lies in every book, so that the next one may take its place. */
const MARK = 'gestalt-book.json';

/** Builds into a new folder beside `out` and puts it in its place when it is whole. What was there before stays until then, and when the building fails.
 *  Throws when `out` holds other things than a book, which are left alone. */
export async function replaceFolder(
  out: string,
  signal: AbortSignal | undefined,
  build: (folder: string) => Promise<void>,
): Promise<void> {
  requireReplaceable(out);
  fs.mkdirSync(path.dirname(out), { recursive: true });
  await withTemporaryFolder(`${out}-`, signal, async (made) => {
    await build(made);
    fs.writeFileSync(path.join(made, MARK), `${JSON.stringify({ made: 'by npm run book' })}\n`);
    fs.chmodSync(made, 0o755);
    // Again: whoever put something there meanwhile keeps it.
    requireReplaceable(out);
    fs.rmSync(out, { recursive: true, force: true });
    fs.renameSync(made, out);
  });
}

function requireReplaceable(out: string): void {
  if (!fs.existsSync(out)) return;
  if (!fs.statSync(out).isDirectory())
    throw new Error(`${out} is a file; a book is a folder. Give another place with --out.`);
  const entries = fs.readdirSync(out);
  if (entries.length > 0 && !entries.includes(MARK)) {
    throw new Error(
      `${out} holds other things than a book (${entries.slice(0, 3).join(', ')}), which are left alone. Give another place with --out.`,
    );
  }
}
