// `node:fs` in a tab: reads what the page handed over, writes nothing.
import type { Buffer } from 'buffer';
import { hasFile, readFile } from './files';

export function readFileSync(path: string): Buffer;
export function readFileSync(path: string, encoding: 'utf8'): string;
export function readFileSync(path: string, encoding?: 'utf8'): Buffer | string {
  const bytes = readFile(path);
  return encoding === undefined ? bytes : bytes.toString(encoding);
}

export function existsSync(path: string): boolean {
  return hasFile(path);
}

function refuse(): never {
  throw new Error('a browser tab keeps no files');
}

export const mkdirSync = refuse;
export const readdirSync = refuse;
export const openSync = refuse;
export const writeFileSync = refuse;
export const fsyncSync = refuse;
export const closeSync = refuse;
export const renameSync = refuse;
export const rmSync = refuse;
