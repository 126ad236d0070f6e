// Which files are images, and where the depth map of each lies: the layout of LocNet's authors.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Endings of images, those of `imageFolder`. */
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

/** Endings of depth maps by format: a folder may hold either. */
export const DEPTH_EXTENSIONS = { jpeg: '.JPEG', png: '.png' } as const;

export type DepthFormat = keyof typeof DEPTH_EXTENSIONS;

/** The name of an image's depth map: `<stem>_depth.JPEG`, the stem being the name up to its first dot. */
export function depthName(image: string, format: DepthFormat): string {
  const name = path.basename(image);
  return `${name.split('.', 1)[0]}_depth${DEPTH_EXTENSIONS[format]}`;
}

/** The images directly in a folder, in the order of their code units: labels and order must not depend on the machine's language. */
export function imagesIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => !name.startsWith('.') && IMAGE_EXTENSIONS.includes(path.extname(name).toLowerCase()))
    .sort(byCodeUnit);
}

/** All images below a folder as paths from it, with `/`; links to folders are followed, once each. */
export function imagesBelow(root: string): string[] {
  const seen = new Set<string>();
  const visit = (inner: string): string[] => {
    const folder = path.join(root, inner);
    const real = fs.realpathSync(folder);
    if (seen.has(real)) return [];
    seen.add(real);
    const images = imagesIn(folder).map((name) => path.posix.join(inner, name));
    return [...images, ...foldersIn(folder).flatMap((name) => visit(path.posix.join(inner, name)))];
  };
  return visit('');
}

/** The folders directly in a folder, without hidden ones. */
export function foldersIn(folder: string): string[] {
  const isFolder = (name: string): boolean =>
    fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.') && isFolder(name))
    .sort(byCodeUnit);
}

/** Throws where two images would share a depth map: `a.1.jpg` and `a.2.jpg`. */
export function checkStems(images: readonly string[], where: string): void {
  const owners = new Map<string, string>();
  for (const image of images) {
    const map = path.join(path.dirname(image), depthName(image, 'jpeg'));
    const other = owners.get(map);
    if (other !== undefined)
      throw new Error(
        `${where}: ${other} and ${image} have the same name up to the first dot, so that ${depthName(image, 'jpeg')} would be the depth map of both. Rename one of them.`,
      );
    owners.set(map, image);
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
