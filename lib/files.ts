// Files of the repository: where it is, writing so that nothing is ever half-written, hashing.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { threadId } from 'node:worker_threads';

/** The repository's root folder. */
export const ROOT = path.resolve(__dirname, '..');

/** A path inside the repository, from its root. */
export function fromRoot(...parts: string[]): string {
  return path.join(ROOT, ...parts);
}

/** Replaces `file` by `content`: temporary file, flush, rename; a reader sees the old or the new file, never a part.
 *  Temporary files that killed processes left of it are removed. Throws with the file's name when the disk is full or not writable; its
 *  own temporary file is removed then. */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${HOST}.${process.pid}.${threadId}.tmp`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    removeLeftovers(file);
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

/** Stands for this machine where several share a folder. */
const HOST = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 6);

/** Temporary files of the same file by processes of this machine that are no more; those of before this rule had no machine in their name. */
function removeLeftovers(file: string): void {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  for (const entry of fs.readdirSync(folder)) {
    if (!entry.startsWith(`${name}.`)) continue;
    const [, host, pid] = /^\.(?:([0-9a-f]{6})\.)?(\d+)(?:\.\d+)?\.tmp$/.exec(entry.slice(name.length)) ?? [];
    if (pid === undefined || (host !== undefined && host !== HOST)) continue;
    if (!isAlive(Number(pid))) removeIfThere(path.join(folder, entry));
  }
}

/** Whether a process of this machine exists. One of another user cannot be signalled, but is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
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
