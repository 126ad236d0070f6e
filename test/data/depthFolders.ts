// Small folders of pictures with depth maps, in the layout of LocNet's authors.
import * as fs from 'node:fs';
import * as path from 'node:path';
import sharp from 'sharp';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';

export interface SynsetEntry {
  category: string;
  one: string;
  all: string[];
}

export const SYNSETS: readonly SynsetEntry[] = JSON.parse(
  fs.readFileSync(fromRoot('data/papers/locnet/synsets.json'), 'utf8'),
).categories;

/** A picture of noise. */
export async function writeNoise(file: string, channels: 1 | 3, width = 40, height = 30): Promise<void> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const random = new Random(file.length);
  const pixels = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
  const picture = sharp(pixels, { raw: { width, height, channels } });
  await (file.endsWith('png') ? picture.toColourspace('b-w').png() : picture.jpeg()).toFile(file);
}

/** `<folder>/{images,depth}/<split>/<synset>`, with one pair for each category, two for the first. */
export async function makeDepthFolders(
  folder: string,
  synsetOf: (entry: SynsetEntry) => string,
  splits: readonly string[] = ['val'],
): Promise<{ images: string; depth: string }> {
  const [images, depth] = ['images', 'depth'].map((part) => path.join(folder, part));
  for (const split of splits) {
    for (const entry of SYNSETS) {
      const synset = synsetOf(entry);
      for (const name of entry.category === 'airplane' ? ['n1_1', 'n1_2.v2'] : ['n1_1']) {
        await writeNoise(path.join(images, split, synset, `${name}.JPEG`), 3);
        await writeNoise(path.join(depth, split, synset, `${name.split('.')[0]}_depth.JPEG`), 1);
      }
    }
  }
  return { images, depth };
}
