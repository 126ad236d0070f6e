// Whether a folder can be written, before hours of work find out.
import * as fs from 'node:fs';

/** Makes the folder. Throws, naming it and what it is for, when it cannot be written. */
export function requireWritable(folder: string, purpose: string): void {
  const error = errorOfWriting(folder);
  if (error !== null)
    throw new Error(
      `Cannot write to ${folder}, ${purpose}: ${error.message}. Make it writable, or work in a copy of the repository that is.`,
    );
}

/** Makes the folder; what stands against writing to it, or null. */
export function errorOfWriting(folder: string): NodeJS.ErrnoException | null {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
