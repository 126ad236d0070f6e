// Image folders: one folder a class, as torchvision's ImageFolder reads them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../files';
import { unknownName } from '../suggest';
import { decodeImage } from './decodeImage';
import { foldersIn, IMAGE_EXTENSIONS, imagesIn } from './imageFiles';
import type { ImageSource } from './imageSource';

export interface ImageFolderOptions {
  /** For captions and records. Default: the last two parts of the path. */
  name?: string;
  /** Which classes, in the order of their labels. Default: all folders, sorted by code unit. */
  classes?: readonly string[];
  /** At most this many images a class, the first by name. Default: all. */
  imagesPerClass?: number;
  /** Hash every byte, instead of names and sizes. */
  hashContents?: boolean;
}

/** An image source over `<folder>/<class>/*.{jpg,jpeg,png,webp,gif,tif,tiff,avif}`.
 *
 *  Images are decoded to 8-bit sRGB as Pillow's `convert('RGB')` does for the papers' loaders: grey is repeated,
 *  CMYK converted, alpha dropped, animations give their first frame, EXIF orientation is not applied.
 *  The hash covers class names, file names and sizes (the same on every machine, cheap for a million files);
 *  `hashContents` covers the bytes as well, for folders whose images may be replaced by others of equal size.
 *
 *  Throws when the folder is missing, holds no classes, lacks a class asked for, or a class has no images.
 *  A corrupt image is found when it is first used; the error names the file. */
export function imageFolder(folder: string, options: ImageFolderOptions = {}): ImageSource {
  const root = path.resolve(folder);
  const { name = path.join(path.basename(path.dirname(root)), path.basename(root)) } = options;
  const { imagesPerClass = Number.POSITIVE_INFINITY, hashContents = false } = options;
  const classes = chooseClasses(root, classFolders(root), options.classes);
  const files: string[] = [];
  const labels: number[] = [];
  for (const [label, className] of classes.entries()) {
    for (const file of imageFiles(root, className).slice(0, imagesPerClass)) {
      files.push(path.join(className, file));
      labels.push(label);
    }
  }
  return {
    name,
    classes,
    count: files.length,
    labels: Int32Array.from(labels),
    hash: hashFiles(root, files, hashContents),
    image(index) {
      if (files[index] === undefined) {
        return Promise.reject(new Error(`${name} has images 0 to ${files.length - 1}, no image ${index}.`));
      }
      return decodeImage(path.join(root, files[index]));
    },
  };
}

function classFolders(root: string): string[] {
  let folders: string[];
  try {
    folders = foldersIn(root);
  } catch (error) {
    throw new Error(
      `Cannot read the image folder ${root}: ${whyNoFolder(error)}. Expected ${root}/<class>/<image>.`,
    );
  }
  if (folders.length === 0) {
    throw new Error(`The image folder ${root} has no class folders. Expected ${root}/<class>/<image>.`);
  }
  return folders;
}

function chooseClasses(
  root: string,
  folders: readonly string[],
  wanted: readonly string[] = folders,
): readonly string[] {
  for (const className of wanted) {
    if (!folders.includes(className))
      throw new Error(`${root}: ${unknownName('class', className, folders).message}`);
  }
  const repeated = wanted.find((className, place) => wanted.indexOf(className) !== place);
  if (repeated !== undefined) throw new Error(`The class "${repeated}" is listed twice.`);
  if (wanted.length === 0) throw new Error('The list of classes is empty. Leave it out for all classes.');
  return [...wanted];
}

/** Names of the images of a class folder, in their order. Throws when there are none. */
export function imageFiles(root: string, className: string): string[] {
  const folder = path.join(root, className);
  const files = imagesIn(folder);
  if (files.length === 0) {
    throw new Error(
      `The class "${className}" has no images: ${folder} holds no file ending in ${IMAGE_EXTENSIONS.join(' ')}.`,
    );
  }
  return files;
}

/** What a path is instead of a folder, in words. */
export function whyNoFolder(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'it does not exist' : code === 'ENOTDIR' ? 'it is a file' : message;
}

/** Of names and sizes of files below a folder and, if asked, of their bytes. */
export function hashFiles(root: string, files: readonly string[], contents: boolean): string {
  const lines = files.map((file) => {
    const full = path.join(root, file);
    const size = fs.statSync(full).size;
    const content = contents ? ` ${sha256(fs.readFileSync(full))}` : '';
    return `${file.split(path.sep).join('/')} ${size}${content}`;
  });
  return sha256(lines.join('\n'));
}
