import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomCrop, testTransform, trainTransform } from '../../lib/data/augment';
import type { ByteImage } from '../../lib/data/imageSource';
import { type Normalisation, resample } from '../../lib/data/resample';
import { Random } from '../../lib/random';

const RAW: Normalisation = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };

function grey(width: number, height: number, value: (x: number, y: number) => number): ByteImage {
  const data = Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  return { width, height, channels: 1, data };
}

function whole(image: ByteImage, width: number, height: number, size: number): Float32Array {
  const out = new Float32Array(size * size * 3);
  const box = { left: 0, top: 0, width: image.width, height: image.height };
  resample(image, { box, width, height, window: { left: 0, top: 0, size }, normalisation: RAW }, out);
  return out;
}

function near(found: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i] - value) < 1e-3, `element ${i} is ${found[i]}, not ${value}`);
  });
}

const firstRow = (pixels: Float32Array, size: number): number[] =>
  Array.from({ length: size }, (_, x) => pixels[x * 3]);

test('resampling to the same size changes nothing', () => {
  const image = grey(5, 5, (x, y) => 40 * x + y);
  near(
    whole(image, 5, 5, 5).filter((_, i) => i % 3 === 0),
    Array.from(image.data),
  );
});

test('what is not resized equals the resized way to the last bit', () => {
  for (const channels of [1, 3] as const) {
    const [width, height] = [7, 5];
    const values = Array.from({ length: width * height * channels }, (_, i) => (i * 89) % 256);
    const at = (x: number, y: number, c: number): number => values[(y * width + x) * channels + c];
    const mirrored = Uint8Array.from(values, (_, i) => {
      const pixel = Math.floor(i / channels);
      return at(width - 1 - (pixel % width), Math.floor(pixel / width), i % channels);
    });
    const image = { width, height, channels, data: Uint8Array.from(values) };
    const box = { left: 0, top: 0, width, height };
    const [plain, turned] = [new Float32Array(27), new Float32Array(27)];
    resample(image, { box, width, height, window: { left: 1, top: 2, size: 3 } }, plain);
    const across = { left: width - 4, top: 2, size: 3 };
    resample({ ...image, data: mirrored }, { box, width, height, window: across, flip: true }, turned);
    assert.deepEqual(plain, turned);
  }
});

test('enlarging is bilinear between pixel centres and clamps at the border', () => {
  const image = grey(2, 2, (x) => 80 * x);
  near(firstRow(whole(image, 4, 4, 4), 4), [0, 20, 60, 80]);
});

test('shrinking widens the triangle filter: no aliasing', () => {
  // Halving four pixels: weights 3 3 1 (the filter leaves the image) over 7, then mirrored.
  const image = grey(4, 4, (x) => [70, 0, 140, 210][x]);
  near(firstRow(whole(image, 2, 2, 2), 2), [(3 * 70 + 140) / 7, (3 * 140 + 3 * 210) / 7]);
  const stripes = grey(64, 64, (x) => (x % 2) * 200);
  const shrunk = firstRow(whole(stripes, 8, 8, 8), 8);
  assert.ok(shrunk.every((value) => Math.abs(value - 100) < 5));
});

test('the rest of the image has no influence on a crop', () => {
  const image = grey(8, 8, (x, y) => (x >= 2 && x < 6 && y >= 2 && y < 6 ? 50 : 255));
  const out = new Float32Array(3 * 3 * 3);
  const box = { left: 2, top: 2, width: 4, height: 4 };
  const window = { left: 0, top: 0, size: 3 };
  resample(image, { box, width: 3, height: 3, window, normalisation: RAW }, out);
  assert.ok(out.every((value) => Math.abs(value - 50) < 1e-3));
});

test('normalisation is that of ImageNet, a channel at a time', () => {
  const image: ByteImage = { width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 0, 128) };
  const out = new Float32Array(3);
  testTransform({ size: 1, resize: 'fit' }).apply(image, new Random(0), out, 0);
  near(out, [(1 - 0.485) / 0.229, -0.456 / 0.224, (128 / 255 - 0.406) / 0.225]);
});

test('the test transform resizes the shorter side, then crops the centre', () => {
  // 14 px -> 16 px shorter side, 512 x 256 -> 32 x 16, the crop starts at (9, 1).
  const ramp = grey(512, 256, (x) => Math.floor(x / 2));
  const out = new Float32Array(14 * 14 * 3);
  testTransform({ size: 14, normalisation: RAW }).apply(ramp, new Random(0), out, 0);
  near(
    firstRow(out, 14).map(Math.round),
    Array.from({ length: 14 }, (_, x) => Math.round((9 + x) * 8 + 3.5)),
  );
  const portrait = grey(256, 512, (_, y) => Math.floor(y / 2));
  testTransform({ size: 14, normalisation: RAW }).apply(portrait, new Random(0), out, 0);
  assert.equal(Math.round(out[0]), Math.round(9 * 8 + 3.5));
});

test('a centre between two pixels is rounded as torchvision does', () => {
  // 500 x 375 -> 341 x 256: 58.5 columns beside the crop, of which Python takes 58.
  const ramp = grey(500, 375, (x) => x / 2);
  const out = new Float32Array(224 * 224 * 3);
  testTransform({ size: 224, normalisation: RAW }).apply(ramp, new Random(0), out, 0);
  const column = (centre: number): number => (((centre + 0.5) * 500) / 341 - 0.5) / 2 - 0.25;
  assert.ok(Math.abs(out[0] - column(58)) < Math.abs(out[0] - column(59)));
});

test('the fitting test transform leaves an image of the right size as it is', () => {
  const image = grey(6, 6, (x, y) => 30 * x + y);
  const out = new Float32Array(6 * 6 * 3);
  testTransform({ size: 6, resize: 'fit', normalisation: RAW }).apply(image, new Random(0), out, 0);
  near(
    out.filter((_, i) => i % 3 === 0),
    Array.from(image.data),
  );
});

test('random crops keep to their area and ratio, and fall back to the centre', () => {
  const random = new Random(3);
  for (let i = 0; i < 500; i++) {
    const { left, top, width, height } = randomCrop(100, 80, [0.2, 0.8], [3 / 4, 4 / 3], random);
    assert.ok(left >= 0 && top >= 0 && left + width <= 100 && top + height <= 80);
    assert.ok(width * height > 0.19 * 8000 && width * height < 0.82 * 8000);
    assert.ok(width / height > 0.72 && width / height < 1.4);
  }
  assert.deepEqual(randomCrop(100, 5, [1, 1], [3 / 4, 4 / 3], random), {
    left: 46,
    top: 0,
    width: 7,
    height: 5,
  });
});

test('a training image depends on its generator only, and flips about half the time', () => {
  const transform = trainTransform({ size: 4, scale: [1, 1], ratio: [1, 1], normalisation: RAW });
  const image = grey(4, 4, (x) => 60 * x);
  const draw = (seed: number): number[] => {
    const out = new Float32Array(4 * 4 * 3);
    transform.apply(image, new Random(seed), out, 0);
    return firstRow(out, 4);
  };
  near(draw(5), draw(5));
  const flipped = Array.from({ length: 200 }, (_, seed) => draw(seed)[0] > 100).filter(Boolean).length;
  assert.ok(flipped > 70 && flipped < 130, `${flipped} of 200 flipped`);
});

test('options out of range are refused by name', () => {
  assert.throws(() => trainTransform({ size: 0 }), /size is a whole number of pixels from 1, not 0/);
  assert.throws(() => trainTransform({ size: 8, scale: [0.5, 1.2] }), /scale is a range/);
  assert.throws(() => trainTransform({ size: 8, ratio: [2, 1] }), /ratio is a range/);
  assert.throws(() => trainTransform({ size: 8, flip: 2 }), /flip is a probability/);
});
