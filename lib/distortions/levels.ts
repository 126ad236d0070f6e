// The twelve parametric data sets as distortions of any image.
import { unknownName } from '../suggest';
import { contrast } from './contrast';
import { eidolon } from './eidolon';
import { falseColour } from './falseColour';
import { greyscale } from './greyscale';
import { highPass } from './highPass';
import { type FloatImage, requireImage } from './image';
import { lowPass } from './lowPass';
import { phaseScrambling } from './phaseScrambling';
import { powerEqualisation } from './powerEqualisation';
import { type RotationAngle, rotation } from './rotation';
import { uniformNoise } from './uniformNoise';

/** Side in pixels of the papers' images. */
const PUBLISHED_SIDE = 224;
/** Longer side at which the papers make eidolons. */
const EIDOLON_SIDE = 256;
const GRAIN = 10;
/** Eidolons share this many fields of shifts: making one for every image would take most of an evaluation. */
const EIDOLON_FIELDS = 4;

interface ParametricSet {
  /** In the order of difficulty of the papers' figures, in canonical form. */
  readonly conditions: readonly string[];
  readonly distort: (image: FloatImage, condition: string, seed: number) => FloatImage | Promise<FloatImage>;
}

const REACHES = [1, 2, 4, 8, 16, 32, 64, 128];

const SETS = {
  colour: {
    conditions: ['cr', 'bw'],
    distort: (image, condition) => (condition === 'cr' ? unchanged(image) : greyscale(image)),
  },
  contrast: {
    conditions: ['c100', 'c50', 'c30', 'c15', 'c10', 'c05', 'c03', 'c01'],
    distort: (image, condition) => contrast(greyscale(image), { level: Number(condition.slice(1)) / 100 }),
  },
  'high-pass': {
    conditions: ['inf', '3.0', '1.5', '1.0', '0.7', '0.55', '0.45', '0.4'],
    distort: (image, condition) =>
      highPass(image, { deviation: condition === 'inf' ? Number.POSITIVE_INFINITY : Number(condition) }),
  },
  'low-pass': {
    conditions: ['0', '1', '3', '5', '7', '10', '15', '40'],
    distort: (image, condition) => lowPass(image, { deviation: Number(condition) * proportion(image) }),
  },
  'phase-scrambling': {
    conditions: ['0', '30', '60', '90', '120', '150', '180'],
    distort: (image, condition, seed) => phaseScrambling(image, { width: Number(condition), seed }),
  },
  'power-equalisation': {
    conditions: ['0', 'pow'],
    distort: (image, condition) => (condition === '0' ? greyscale(image) : powerEqualisation(image)),
  },
  'false-colour': {
    conditions: ['True', 'False'],
    distort: (image, condition) => (condition === 'True' ? unchanged(image) : falseColour(image)),
  },
  rotation: {
    conditions: ['0', '90', '180', '270'],
    distort: (image, condition) => rotation(image, { angle: Number(condition) as RotationAngle }),
  },
  eidolonI: eidolonSet(10),
  eidolonII: eidolonSet(3),
  eidolonIII: eidolonSet(0),
  'uniform-noise': {
    conditions: ['0.0', '0.03', '0.05', '0.1', '0.2', '0.35', '0.6', '0.9'],
    distort: (image, condition, seed) => uniformNoise(image, { width: Number(condition), seed }),
  },
} satisfies Record<string, ParametricSet>;

export type ParametricSetName = keyof typeof SETS;

/** How a picture of a set is made from an undistorted one. */
export interface Distortion {
  readonly set: ParametricSetName;
  readonly condition: string;
  /** Of noise and other random parts. */
  readonly seed: number;
}

export const PARAMETRIC_SETS = Object.keys(SETS) as readonly ParametricSetName[];

/** The conditions of a parametric data set, in canonical form. */
export function conditionsOf(set: ParametricSetName): readonly string[] {
  return SETS[set].conditions;
}

/** An image under one condition of a data set, e.g. `distort(image, 'contrast', 'c10', seed)`.
 *
 *  Levels are those of the papers for images of 224 pixels. On others the width of the low-pass filter and the reach and grain of
 *  eidolons are in proportion, so that as much of the object is lost; the high-pass filter stays as it is, because what it leaves is the
 *  finest detail that an image has. Throws on unknown sets and conditions, and as the distortions do. */
export async function distort(
  image: FloatImage,
  set: ParametricSetName,
  condition: string,
  seed: number,
): Promise<FloatImage> {
  const found: ParametricSet | undefined = SETS[set];
  if (found === undefined) throw unknownName('parametric data set', set, PARAMETRIC_SETS);
  if (!found.conditions.includes(condition))
    throw unknownName(`condition of ${set}`, condition, found.conditions);
  return found.distort(image, condition, seed);
}

function unchanged(image: FloatImage): FloatImage {
  requireImage(image);
  return image;
}

function proportion({ width, height }: FloatImage): number {
  return Math.min(width, height) / PUBLISHED_SIDE;
}

/** Eidolons of a coherence in tenths; the papers' size of 256 pixels stands for their images of 224. */
function eidolonSet(tenths: number): ParametricSet {
  return {
    conditions: REACHES.map((reach) => `${reach}-${tenths}-10`),
    distort: (image, condition, seed) => {
      const scale = proportion(image);
      return eidolon(image, {
        reach: Number(condition.split('-')[0]) * scale,
        coherence: tenths / 10,
        grain: GRAIN * scale,
        size: Math.round((Math.max(image.width, image.height) * EIDOLON_SIDE) / PUBLISHED_SIDE),
        seed: seed % EIDOLON_FIELDS,
      });
    },
  };
}
