// Files of the repository: where it is, writing so that nothing is ever half-written, hashing.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** The repository's root folder. */
export const ROOT = path.resolve(__dirname, '..');

/** A path inside the repository, from its root. */
export function fromRoot(...parts: string[]): string {
  return path.join(ROOT, ...parts);
}

/** Replaces `file` by `content`: temporary file, flush, rename; a reader sees the old or the new file, never a part.
 *  Throws with the file's name when the disk is full or not writable; the temporary file is removed then. */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const descriptor = fs.openSync(temporary, 'w');
    try {
      fs.writeFileSync(descriptor, content);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    removeIfThere(temporary);
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'the disk is full' : (error as Error).message;
    throw new Error(
      `Cannot write ${path.relative(process.cwd(), file)}: ${reason}. The previous file, if any, is unchanged.`,
    );
  }
}

function removeIfThere(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // The error that is being reported says more than this one.
  }
}

/** SHA-256 of text or bytes, as hexadecimal digits. */
export function sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
