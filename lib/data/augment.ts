// From a decoded image to a network's input: the training and test transforms of the papers.
import type { Random } from '../random';
import type { ByteImage } from './imageSource';
import { repeatable } from './recipes';
import {
  type Box,
  IMAGENET_NORMALISATION,
  type Normalisation,
  type ResampleOptions,
  resample,
  resampleMap,
} from './resample';
import { roundHalfEven } from './rounding';

/** Turns an image of any size into `size x size x 3` normalised floats. */
export interface Transform {
  /** Side of the square output, in pixels. */
  readonly size: number;
  /** All that determines the outcome besides image and generator: goes into records and checkpoints. */
  readonly description: string;
  /** Writes `size x size x 3` floats to `out` from `offset`, row by row. Draws from `random` only. */
  apply(image: ByteImage, random: Random, out: Float32Array, offset: number): void;
  /** What is made of the maps that belong to an image, by their names. */
  readonly targets?: Readonly<Record<string, TargetTransform>>;
}

/** Turns a map of an image (its depth, or the image itself) into `size x size x channels` floats in 0..1. */
export interface TargetTransform {
  readonly channels: 1 | 3;
  /** As the image's own transform: with a generator of the same seed the same part of the map is taken. */
  apply(map: ByteImage, random: Random, out: Float32Array, offset: number): void;
}

/** Maps that can be learnt of an image, with their channels. */
const TARGET_CHANNELS = { depth: 1, image: 3 } as const;
export type TargetName = keyof typeof TARGET_CHANNELS;

export interface TrainTransformOptions {
  /** Side of the output, in pixels. */
  size: number;
  /** Range of the crop's share of the image area. Images of 64 px want a larger lower end than photographs. */
  scale?: readonly [number, number];
  /** Range of the crop's width over height, drawn log-uniformly. */
  ratio?: readonly [number, number];
  /** Probability of mirroring left and right. */
  flip?: number;
  normalisation?: Normalisation;
  /** Maps that are cropped and mirrored with the image. Default: none. */
  targets?: readonly TargetName[];
}

/** RandomResizedCrop and horizontal flip, in torchvision's semantics: area share uniform in `scale`, aspect ratio
 *  log-uniform in `ratio`, ten tries, then the largest central crop whose ratio is in range.
 *  Throws when a range is empty or outside its limits. */
export function trainTransform(options: TrainTransformOptions): Transform {
  const { size, scale = [0.08, 1], ratio = [3 / 4, 4 / 3], flip = 0.5 } = options;
  const { normalisation = IMAGENET_NORMALISATION, targets = [] } = options;
  requireSize(size);
  requireRange('scale', scale, 0, 1);
  requireRange('ratio', ratio, 0, Number.POSITIVE_INFINITY);
  if (!(flip >= 0 && flip <= 1)) throw new Error(`flip is a probability in 0..1, not ${flip}.`);
  const part = (image: ByteImage, random: Random): Part => {
    const box = randomCrop(image.width, image.height, scale, ratio, random);
    const mirror = random.next() < flip;
    return { box, width: size, height: size, window: { left: 0, top: 0, size }, flip: mirror };
  };
  const kind = 'random-resized-crop';
  const description = describe(kind, { size, scale, ratio, flip, ...normalisation, ...named(targets) });
  const transform = transformOf({ size, description }, part, normalisation, targets);
  return repeatable(transform, kind, { size, scale, ratio, flip, normalisation, targets });
}

/** Which part of an image is kept, and at which size. */
type Part = Omit<ResampleOptions, 'normalisation'>;

/** The same part of an image and of its maps. */
function transformOf(
  named: Pick<Transform, 'size' | 'description'>,
  part: (image: ByteImage, random: Random) => Part,
  normalisation: Normalisation,
  targets: readonly TargetName[],
): Transform {
  return {
    ...named,
    apply: (image, random, out, offset) =>
      resample(image, { ...part(image, random), normalisation }, out, offset),
    targets: targetTransforms(targets, (map, random, out, offset) =>
      resampleMap(map, part(map, random), out, offset),
    ),
  };
}

/** The transforms of these maps, which all go the same way; maps of other channels are refused before. */
export function targetTransforms(
  targets: readonly TargetName[],
  apply: TargetTransform['apply'],
): Record<string, TargetTransform> {
  return Object.fromEntries(targets.map((name) => [name, targetOf(TARGET_CHANNELS[name], apply)]));
}

function targetOf(channels: 1 | 3, apply: TargetTransform['apply']): TargetTransform {
  return {
    channels,
    apply(map, ...rest) {
      if (map.channels !== channels) {
        throw new Error(`A map of ${channels} channel(s) is to be learnt, but this one has ${map.channels}.`);
      }
      apply(map, ...rest);
    },
  };
}

/** Nothing where there are no targets: descriptions of transforms are in records. */
export function named(targets: readonly TargetName[]): { targets?: readonly TargetName[] } {
  return targets.length === 0 ? {} : { targets };
}

export interface TestTransformOptions {
  /** Side of the output, in pixels. */
  size: number;
  /** `shorter-side`: the shorter side becomes `round(size * 256 / 224)`, then the centre is cropped, as for
   *  photographs. `fit`: the shorter side becomes `size`; an image of `size x size` is left as it is. */
  resize?: 'shorter-side' | 'fit';
  normalisation?: Normalisation;
  /** Maps that are cropped with the image. Default: none. */
  targets?: readonly TargetName[];
}

/** Resize and CenterCrop: the papers' test transform (224 px: Resize(256), CenterCrop(224)). */
export function testTransform(options: TestTransformOptions): Transform {
  const { size, resize = 'shorter-side', normalisation = IMAGENET_NORMALISATION, targets = [] } = options;
  requireSize(size);
  const shorter = resize === 'fit' ? size : Math.round((size * 256) / 224);
  const part = (image: ByteImage): Part => {
    const portrait = image.width <= image.height;
    const longer = Math.floor(
      (shorter * Math.max(image.width, image.height)) / Math.min(image.width, image.height),
    );
    const [width, height] = portrait ? [shorter, longer] : [longer, shorter];
    // Otherwise a photograph of 500 x 375 would be cropped one pixel beside torchvision's place.
    const window = {
      left: roundHalfEven((width - size) / 2),
      top: roundHalfEven((height - size) / 2),
      size,
    };
    const box = { left: 0, top: 0, width: image.width, height: image.height };
    return { box, width, height, window };
  };
  const kind = 'centre-crop';
  const description = describe(kind, { size, shorter, ...normalisation, ...named(targets) });
  const transform = transformOf({ size, description }, part, normalisation, targets);
  return repeatable(transform, kind, { size, resize, normalisation, targets });
}

/** torchvision's RandomResizedCrop.get_params. */
export function randomCrop(
  width: number,
  height: number,
  scale: readonly [number, number],
  ratio: readonly [number, number],
  random: Random,
): Box {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = width * height * random.uniform(scale[0], scale[1]);
    const aspect = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const cropWidth = Math.round(Math.sqrt(area * aspect));
    const cropHeight = Math.round(Math.sqrt(area / aspect));
    if (cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height) {
      const top = random.integer(height - cropHeight + 1);
      const left = random.integer(width - cropWidth + 1);
      return { left, top, width: cropWidth, height: cropHeight };
    }
  }
  return centralCrop(width, height, ratio);
}

function centralCrop(width: number, height: number, ratio: readonly [number, number]): Box {
  const aspect = Math.min(Math.max(width / height, ratio[0]), ratio[1]);
  const cropWidth = aspect < width / height ? Math.max(1, Math.round(height * aspect)) : width;
  const cropHeight = aspect > width / height ? Math.max(1, Math.round(width / aspect)) : height;
  return {
    left: Math.floor((width - cropWidth) / 2),
    top: Math.floor((height - cropHeight) / 2),
    width: cropWidth,
    height: cropHeight,
  };
}

export function requireSize(size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`A transform's size is a whole number of pixels from 1, not ${size}.`);
  }
}

function requireRange(name: string, range: readonly [number, number], above: number, most: number): void {
  if (!(range[0] > above && range[0] <= range[1] && range[1] <= most)) {
    throw new Error(`${name} is a range [low, high] within (${above}, ${most}], not [${range.join(', ')}].`);
  }
}

export function describe(kind: string, parameters: object): string {
  return `${kind} ${JSON.stringify(parameters)}`;
}
