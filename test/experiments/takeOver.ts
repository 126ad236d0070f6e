// A lock that somebody has signed, and who wants it.
import * as fs from 'node:fs';
import { holdCell, type LockOwner } from '../../lib/experiments/cellLock';

/** Signs the lock, takes it and releases it again; what is said meanwhile. Rejects with `Interrupted` where one would have to wait.
 *  `renewed` is when the owner renewed it last; default: now. */
export async function takeOver(
  name: string,
  owner: Omit<LockOwner, 'since'>,
  renewed = new Date(),
): Promise<string> {
  fs.mkdirSync(`${name}.lock`, { recursive: true });
  fs.utimesSync(`${name}.lock`, renewed, renewed);
  fs.writeFileSync(`${name}.owner.json`, JSON.stringify({ ...owner, since: '2026-01-01T00:00:00Z' }));
  const abort = new AbortController();
  const lines: string[] = [];
  const report = (line: string): void => {
    lines.push(line);
    if (line.startsWith('waits')) abort.abort();
  };
  const held = await holdCell(name, { signal: abort.signal, pause: 20, report });
  await held.release();
  return lines.join();
}
