// One picture under every filter of the benchmark.
import type { ByteImage } from '../data/imageSource';
import { fromBytes, toBytes } from '../distortions/image';
import { distort, PARAMETRIC_SETS, type ParametricSetName } from '../distortions/levels';

/** Pictures with what they are. */
export interface Montage {
  readonly images: readonly ByteImage[];
  readonly labels: readonly string[];
  /** More about each picture, e.g. the strength of a filter. */
  readonly notes?: readonly string[];
}

/** A condition of each parametric set, and what it is. Humans name 41 % (eidolonIII) to 89 % (colour) of such images right. */
export const SHOWN: Readonly<Record<ParametricSetName, readonly [string, string]>> = {
  colour: ['bw', 'greyscale'],
  contrast: ['c15', '15 %'],
  'high-pass': ['1.0', 'standard deviation 1'],
  'low-pass': ['7', 'standard deviation 7'],
  'phase-scrambling': ['60', 'width 60°'],
  'power-equalisation': ['pow', 'equalised spectrum'],
  'false-colour': ['False', 'opponent colours'],
  rotation: ['90', '90°'],
  eidolonI: ['8-10-10', 'reach 8, coherence 1'],
  eidolonII: ['8-3-10', 'reach 8, coherence 0.3'],
  eidolonIII: ['8-0-10', 'reach 8, coherence 0'],
  'uniform-noise': ['0.2', 'width 0.2'],
};

/** A picture under one condition of each of the twelve parametric sets. */
export async function parametricMontage(picture: ByteImage, seed = 0): Promise<Montage> {
  const images = PARAMETRIC_SETS.map(async (set) =>
    toBytes(await distort(fromBytes(picture), set, SHOWN[set][0], seed)),
  );
  const notes = PARAMETRIC_SETS.map((set) => SHOWN[set][1]);
  return { images: await Promise.all(images), labels: PARAMETRIC_SETS, notes };
}

/** A picture under every condition of one set. */
export async function conditionMontage(
  picture: ByteImage,
  set: ParametricSetName,
  conditions: readonly string[],
  seed = 0,
): Promise<Montage> {
  const images = conditions.map(async (condition) =>
    toBytes(await distort(fromBytes(picture), set, condition, seed)),
  );
  return { images: await Promise.all(images), labels: [...conditions] };
}
