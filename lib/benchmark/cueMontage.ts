// The five sets of cues, as pictures.
import { CLASS_NAMES, type ClassName } from '../data/relief16/classes';
import { reliefBenchmark } from './embedded';
import type { Montage } from './montage';
import { endPreparation } from './preparation';

export interface CueMontageOptions {
  /** Side in pixels. Default 64. */
  size?: number;
  /** Default: all 16. */
  classes?: readonly ClassName[];
  /** Default 0. */
  seed?: number;
}

/** One embedded image of each class in each set of cues: a row of five for every class. */
export async function cueMontage({
  size = 64,
  classes = CLASS_NAMES,
  seed = 0,
}: CueMontageOptions = {}): Promise<Montage> {
  const datasets = ['edge', 'silhouette', 'sketch', 'stylized', 'cue-conflict'];
  const sets = reliefBenchmark({ size, classes, seed, datasets, share: 0.01 });
  const inOrder = datasets.map((name) => sets.find(({ dataset }) => dataset.name === name)!);
  try {
    const rows = classes.map((category) =>
      inOrder.map(async (set) => {
        const index = set.stimuli.findIndex((stimulus) => stimulus.category === category);
        const { texture } = set.stimuli[index];
        const label = texture === null ? set.dataset.name : `${category} as ${texture}`;
        return { image: await set.image(index), label };
      }),
    );
    const shown = await Promise.all(rows.flat());
    return { images: shown.map(({ image }) => image), labels: shown.map(({ label }) => label) };
  } finally {
    await endPreparation();
  }
}
