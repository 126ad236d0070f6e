// Where styles come from: a folder of images, or the random textures of Relief-16.
import * as path from 'node:path';
import { sha256 } from '../files';
import { decodeImage } from './decodeImage';
import { hashFiles } from './imageFolder';
import type { ByteImage } from './imageSource';
import { RENDERER_VERSION } from './relief16/render';
import { STYLE_COUNT, type Tile, tilesFor } from './relief16/tiles';
import { allImagesBelow } from './unlabelled';

/** The name that stands for Relief-16's textures. */
export const RELIEF_STYLES = 'relief16';

/** Images whose styles are taken, in a fixed order. */
export interface StyleImages {
  /** For messages and notes; no path of this machine. */
  readonly name: string;
  /** Of each style. */
  readonly names: readonly string[];
  /** SHA-256 of what determines the images. */
  readonly hash: string;
  /** Errors name the file. */
  image(index: number): Promise<ByteImage>;
}

/** `relief16`: its 48 textures of random colours of the test split, drawn for images of this size; else the images below a folder.
 *
 *  The hash of a folder covers names and sizes. Throws, naming the folder, when it is missing, a file, or holds no image. */
export function styleImages(given: string, size: number): StyleImages {
  return given === RELIEF_STYLES ? reliefStyles(size) : folderStyles(path.resolve(given));
}

function folderStyles(folder: string): StyleImages {
  const names = allImagesBelow(folder, 'folder of styles');
  return {
    name: path.basename(folder),
    names,
    hash: hashFiles(folder, names, false),
    image: (index) => decodeImage(path.join(folder, names[index])),
  };
}

function reliefStyles(size: number): StyleImages {
  const split = 'test';
  const tiles = tilesFor(split, size);
  return {
    name: RELIEF_STYLES,
    names: Array.from({ length: STYLE_COUNT }, (_, index) => `style ${index + 1}`),
    hash: sha256(`${RELIEF_STYLES} ${split} ${size}, renderer ${RENDERER_VERSION}`),
    image: async (index) => covered(tiles.ofStyle(index), size),
  };
}

/** `size x size` pixels of a tile, repeated where it is smaller. */
function covered(tile: Tile, size: number): ByteImage {
  const data = new Uint8Array(size * size * 3);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const texel = ((y % tile.size) * tile.size + (x % tile.size)) * 3;
      data.set(tile.data.subarray(texel, texel + 3), at);
    }
  }
  return { width: size, height: size, channels: 3, data };
}
