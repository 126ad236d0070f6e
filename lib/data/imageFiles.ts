// Which files of a folder are images, and in which order they and its folders stand.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Endings of image files, in small letters. */
export const IMAGE_EXTENSIONS: readonly string[] = [
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
];

/** The images directly in a folder, without hidden ones, in their order. */
export function imagesIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => !name.startsWith('.') && IMAGE_EXTENSIONS.includes(path.extname(name).toLowerCase()))
    .sort(byCodeUnit);
}

/** The folders directly in a folder, without hidden ones, in their order. Data sets are often links into a larger store: links to folders count. */
export function foldersIn(folder: string): string[] {
  const isFolder = (entry: fs.Dirent): boolean =>
    entry.isSymbolicLink()
      ? (fs.statSync(path.join(folder, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false)
      : entry.isDirectory();
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && isFolder(entry))
    .map(({ name }) => name)
    .sort(byCodeUnit);
}

/** Not localeCompare: labels must not depend on the machine's language. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
