// Where the depth map of each image lies: the layout of LocNet's authors.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { foldersIn, imagesIn } from '../imageFiles';

/** Endings of depth maps by format: a folder may hold either. */
export const DEPTH_EXTENSIONS = { jpeg: '.JPEG', png: '.png' } as const;

export type DepthFormat = keyof typeof DEPTH_EXTENSIONS;

/** The name of an image's depth map, e.g. `<stem>_depth.JPEG`. */
export function depthName(image: string, format: DepthFormat): string {
  return `${depthStem(image)}${DEPTH_EXTENSIONS[format]}`;
}

/** The name of an image's depth map without its ending: `<stem>_depth`, the stem being the image's name up to its first dot. */
export function depthStem(image: string): string {
  return `${path.basename(image).split('.', 1)[0]}_depth`;
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
