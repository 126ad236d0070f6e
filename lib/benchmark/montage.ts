// One picture under every filter of the benchmark.
import type { ByteImage } from '../data/imageSource';
import { fromBytes, toBytes } from '../distortions/image';
import { distort, PARAMETRIC_SETS, type ParametricSetName } from '../distortions/levels';

/** Pictures with what they are. */
export interface Montage {
  readonly images: readonly ByteImage[];
  readonly labels: readonly string[];
}

/** A condition of each parametric set in which people still see most objects. */
const SHOWN: Readonly<Record<ParametricSetName, string>> = {
  colour: 'bw',
  contrast: 'c15',
  'high-pass': '1.0',
  'low-pass': '7',
  'phase-scrambling': '60',
  'power-equalisation': 'pow',
  'false-colour': 'False',
  rotation: '90',
  eidolonI: '8-10-10',
  eidolonII: '8-3-10',
  eidolonIII: '8-0-10',
  'uniform-noise': '0.2',
};

/** A picture under one condition of each of the twelve parametric sets. */
export async function parametricMontage(picture: ByteImage, seed = 0): Promise<Montage> {
  const images = PARAMETRIC_SETS.map(async (set) =>
    toBytes(await distort(fromBytes(picture), set, SHOWN[set], seed)),
  );
  return { images: await Promise.all(images), labels: PARAMETRIC_SETS };
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
