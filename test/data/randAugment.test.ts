// RandAugment and the square transform against Pillow and torchvision, byte by byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadBatch } from '../../lib/data/batches';
import type { ByteImage, ImageSource } from '../../lib/data/imageSource';
import { pillowResize } from '../../lib/data/pillowResize';
import { rotate, shear, translate } from '../../lib/data/randAugment/affine';
import { AFFINE_OPERATIONS, augmentAlike, COLOUR_OPERATIONS } from '../../lib/data/randAugment/randAugment';
import { squareTransform } from '../../lib/data/squareTransform';
import { Random } from '../../lib/random';
import { assertNumbersClose, fixture } from '../reference';

interface Space {
  [operation: string]: { signed: boolean; at_9: number };
}

interface Augmentations {
  affine_space_224: Space;
  color_space: Space;
  image: { shape_hwc: number[]; data: number[] };
  depth: { shape: number[]; data: number[] };
  ops: { op: string; magnitude: number; rgb_hwc: number[]; depth_hw?: number[] }[];
  resize: { to: number[]; rgb_hwc: number[]; depth_hw?: number[] }[];
}

const reference = fixture<Augmentations>('locnet/augmentations.json');
const [height, width] = reference.image.shape_hwc;
const image: ByteImage = { width, height, channels: 3, data: Uint8Array.from(reference.image.data) };
const depth: ByteImage = { width, height, channels: 1, data: Uint8Array.from(reference.depth.data) };

const GEOMETRY: Readonly<Record<string, (picture: ByteImage, strength: number) => ByteImage>> = {
  ShearX: (picture, amount) => shear(picture, 'x', amount),
  ShearY: (picture, amount) => shear(picture, 'y', amount),
  TranslateX: (picture, amount) => translate(picture, 'x', amount),
  TranslateY: (picture, amount) => translate(picture, 'y', amount),
  Rotate: rotate,
};

for (const [i, { op, magnitude, rgb_hwc, ...rest }] of reference.ops.entries()) {
  test(`${op} ${magnitude.toFixed(2)} (${i}) equals the reference`, () => {
    const all = [...AFFINE_OPERATIONS, ...COLOUR_OPERATIONS];
    const apply = GEOMETRY[op] ?? all.find(({ name }) => name === op)?.apply;
    assert.ok(apply !== undefined, op);
    assert.deepEqual(Array.from(apply(image, magnitude).data), rgb_hwc);
    const map = Object.entries(rest).find(([name]) => name.startsWith('depth'))?.[1];
    if (Array.isArray(map)) assert.deepEqual(Array.from(apply(depth, magnitude).data), map);
  });
}

test('the operations are those of the reference, at their strengths for 224 pixels', () => {
  for (const [operations, space] of [
    [AFFINE_OPERATIONS, reference.affine_space_224],
    [COLOUR_OPERATIONS, reference.color_space],
  ] as const) {
    assert.deepEqual(
      operations.map(({ name }) => name),
      Object.keys(space),
    );
    for (const { name, signed, strength } of operations) {
      assert.equal(signed, space[name].signed, name);
      assert.ok(Math.abs(strength(224) - space[name].at_9) < 1e-4, `${name}: ${strength(224)}`);
    }
  }
});

test('resizing equals Pillow to the byte', () => {
  for (const { to, rgb_hwc } of reference.resize) {
    assert.deepEqual(Array.from(pillowResize(image, to[1], to[0]).data), rgb_hwc, to.join(' x '));
  }
});

/** Pictures whose depth is one of their channels. */
const pairs: ImageSource = {
  name: 'pairs',
  classes: ['one'],
  count: 6,
  labels: new Int32Array(6),
  hash: '0',
  image: async (index) => {
    const random = new Random(index);
    const grey = Array.from({ length: 31 * 23 }, () => random.integer(256));
    return {
      width: 31,
      height: 23,
      channels: 3,
      data: Uint8Array.from(grey.flatMap((value) => [value, value, value])),
    };
  },
  depth: async (index) => {
    const { data } = await pairs.image(index);
    return { width: 31, height: 23, channels: 1, data: data.filter((_, i) => i % 3 === 0) };
  },
};

const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

test('image and depth go through the same squeeze, crop and geometry', async () => {
  for (const randAugment of [false, true]) {
    const options = { size: 14, randAugment, normalisation: PLAIN, targets: ['depth', 'image'] as const };
    const { images, targets } = await loadBatch(pairs, [0, 1, 2, 3, 4, 5], squareTransform(options), 3);
    const geometry = targets?.image ?? new Float32Array();
    for (let i = 0; i < geometry.length; i += 3) assert.equal(geometry[i], targets?.depth[i / 3]);
    if (!randAugment) assert.deepEqual(images, geometry);
  }
});

test('a seed decides all; colours change the image alone', () => {
  const twice = [1, 1, 2].map((seed) => augmentAlike(image, COLOUR_OPERATIONS, new Random(seed)).data);
  assert.deepEqual(twice[0], twice[1]);
  const different = Array.from({ length: 20 }, (_, seed) =>
    augmentAlike(image, AFFINE_OPERATIONS, new Random(seed)).data.join(),
  );
  assert.ok(new Set(different).size > 10);
});

test('sizes that are none are refused', () => {
  assert.throws(() => squareTransform({ size: 0 }), /whole number of pixels from 1, not 0/);
});

test('without augmentation it is resize, centre crop and normalisation', async () => {
  const { images } = await loadBatch(
    { ...pairs, image: async () => image },
    [0],
    squareTransform({ size: 7 }),
    0,
  );
  const resized = pillowResize(image, 8, 8);
  // round((8 - 7) / 2) is 0 in Python and 1 in JavaScript: Python rounds halves to even.
  const first = Array.from(resized.data.subarray(0, 3));
  const expected = first.map(
    (value, c) => (value / 255 - [0.485, 0.456, 0.406][c]) / [0.229, 0.224, 0.225][c],
  );
  assertNumbersClose(Array.from(images.subarray(0, 3)), expected, 'corner', 1e-6);
});
