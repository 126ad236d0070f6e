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

/** A generator that gives these numbers in turn. */
function scripted(...numbers: number[]): Random {
  const random = new Random(0);
  let next = 0;
  random.next = () => numbers[next++] ?? 0;
  return random;
}

test('the default ratio is 3 / 4 to 4 / 3, the default flip every other image', () => {
  const { description } = trainTransform({ size: 8 });
  assert.match(description, /"scale":\[0\.08,1\],"ratio":\[0\.75,1\.33333/);
  assert.match(description, /"flip":0\.5,"mean":\[0\.485/);
  assert.match(testTransform({ size: 8 }).description, /centre-crop \{"size":8,"shorter":9,"mean"/);
});

test('flip 0 never mirrors, flip 1 always, and a draw equal to the probability does not', () => {
  const image = grey(4, 4, (x) => 60 * x);
  const left = (flip: number, draw: number): number => {
    const out = new Float32Array(48);
    const transform = trainTransform({ size: 4, scale: [1, 1], ratio: [1, 1], flip, normalisation: RAW });
    transform.apply(image, scripted(0.5, 0.5, 0, 0, draw), out, 0);
    return Math.round(out[0]);
  };
  assert.equal(left(0, 0), 0);
  assert.equal(left(1, 0.999), 180);
  assert.equal(left(0.5, 0.5), 0);
  assert.equal(left(0.5, 0.499), 180);
  for (const flip of [-0.1, 1.1, Number.NaN])
    assert.throws(() => trainTransform({ size: 4, flip }), /flip is a probability in 0\.\.1/);
});

test('a crop as large as the image is taken, one a pixel larger is drawn again', () => {
  // Area share and aspect (log-uniform), then the place; 0.5 is an aspect of 1.
  assert.deepEqual(randomCrop(10, 10, [1, 1], [3 / 4, 4 / 3], scripted(0, 0.5, 0, 0)), {
    left: 0,
    top: 0,
    width: 10,
    height: 10,
  });
  // Aspect 1.1: 10.49 x 9.53 is 10 x 10; of 20 x 20 it is 21 x 19, too wide; then an area of a half, 14 x 14.
  const aspect = (value: number): number => Math.log(value / (3 / 4)) / Math.log(4 / 3 / (3 / 4));
  assert.deepEqual(randomCrop(20, 20, [0.5, 1], [3 / 4, 4 / 3], scripted(1, aspect(1.1), 0, 0.5, 0.99, 0)), {
    left: 0,
    top: 6,
    width: 14,
    height: 14,
  });
  assert.deepEqual(
    randomCrop(20, 20, [0.5, 1], [3 / 4, 4 / 3], scripted(1, aspect(1 / 1.1), 0, 0.5, 0, 0.99)),
    { left: 6, top: 0, width: 14, height: 14 },
  );
});

test('after ten draws that do not fit, the largest central crop within the ratio', () => {
  let draws = 0;
  const tooLarge = new Random(0);
  tooLarge.next = () => {
    draws++;
    return 0.5;
  };
  // The whole area at aspect 1 fits neither 40 x 10 nor 10 x 40; ten tries draw twice each.
  assert.deepEqual(randomCrop(40, 10, [1, 1], [3 / 4, 4 / 3], tooLarge), {
    left: 13,
    top: 0,
    width: 13,
    height: 10,
  });
  assert.equal(draws, 20);
  assert.deepEqual(randomCrop(10, 40, [1, 1], [3 / 4, 4 / 3], tooLarge), {
    left: 0,
    top: 13,
    width: 10,
    height: 13,
  });
  assert.deepEqual(randomCrop(9, 30, [1, 1], [1, 1], tooLarge), { left: 0, top: 10, width: 9, height: 9 });
  assert.equal(randomCrop(1, 1000, [1, 1], [100, 200], tooLarge).height, 1, 'at least one row');
});

test('a centre between two pixels goes to the even one, on either side', () => {
  for (const [width, first] of [
    [263, 20], // 19.5
    [261, 18], // 18.5
    [262, 19],
  ]) {
    const out = new Float32Array(224 * 224 * 3);
    testTransform({ size: 224, normalisation: RAW }).apply(
      grey(width, 256, (x) => x % 256),
      new Random(0),
      out,
      0,
    );
    assert.equal(Math.round(out[0]), first, `${width}`);
  }
});

test('ranges touch their limits but not beyond', () => {
  assert.doesNotThrow(() => trainTransform({ size: 8, scale: [1, 1], ratio: [0.1, 0.1] }));
  for (const scale of [
    [0, 1],
    [-0.1, 1],
    [0.6, 0.5],
    [0.5, 1.01],
  ] as const)
    assert.throws(() => trainTransform({ size: 8, scale }), /scale is a range \[low, high\] within \(0, 1\]/);
  assert.throws(() => trainTransform({ size: 8, ratio: [0, 1] }), /ratio is a range/);
  for (const size of [0, 1.5, -1]) assert.throws(() => testTransform({ size }), /from 1/);
});
