// From a decoded image to a network's input: the training and test transforms of the papers.
import type { Random } from '../random';
import type { ByteImage } from './imageSource';
import { type Box, IMAGENET_NORMALISATION, type Normalisation, resample } from './resample';

/** Turns an image of any size into `size x size x 3` normalised floats. */
export interface Transform {
  /** Side of the square output, in pixels. */
  readonly size: number;
  /** All that determines the outcome besides image and generator: goes into records and checkpoints. */
  readonly description: string;
  /** Writes `size x size x 3` floats to `out` from `offset`, row by row. Draws from `random` only. */
  apply(image: ByteImage, random: Random, out: Float32Array, offset: number): void;
}

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
}

/** RandomResizedCrop and horizontal flip, in torchvision's semantics: area share uniform in `scale`, aspect ratio
 *  log-uniform in `ratio`, ten tries, then the largest central crop whose ratio is in range.
 *  Throws when a range is empty or outside its limits. */
export function trainTransform(options: TrainTransformOptions): Transform {
  const { size, scale = [0.08, 1], ratio = [3 / 4, 4 / 3], flip = 0.5 } = options;
  const { normalisation = IMAGENET_NORMALISATION } = options;
  requireSize(size);
  requireRange('scale', scale, 0, 1);
  requireRange('ratio', ratio, 0, Number.POSITIVE_INFINITY);
  if (!(flip >= 0 && flip <= 1)) throw new Error(`flip is a probability in 0..1, not ${flip}.`);
  return {
    size,
    description: describe('random-resized-crop', { size, scale, ratio, flip, ...normalisation }),
    apply(image, random, out, offset) {
      const box = randomCrop(image.width, image.height, scale, ratio, random);
      const mirror = random.next() < flip;
      const window = { left: 0, top: 0, size };
      resample(image, { box, width: size, height: size, window, flip: mirror, normalisation }, out, offset);
    },
  };
}

export interface TestTransformOptions {
  /** Side of the output, in pixels. */
  size: number;
  /** `shorter-side`: the shorter side becomes `round(size * 256 / 224)`, then the centre is cropped, as for
   *  photographs. `fit`: the shorter side becomes `size`; an image of `size x size` is left as it is. */
  resize?: 'shorter-side' | 'fit';
  normalisation?: Normalisation;
}

/** Resize and CenterCrop: the papers' test transform (224 px: Resize(256), CenterCrop(224)). */
export function testTransform(options: TestTransformOptions): Transform {
  const { size, resize = 'shorter-side', normalisation = IMAGENET_NORMALISATION } = options;
  requireSize(size);
  const shorter = resize === 'fit' ? size : Math.round((size * 256) / 224);
  return {
    size,
    description: describe('centre-crop', { size, shorter, ...normalisation }),
    apply(image, _random, out, offset) {
      const portrait = image.width <= image.height;
      const longer = Math.floor(
        (shorter * Math.max(image.width, image.height)) / Math.min(image.width, image.height),
      );
      const [width, height] = portrait ? [shorter, longer] : [longer, shorter];
      const window = {
        left: roundHalfEven((width - size) / 2),
        top: roundHalfEven((height - size) / 2),
        size,
      };
      const box = { left: 0, top: 0, width: image.width, height: image.height };
      resample(image, { box, width, height, window, normalisation }, out, offset);
    },
  };
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

/** As Python rounds: a photograph of 500 x 375 would be cropped one pixel beside torchvision's place otherwise. */
function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  return value - down === 0.5 ? down + (down % 2) : Math.round(value);
}

function requireSize(size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`A transform's size is a whole number of pixels from 1, not ${size}.`);
  }
}

function requireRange(name: string, range: readonly [number, number], above: number, most: number): void {
  if (!(range[0] > above && range[0] <= range[1] && range[1] <= most)) {
    throw new Error(`${name} is a range [low, high] within (${above}, ${most}], not [${range.join(', ')}].`);
  }
}

function describe(kind: string, parameters: object): string {
  return `${kind} ${JSON.stringify(parameters)}`;
}
