// The parametric distortions of the benchmark on one drawing, at any strength.
import { contrast } from '../../../distortions/contrast';
import { eidolon } from '../../../distortions/eidolon';
import { falseColour } from '../../../distortions/falseColour';
import { greyscale } from '../../../distortions/greyscale';
import { highPass } from '../../../distortions/highPass';
import { type FloatImage, fromBytes, toBytes } from '../../../distortions/image';
import type { ParametricSetName } from '../../../distortions/levels';
import { lowPass } from '../../../distortions/lowPass';
import { phaseScrambling } from '../../../distortions/phaseScrambling';
import { powerEqualisation } from '../../../distortions/powerEqualisation';
import { type RotationAngle, rotation } from '../../../distortions/rotation';
import { uniformNoise } from '../../../distortions/uniformNoise';
import { reliefPictures } from './relief';
import type { ChangedPicture, ReliefRequest } from './reliefRequest';

type Distort = (image: FloatImage, strength: number, seed: number) => FloatImage | Promise<FloatImage>;

/** Grain in pixels of the papers' eidolons, and the side in pixels of the images that it is for. */
const [GRAIN, GRAIN_SIDE] = [10, 256];

/** At the picture's own size rather than at 256 pixels: nothing is resized, so that the pixels are the same in a tab and in Node. */
function eidolonOf(coherence: number): Distort {
  return (image, reach, seed) => {
    const size = Math.max(image.width, image.height);
    return eidolon(image, { reach, coherence, grain: (GRAIN * size) / GRAIN_SIDE, size, seed });
  };
}

const DISTORTIONS: Readonly<Record<ParametricSetName, Distort>> = {
  colour: (image) => greyscale(image),
  'false-colour': (image) => falseColour(image),
  contrast: (image, level) => contrast(greyscale(image), { level }),
  'low-pass': (image, deviation) => lowPass(image, { deviation }),
  'high-pass': (image, deviation) => highPass(image, { deviation }),
  'phase-scrambling': (image, width, seed) => phaseScrambling(image, { width, seed }),
  'power-equalisation': (image) => powerEqualisation(image),
  rotation: (image, angle) => rotation(image, { angle: angle as RotationAngle }),
  'uniform-noise': (image, width, seed) => uniformNoise(image, { width, seed }),
  eidolonI: eidolonOf(1),
  eidolonII: eidolonOf(0.3),
  eidolonIII: eidolonOf(0),
};

export interface DistortionRequest {
  readonly picture: Omit<ReliefRequest, 'count'>;
  readonly set: ParametricSetName;
  /** In the unit of the distortion (`strengths.ts`); not read where it is all or nothing. */
  readonly strength: number;
  /** Of noise and shifts. */
  readonly seed: number;
}

/** The drawing before and after. Throws as the distortions do. */
export async function distortedPicture(request: DistortionRequest): Promise<ChangedPicture> {
  const { picture, set, strength, seed } = request;
  const [{ picture: original }] = await reliefPictures({ ...picture, count: 1 });
  const changed = toBytes(await DISTORTIONS[set](fromBytes(original), strength, seed));
  return { original, changed };
}
