// The five sets of cues, as pictures.

import { CLASS_NAMES, type ClassName } from '../data/relief16/classes';
import { reliefBenchmark } from './embedded';
import type { Montage } from './montage';
import type { StimulusSet } from './stimuli';

export interface CueMontageOptions {
  /** Side in pixels. Default 64. */
  size?: number;
  /** Default: all 16. */
  classes?: readonly ClassName[];
  /** Default 0. */
  seed?: number;
}

/** From the fewest cues to the most. */
const ORDER = ['edge', 'silhouette', 'sketch', 'stylized', 'cue-conflict'];

/** One embedded image of each class in each set of cues: a row of five for every class. */
export async function cueMontage(options: CueMontageOptions = {}): Promise<Montage> {
  const { classes = CLASS_NAMES } = options;
  return cueMontageOf(reliefCues(options), classes);
}

/** The embedded sets of cues with an image or few of each class. */
export function reliefCues({ size = 64, classes = CLASS_NAMES, seed = 0 }: CueMontageOptions): StimulusSet[] {
  return reliefBenchmark({ size, classes, seed, datasets: ORDER, share: 0.01 });
}

/** The first image of each class in each set of cues among `sets`: a row for every class that all of them show. A cue-conflict image is
 *  called by both of its classes. */
export async function cueMontageOf(
  sets: readonly StimulusSet[],
  classes: readonly string[],
): Promise<Montage> {
  const inOrder = ORDER.flatMap((name) => sets.find(({ dataset }) => dataset.name === name) ?? []);
  const rows = classes
    .map((category) => inOrder.map((set) => ({ set, index: firstOf(set, category) })))
    .filter((row) => row.every(({ index }) => index >= 0));
  const shown = rows.flat().map(async ({ set, index }) => {
    const { category, texture } = set.stimuli[index];
    const label = texture === null ? set.dataset.name : `${category} as ${texture}`;
    return { image: await set.image(index), label };
  });
  const pictures = await Promise.all(shown);
  return { images: pictures.map(({ image }) => image), labels: pictures.map(({ label }) => label) };
}

function firstOf({ stimuli }: StimulusSet, wanted: string): number {
  return stimuli.findIndex(({ category, texture }) => category === wanted && texture !== wanted);
}
