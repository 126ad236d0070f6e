// Images without classes, for what learns no class.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { decodeImage } from './decodeImage';
import { imagesBelow } from './depthMaps/layout';
import { IMAGE_EXTENSIONS } from './imageFiles';
import { hashFiles } from './imageFolder';
import type { ImageSource } from './imageSource';

/** All images below a folder as paths from it, with `/`. Throws, naming the folder, when it is missing, a file, or holds no image. */
export function allImagesBelow(folder: string, what = 'folder of images'): string[] {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (!stat?.isDirectory())
    throw new Error(`The ${what} ${folder} ${stat === undefined ? 'does not exist' : 'is a file'}.`);
  const images = imagesBelow(folder);
  if (images.length === 0)
    throw new Error(`There are no images below ${folder}: no file ending in ${IMAGE_EXTENSIONS.join(' ')}.`);
  return images;
}

/** The images below a folder, in any folders, all of one class. The hash covers names and sizes. Throws as `allImagesBelow`. */
export function looseImages(folder: string): ImageSource {
  const root = path.resolve(folder);
  const files = allImagesBelow(root);
  return {
    name: path.basename(root),
    ...oneClass(files.length),
    hash: hashFiles(root, files, false),
    image: (index) => decodeImage(path.join(root, files[index])),
  };
}

/** A source whose images are all of one class. */
export function withoutClasses(source: ImageSource): ImageSource {
  const { name, count, hash } = source;
  return { name, ...oneClass(count), hash, image: (index) => source.image(index) };
}

function oneClass(count: number): Pick<ImageSource, 'classes' | 'labels' | 'count'> {
  return { classes: ['image'], count, labels: new Int32Array(count) };
}
