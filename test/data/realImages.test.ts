// Photographs and stimuli as they come from elsewhere: they are not part of the repository, so these tests skip without them.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { type Transform, testTransform, trainTransform } from '../../lib/data/augment';
import { loadBatch } from '../../lib/data/batches';
import { decodeImage } from '../../lib/data/decodeImage';
import { imageFolder } from '../../lib/data/imageFolder';
import type { ByteImage } from '../../lib/data/imageSource';
import type { Normalisation } from '../../lib/data/resample';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';

const REAL = process.env.GESTALT_TEST_IMAGES ?? fromRoot('..', 'shared', 'data');
const FOLDERS = ['few-shot', 'stimuli/cue-conflict', 'stimuli/silhouette'];
const skip =
  !FOLDERS.every((folder) => fs.existsSync(path.join(REAL, folder))) &&
  `needs real images: a folder with ${FOLDERS.join(', ')}, named by GESTALT_TEST_IMAGES`;

const BYTES: Normalisation = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };

function transformed(transform: Transform, image: ByteImage): Float32Array {
  const out = new Float32Array(transform.size ** 2 * 3);
  transform.apply(image, new Random(7), out, 0);
  return out;
}

function differences(found: ArrayLike<number>, expected: ArrayLike<number>): { mean: number; most: number } {
  assert.equal(found.length, expected.length);
  let [sum, most] = [0, 0];
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i] - expected[i]);
    sum += difference;
    most = Math.max(most, difference);
  }
  return { mean: sum / found.length, most };
}

/** Resize of the shorter side and central crop in levels of 0..255, straight from the definition, in double precision:
 *  every output pixel is the mean of all source pixels, weighed by a triangle as wide as the reduction, at least 1. */
function resizedByDefinition(image: ByteImage, shorter: number, size: number): Float64Array {
  const scaled = [image.width, image.height].map((side) =>
    Math.floor((shorter * side) / Math.min(image.width, image.height)),
  );
  const [columns, rows] = [image.width, image.height].map((side, axis) =>
    triangles(side, scaled[axis], centred(scaled[axis], size), size),
  );
  const out = new Float64Array(size * size * 3);
  for (let i = 0; i < out.length; i++) {
    const [row, column, channel] = [Math.floor(i / 3 / size), Math.floor(i / 3) % size, i % 3];
    for (const [y, down] of rows[row]) {
      for (const [x, across] of columns[column]) {
        out[i] += down * across * image.data[(y * image.width + x) * 3 + channel];
      }
    }
  }
  return out;
}

/** Where a central crop begins; halves go to the even neighbour, as Python rounds. */
function centred(length: number, size: number): number {
  const half = Math.floor((length - size) / 2);
  return (length - size) % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}

/** For each of `count` targets from `first`: source positions and their weights. */
function triangles(length: number, target: number, first: number, count: number): [number, number][][] {
  const scale = length / target;
  const reach = Math.max(1, scale);
  return Array.from({ length: count }, (_, i) => {
    const centre = (first + i + 0.5) * scale;
    const near = Array.from({ length }, (_, at): [number, number] => [
      at,
      Math.max(0, 1 - Math.abs(at + 0.5 - centre) / reach),
    ]).filter(([, weight]) => weight > 0);
    const sum = near.reduce((total, [, weight]) => total + weight, 0);
    return near.map(([at, weight]): [number, number] => [at, weight / sum]);
  });
}

test('photographs are decoded to RGB at their own size, and come as batches', { skip }, async () => {
  const source = imageFolder(path.join(REAL, 'few-shot'), { classes: ['table', 'fish'], imagesPerClass: 3 });
  assert.deepEqual([source.name, source.count], ['data/few-shot', 6]);
  const first = await source.image(0);
  assert.equal(Math.min(first.width, first.height), 256);
  assert.equal(first.channels, 3);
  assert.equal(first.data.length, first.width * first.height * 3);
  const indices = [5, 0, 3];
  for (const transform of [trainTransform({ size: 64 }), testTransform({ size: 224 })]) {
    const { images, labels, shape } = await loadBatch(source, indices, transform, 1);
    assert.deepEqual(shape, [3, transform.size, transform.size, 3]);
    assert.deepEqual(Array.from(labels), [1, 0, 1]);
    const extremes = [Math.min(...images.subarray(0, 10_000)), Math.max(...images.subarray(0, 10_000))];
    assert.ok(extremes[0] >= -2.12 && extremes[1] <= 2.65 && extremes[1] - extremes[0] > 0.5, `${extremes}`);
    assert.deepEqual((await loadBatch(source, indices, transform, 1)).images, images);
  }
});

test('stimuli keep their size, and silhouettes their two colours', { skip }, async () => {
  const conflict = await decodeImage(path.join(REAL, 'stimuli/cue-conflict/cat/cat1-airplane1.jpg'));
  assert.deepEqual([conflict.width, conflict.height, conflict.channels], [224, 224, 3]);
  const silhouettes = imageFolder(path.join(REAL, 'stimuli/silhouette'), { imagesPerClass: 1 });
  assert.equal(silhouettes.classes.length, 16);
  for (let index = 0; index < silhouettes.count; index++) {
    const { width, height, data } = await silhouettes.image(index);
    assert.deepEqual([width, height], [224, 224]);
    const extreme = data.filter((value) => value < 16 || value > 239).length;
    assert.ok(extreme > 0.9 * width * height, `silhouette ${index} is not black on white`);
  }
});

test('the test transform equals its definition and agrees with libvips', { skip }, async (context) => {
  const files = ['few-shot/table', 'few-shot/fish', 'stimuli/cue-conflict/cat'].map((folder) => {
    const [name] = fs.readdirSync(path.join(REAL, folder)).sort();
    return path.join(REAL, folder, name);
  });
  for (const file of files) {
    const image = await decodeImage(file);
    // Enlarged and reduced: the shorter side becomes 320, then 73 pixels.
    for (const [size, shorter] of [
      [280, 320],
      [64, 73],
    ]) {
      const found = transformed(testTransform({ size, normalisation: BYTES }), image);
      const exact = differences(found, resizedByDefinition(image, shorter, size));
      assert.ok(exact.most < 1e-3, `${file}: ${exact.most} levels from the definition`);
    }
    const square = await squareByVips(file, 73);
    const vips = differences(transformed(testTransform({ size: 64, normalisation: BYTES }), image), square);
    context.diagnostic(
      `${path.basename(file)}: mean ${vips.mean.toFixed(2)}, most ${vips.most.toFixed(1)} levels`,
    );
    // libvips rounds to 8 bits after each of its two passes.
    assert.ok(vips.mean < 0.5 && vips.most < 3, `${file}: ${JSON.stringify(vips)} levels from libvips`);
  }
});

/** The central 64 x 64 pixels of the image resized by sharp. */
async function squareByVips(file: string, shorter: number): Promise<Uint8Array> {
  const { width = 0, height = 0 } = await sharp(file).metadata();
  const [w, h] = [width, height].map((side) => Math.floor((shorter * side) / Math.min(width, height)));
  return sharp(file)
    .resize(w, h, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
    .extract({ left: centred(w, 64), top: centred(h, 64), width: 64, height: 64 })
    .removeAlpha()
    .raw()
    .toBuffer();
}
