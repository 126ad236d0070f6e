// Whether a folder can be written, before hours of work find out.
import * as fs from 'node:fs';

/** Makes the folder. Throws, naming it and what it is for, when it cannot be written. */
export function requireWritable(folder: string, purpose: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (error) {
    throw new Error(
      `Cannot write to ${folder}, ${purpose}: ${(error as Error).message}. Make it writable, or work in a copy of the repository that is.`,
    );
  }
}
