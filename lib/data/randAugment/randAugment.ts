// RandAugment as LocNet uses it: two geometric operations on an image and its depth alike, two of colour on the image alone.
// Source: Cubuk et al. 2020; torchvision 0.14; spec of LocNet, section 3.
import type { Random } from '../../random';
import type { ByteImage } from '../imageSource';
import { rotate, shear, translate } from './affine';
import {
  autoContrast,
  brightness,
  contrast,
  equalize,
  posterize,
  saturation,
  sharpness,
  solarize,
} from './colour';

const OPERATIONS = 2;
/** The ninth of the 31 steps from 0 to the largest. */
const SHARE = 9 / 30;

export interface Operation {
  readonly name: string;
  /** Whether its strength is negated half of the time. */
  readonly signed: boolean;
  /** At the magnitude used, for a picture of this side. */
  strength(side: number): number;
  apply(image: ByteImage, strength: number): ByteImage;
}

const identity: Operation = { name: 'Identity', signed: false, strength: () => 0, apply: (image) => image };

function signed(name: string, strength: Operation['strength'], apply: Operation['apply']): Operation {
  return { name, signed: true, strength, apply };
}

function unsigned(name: string, strength: number, apply: Operation['apply']): Operation {
  return { name, signed: false, strength: () => strength, apply };
}

/** On image and depth. Shears are up to 0.3, translations up to 150/331 of the side, turns up to 30 degrees. */
export const AFFINE_OPERATIONS: readonly Operation[] = [
  identity,
  signed(
    'ShearX',
    () => 0.3 * SHARE,
    (image, amount) => shear(image, 'x', amount),
  ),
  signed(
    'ShearY',
    () => 0.3 * SHARE,
    (image, amount) => shear(image, 'y', amount),
  ),
  signed(
    'TranslateX',
    (side) => (150 / 331) * side * SHARE,
    (image, amount) => translate(image, 'x', amount),
  ),
  signed(
    'TranslateY',
    (side) => (150 / 331) * side * SHARE,
    (image, amount) => translate(image, 'y', amount),
  ),
  signed('Rotate', () => 30 * SHARE, rotate),
];

const factor = (): number => 0.9 * SHARE;

/** On the image alone. Factors are up to 1 ± 0.9. */
export const COLOUR_OPERATIONS: readonly Operation[] = [
  identity,
  signed('Brightness', factor, (image, amount) => brightness(image, 1 + amount)),
  signed('Color', factor, (image, amount) => saturation(image, 1 + amount)),
  signed('Contrast', factor, (image, amount) => contrast(image, 1 + amount)),
  signed('Sharpness', factor, (image, amount) => sharpness(image, 1 + amount)),
  unsigned('Posterize', 7, posterize),
  unsigned('Solarize', 178.5, solarize),
  unsigned('AutoContrast', 0, autoContrast),
  unsigned('Equalize', 0, equalize),
];

/** Draws two operations, uniformly and with replacement, and applies them. Pictures of one side and generators of one seed meet the same. */
export function augmentAlike(image: ByteImage, operations: readonly Operation[], random: Random): ByteImage {
  let result = image;
  for (let i = 0; i < OPERATIONS; i++) {
    const operation = random.pick(operations);
    const sign = random.next() < 0.5 ? -1 : 1;
    const strength = operation.strength(image.width) * (operation.signed ? sign : 1);
    result = operation.apply(result, strength);
  }
  return result;
}
