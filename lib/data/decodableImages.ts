// Images that can be read, found out before hours depend on it.
import { sha256 } from '../files';
import { hashFiles } from './imageFolder';
import type { ImageSource } from './imageSource';
import { allImagesBelow, looseImages } from './unlabelled';

/** As `looseImages`, with a hash of what the files hold: features are remembered by it, and an image may be replaced by one of the same size. */
export function imagesByContent(folder: string): ImageSource {
  const hash = hashFiles(folder, allImagesBelow(folder), true);
  return { ...looseImages(folder), hash };
}

export interface DecodableOptions {
  /** Leave out what cannot be read, and say so. Default: throw. */
  skipBad?: boolean;
  report: (line: string) => void;
}

/** The source without the images that cannot be read. Reads each once. Throws the first one's error, unless `skipBad`. */
export async function decodableImages(
  source: ImageSource,
  { skipBad = false, report }: DecodableOptions,
): Promise<ImageSource> {
  const kept: number[] = [];
  for (let index = 0; index < source.count; index++) {
    try {
      await source.image(index);
      kept.push(index);
    } catch (error) {
      const what = (error as Error).message.replace(/\.$/, '');
      if (!skipBad) throw new Error(`${what}. --skip-bad leaves such images out.`);
      report(`left out: ${what}`);
    }
  }
  if (kept.length === source.count) return source;
  return {
    name: source.name,
    classes: source.classes,
    count: kept.length,
    labels: Int32Array.from(kept, (index) => source.labels[index]),
    hash: sha256(source.hash, ` without all but ${kept.join()}`),
    image: (index) => source.image(kept[index]),
  };
}
