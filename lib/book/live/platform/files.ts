// The files that a tab has: what the page handed to this worker, in memory, under their paths from the root of the repository.
import { Buffer } from 'buffer';

const files = new Map<string, Buffer>();

/** Hands over a file, e.g. `/data/drawings/icons.json`. */
export function putFile(path: string, base64: string): void {
  files.set(path, Buffer.from(base64, 'base64'));
}

export function hasFile(path: string): boolean {
  return files.has(path);
}

/** Throws, naming the file, when the page handed over none of this path. */
export function readFile(path: string): Buffer {
  const bytes = files.get(path);
  if (bytes === undefined) throw new Error(`${path} is not among the files of this page`);
  return bytes;
}
