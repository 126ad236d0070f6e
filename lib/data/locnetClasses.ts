// The 16 classes of LocNet and the synsets of ImageNet that show them.
import * as fs from 'node:fs';
import type { Category } from '../categories';
import { fromRoot } from '../files';

/** Class names in the order of LocNet's labels, which is not the alphabetical one of the benchmark. */
export const LOCNET_CLASSES = [
  'knife',
  'keyboard',
  'elephant',
  'bicycle',
  'airplane',
  'clock',
  'oven',
  'chair',
  'bear',
  'boat',
  'cat',
  'bottle',
  'truck',
  'car',
  'bird',
  'dog',
] as const satisfies readonly Category[];

/** `used`: the one synset of each class that the authors' loader reads. `all`: the 207 of Geirhos et al. (2018). */
export type SynsetChoice = 'used' | 'all';

interface SynsetFile {
  classes: { name: string; used: string; all: string }[];
}

/** The synsets of each class, sorted. */
export function locnetSynsets(choice: SynsetChoice): Record<string, readonly string[]> {
  const file = fromRoot('data', 'papers', 'locnet', 'synsets.json');
  const { classes } = JSON.parse(fs.readFileSync(file, 'utf8')) as SynsetFile;
  return Object.fromEntries(classes.map((entry) => [entry.name, entry[choice].split(' ')]));
}
