// Cues taken away exactly: Relief-16 knows which pixels are object and how high they rise, where filters have to guess.
import { sha256 } from '../../files';
import { deriveSeed, Random } from '../../random';
import type { ByteImage, ImageSource } from '../imageSource';
import { type Ground, groundOf, meanColour } from './ground';
import type { Relief16Set } from './relief16';
import type { Picture } from './render';
import { lumaAt, lumaOf } from './tint';

/** The same scenes, rendered three times. */
export interface SuppressibleScenes {
  /** Variant `normal`. */
  readonly original: Relief16Set;
  /** Variant `texture-only`. */
  readonly texture: Relief16Set;
  /** Variant `edges`. */
  readonly outline: Relief16Set;
}

/** Ways to take cues away, and what they take:
 *  - `untextured`: the object's relief in its mean hue, lit from the upper left; the ground without grain.
 *  - `flat-colour`: object and ground each in their mean hue, flat.
 *    In both the object is at least a quarter of the scale brighter or darker than the ground: its texture set it apart from the ground, and without
 *    that the shape would be gone as well.
 *  - `outline`: black contours on white, nothing else.
 *  - `texture-alone`: the texture all over the picture, no object.
 *  - `displaced-parts`: the object cut into three times three parts that change places: what is near stays together, the whole does not.
 *  - `other-colour`: all colours moved so that the object's mean hue is that of an object of another class; brightness stays.
 *  - `no-colour`: brightness alone. */
export const EXACT_SUPPRESSIONS = {
  untextured: ['texture'],
  'flat-colour': ['texture'],
  outline: ['texture', 'colour'],
  'texture-alone': ['shape'],
  'displaced-parts': ['shape'],
  'other-colour': ['colour'],
  'no-colour': ['colour'],
} as const satisfies Record<string, readonly ('shape' | 'texture' | 'colour')[]>;

export type ExactSuppression = keyof typeof EXACT_SUPPRESSIONS;

/** Parts along each side of the object's bounding box. */
const PARTS = 3;
/** A mask of so much and more is object. */
const OBJECT = 128;

/** The scenes under each suppression, in the same order and with the same labels. Throws when the three sets do not show the same scenes. */
export function exactSuppressions(scenes: SuppressibleScenes): Record<ExactSuppression, ImageSource> {
  const { original, texture, outline } = scenes;
  for (const other of [texture, outline]) {
    if (other.count !== original.count || other.size !== original.size || !sameLabels(other, original)) {
      throw new Error(
        `${other.name} and ${original.name} show different scenes: give both the same seed, size, classes and count.`,
      );
    }
  }
  const changed = (name: ExactSuppression, change: (picture: Picture, index: number) => void): ImageSource =>
    changedSet(original, name, change);
  return {
    untextured: changed('untextured', untexture),
    'flat-colour': changed('flat-colour', flatten),
    outline: { ...plainSource(outline), name: `${original.name}/outline` },
    'texture-alone': { ...plainSource(texture), name: `${original.name}/texture-alone` },
    'displaced-parts': changed('displaced-parts', (picture, index) =>
      displace(picture, original.size, new Random(deriveSeed(index, 'displaced parts'))),
    ),
    'other-colour': changed('other-colour', (picture, index) =>
      recolour(picture, hueOf(original.picture(otherClass(original, index)))),
    ),
    'no-colour': changed('no-colour', ({ rgb }) => removeColour(rgb)),
  };
}

function sameLabels(a: ImageSource, b: ImageSource): boolean {
  return a.labels.every((label, index) => label === b.labels[index]);
}

function plainSource(set: Relief16Set): ImageSource {
  const { name, classes, count, labels, hash } = set;
  return { name, classes, count, labels, hash, image: (index) => set.image(index) };
}

function changedSet(
  set: Relief16Set,
  name: ExactSuppression,
  change: (picture: Picture, index: number) => void,
): ImageSource {
  const { size, classes, count, labels } = set;
  return {
    name: `${set.name}/${name}`,
    classes,
    count,
    labels,
    hash: sha256(set.hash, name),
    async image(index): Promise<ByteImage> {
      const { rgb, depth, mask } = set.picture(index);
      const data = rgb.slice();
      change({ rgb: data, depth, mask }, index);
      return { width: size, height: size, channels: 3, data };
    },
  };
}

/** An image of another class, the next but so many in the set: images of a class lie `classes.length` apart. */
function otherClass({ classes, count }: Relief16Set, index: number): number {
  const step = 1 + new Random(deriveSeed(index, 'other colour')).integer(classes.length - 1);
  const label = (index + step) % classes.length;
  return Math.min(index - (index % classes.length) + label, count - 1);
}

function flatten(picture: Picture): void {
  const { rgb, mask } = picture;
  const [object, ground] = [standingOut(picture), meanColour(picture, 'ground')];
  blend(
    rgb,
    mask,
    () => object,
    () => ground,
  );
}

/** Least difference in brightness (0..255) between an object without texture and its ground. */
const LEAST_CONTRAST = 64;

/** The object's mean colour, made brighter or darker until it stands out from the ground's; its hue stays. */
function standingOut(picture: Picture): number[] {
  const [object, ground] = [meanColour(picture, 'object'), meanColour(picture, 'ground')];
  const [own, behind] = [lumaOf(object), lumaOf(ground)];
  const isEnough = Math.abs(own - behind) >= LEAST_CONTRAST;
  const isBrighter = own === behind ? behind < 128 : own > behind;
  const wanted = behind + (isBrighter ? LEAST_CONTRAST : -LEAST_CONTRAST);
  // Where the scale ends on one side, there is room on the other.
  const luma = isEnough ? own : wanted < 0 || wanted > 255 ? 2 * behind - wanted : wanted;
  return object.map((value) => value + luma - own);
}

/** Light from the upper left, as high as it is far to the side, falling on slopes of the depth map. */
const LAMP = { x: -0.5, y: -0.5, z: Math.SQRT1_2 } as const;
/** How steep one level of depth between neighbouring pixels is. */
const SLOPE = 0.06;

function untexture(picture: Picture, _index: number): void {
  const { rgb, depth, mask } = picture;
  const size = Math.sqrt(mask.length);
  const colour = standingOut(picture);
  const ground = groundOf(picture);
  const lit = (pixel: number): number[] => {
    const across = slope(depth, mask, pixel, pixel % size > 0 ? -1 : 0, pixel % size < size - 1 ? 1 : 0);
    const down = slope(depth, mask, pixel, pixel >= size ? -size : 0, pixel < mask.length - size ? size : 0);
    const facing = (-across * LAMP.x - down * LAMP.y + LAMP.z) / Math.hypot(across, down, 1);
    const brightness = 1 + 0.6 * (Math.max(0, facing) - LAMP.z);
    return colour.map((value) => value * brightness);
  };
  blend(rgb, mask, lit, (pixel) => ground.colourAt(pixel));
}

/** Rise of the object's depth across a pixel; where the object ends it is flat. */
function slope(depth: Uint8Array, mask: Uint8Array, pixel: number, before: number, after: number): number {
  const at = (place: number): number => (mask[place] >= OBJECT ? depth[place] : depth[pixel]);
  return SLOPE * (at(pixel + after) - at(pixel + before));
}

/** What the mask covers in one colour, what it leaves in another, between them a mixture. */
function blend(
  rgb: Uint8Array,
  mask: Uint8Array,
  object: (pixel: number) => ArrayLike<number>,
  ground: (pixel: number) => ArrayLike<number>,
): void {
  const clamped = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const share = mask[pixel] / 255;
    const [inside, outside] = [object(pixel), ground(pixel)];
    for (let c = 0; c < 3; c++) clamped[3 * pixel + c] = share * inside[c] + (1 - share) * outside[c];
  }
}

/** Cuts the bounding box of the object into parts; none stays in its place. Between them the ground is shown. */
function displace(picture: Picture, size: number, random: Random): void {
  const { rgb, mask } = picture;
  const before = rgb.slice();
  const ground: Ground = groundOf(picture);
  const { left, top, width, height } = boundingBox(mask, size);
  const places = derangement(PARTS * PARTS, random);
  blend(
    rgb,
    mask,
    (pixel) => ground.colourAt(pixel),
    (pixel) => before.subarray(3 * pixel, 3 * pixel + 3),
  );
  const clamped = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  const [partWidth, partHeight] = [Math.ceil(width / PARTS), Math.ceil(height / PARTS)];
  for (const [to, from] of places.entries()) {
    const [toLeft, toTop] = [left + (to % PARTS) * partWidth, top + Math.floor(to / PARTS) * partHeight];
    const [fromLeft, fromTop] = [
      left + (from % PARTS) * partWidth,
      top + Math.floor(from / PARTS) * partHeight,
    ];
    for (let y = 0; y < partHeight; y++) {
      for (let x = 0; x < partWidth; x++) {
        const inside =
          [toLeft + x, fromLeft + x].every((column) => column < size) &&
          [toTop + y, fromTop + y].every((row) => row < size);
        if (!inside) continue;
        const source = (fromTop + y) * size + fromLeft + x;
        const target = (toTop + y) * size + toLeft + x;
        const share = mask[source] / 255;
        for (let c = 0; c < 3; c++) {
          clamped[3 * target + c] = share * before[3 * source + c] + (1 - share) * clamped[3 * target + c];
        }
      }
    }
  }
}

function boundingBox(
  mask: Uint8Array,
  size: number,
): { left: number; top: number; width: number; height: number } {
  let [left, top, right, bottom] = [size, size, -1, -1];
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] < OBJECT) continue;
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return right < 0
    ? { left: 0, top: 0, width: size, height: size }
    : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Where each of `count` things goes, none to its own place. */
function derangement(count: number, random: Random): Int32Array {
  for (;;) {
    const order = random.permutation(count);
    if (order.every((from, to) => from !== to)) return order;
  }
}

/** Mean Cb and Cr of the object. */
function hueOf(picture: Picture): readonly [cb: number, cr: number] {
  const colour = meanColour(picture, 'object');
  const luma = lumaOf(colour);
  return [(colour[2] - luma) / 1.772, (colour[0] - luma) / 1.402];
}

/** Moves all colours so that the object's mean hue is the given one; brightness stays. */
function recolour(picture: Picture, [cb, cr]: readonly [number, number]): void {
  const { rgb } = picture;
  const own = hueOf(picture);
  const [blueward, redward] = [cb - own[0], cr - own[1]];
  const clamped = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    clamped[i] += 1.402 * redward;
    clamped[i + 1] -= 0.344136 * blueward + 0.714136 * redward;
    clamped[i + 2] += 1.772 * blueward;
  }
}

function removeColour(rgb: Uint8Array): void {
  for (let i = 0; i < rgb.length; i += 3) rgb.fill(Math.round(lumaAt(rgb, i)), i, i + 3);
}
