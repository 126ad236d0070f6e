// Distances between two folders of images, with the network that ships with Gestalt.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { pillowResize } from '../lib/data/pillowResize';
import { relief16 } from '../lib/data/relief16/relief16';
import { looseImages } from '../lib/data/unlabelled';
import type { FeatureMatrix } from '../lib/fid/featureMatrix';
import { frechetDistance } from '../lib/fid/frechet';
import { runFid } from '../lib/runFid';
import { MEAN_COLOUR, onnxModel, skipWithoutOnnx as skip } from './data/tinyOnnx';
import { narrowInception } from './fid/narrowInception';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-fid-'));
const cache = path.join(folder, 'cache');
after(() => fs.rmSync(folder, { recursive: true }));

const lines: string[] = [];
const report = (line: string) => lines.push(line);

/** Drawings as files; every other one grey and of another size. */
async function drawings(name: string, variant: 'normal' | 'sketch', seed: number): Promise<void> {
  const set = await relief16({ split: 'test', size: 32, count: 2, seed, variant });
  const target = path.join(folder, name);
  fs.mkdirSync(target);
  for (let i = 0; i < set.count; i++) {
    const { data, width, height } = await set.image(i);
    const picture = sharp(Buffer.from(data), { raw: { width, height, channels: 3 } });
    const file = path.join(target, `${String(i).padStart(2, '0')}.png`);
    await (i % 2 === 0 ? picture : picture.resize(48, 40, { fit: 'fill' }).greyscale()).png().toFile(file);
  }
}

const [first, second, sketches] = ['first', 'second', 'sketches'].map((name) => path.join(folder, name));
before(async () => {
  await drawings('first', 'normal', 1);
  await drawings('second', 'normal', 2);
  await drawings('sketches', 'sketch', 1);
});

test('drawings are nearer to drawings than to sketches; the same again from remembered features', async () => {
  const near = await runFid({ generated: first, real: second, cache, report });
  const far = await runFid({ generated: sketches, real: second, cache, report });
  assert.ok(far.frechet.value > near.frechet.value, `${far.frechet.value} ${near.frechet.value}`);
  assert.ok(far.kernel.value > near.kernel.value);
  assert.equal(far.frechet.n, 32);
  assert.match(far.frechet.features, /Relief-16/);
  assert.ok(lines.some((line) => /no more images than there are features/.test(line)));
  assert.equal(fs.readdirSync(cache).length, 3);
  assert.deepEqual(await runFid({ generated: first, real: second, cache, report }), near);
});

test('an image that is replaced by one of the same size is looked at again', async () => {
  const target = path.join(folder, 'replaced');
  fs.mkdirSync(target);
  const write = (file: string, grey: number): Promise<unknown> =>
    sharp({ create: { width: 16, height: 16, channels: 3, background: { r: grey, g: grey, b: grey } } })
      .png({ compressionLevel: 0 })
      .toFile(path.join(target, file));
  for (const [file, grey] of [
    ['a.png', 10],
    ['b.png', 90],
  ] as const)
    await write(file, grey);
  const before = await runFid({ generated: target, real: first, parts: 0, cache, report });
  await write('b.png', 200);
  const after = await runFid({ generated: target, real: first, parts: 0, cache, report });
  assert.notEqual(after.frechet.value, before.frechet.value);
});

test('of two or three generated images there is no interval', async () => {
  const few = path.join(folder, 'few');
  fs.mkdirSync(few);
  for (const [count, name] of ['00.png', '01.png', '02.png'].entries()) {
    fs.copyFileSync(path.join(first, name), path.join(few, name));
    if (count === 0) continue;
    const { frechet } = await runFid({ generated: few, real: second, cache, report });
    assert.deepEqual([frechet.n, frechet.interval], [count + 1, null]);
  }
});

test('a folder and itself are 0 apart', async () => {
  const { frechet } = await runFid({ generated: first, real: first, parts: 0, cache, report });
  assert.ok(Math.abs(frechet.value) < 1e-3, `${frechet.value}`);
  assert.equal(frechet.interval, null);
});

test("by the features of a network in ONNX, here an image's mean colour", { skip }, async () => {
  const file = path.join(folder, 'colour.onnx');
  fs.writeFileSync(file, onnxModel(MEAN_COLOUR));
  const given = { generated: first, real: sketches, network: file, input: '0..1', size: 16 } as const;
  const { frechet } = await runFid({ ...given, cache, report });
  const [a, b] = await Promise.all([first, sketches].map(colours));
  assert.ok(Math.abs(frechet.value - frechetDistance(a, b)) < 1e-5);
  assert.deepEqual([frechet.features, frechet.dtype], ['colour.onnx', 'float32, ONNX Runtime']);
  await assert.rejects(runFid({ ...given, network: undefined, cache, report }), /--input is for ONNX/);
});

/** Mean colour of each image at 16 x 16, in 0..1. */
async function colours(from: string): Promise<FeatureMatrix> {
  const source = looseImages(from);
  const values = new Float64Array(3 * source.count);
  for (let i = 0; i < source.count; i++) {
    const { data, channels } = pillowResize(await source.image(i), 16, 16);
    for (let k = 0; k < 3 * 256; k++) {
      const byte = data[channels === 1 ? Math.floor(k / 3) : k];
      values[3 * i + (k % 3)] += byte / 255 / 256;
    }
  }
  return { values, count: source.count, size: 3 };
}

test('by the features of the Inception-v3 of 2015, known by its weights’ names', async () => {
  const network = narrowInception(folder, 'inception');
  const { frechet } = await runFid({ generated: first, real: sketches, network, parts: 0, cache, report });
  assert.ok(frechet.value > 0);
  assert.match(frechet.features, /Inception-v3 of 2015/);
  assert.match(frechet.resize, /TensorFlow 1/);
});

test('pickled networks are refused, as everywhere', async () => {
  const network = path.join(folder, 'network.pth');
  fs.writeFileSync(network, 'PK');
  await assert.rejects(
    runFid({ generated: first, real: second, network, cache, report }),
    /network\.pth.*safetensors/s,
  );
  await assert.rejects(
    runFid({ generated: first, real: second, network: folder, cache, report }),
    /--network takes a file; .* is a folder/,
  );
});

test('a damaged file is named, and left out only when asked', async () => {
  const damaged = path.join(folder, 'damaged');
  fs.cpSync(first, damaged, { recursive: true });
  fs.writeFileSync(path.join(damaged, '03.png'), 'no picture');
  await assert.rejects(runFid({ generated: damaged, real: second, cache, report }), /03\.png.*--skip-bad/s);
  const { frechet } = await runFid({ generated: damaged, real: second, skipBad: true, cache, report });
  assert.equal(frechet.n, 31);
  assert.ok(lines.some((line) => /left out: .*03\.png/.test(line)));
});

test('one image, no images and no folder are refused', async () => {
  const single = path.join(folder, 'single');
  fs.mkdirSync(single);
  await assert.rejects(runFid({ generated: single, real: first, cache, report }), /no images below/);
  fs.copyFileSync(path.join(first, '00.png'), path.join(single, '00.png'));
  await assert.rejects(
    runFid({ generated: single, real: first, cache, report }),
    /single has 1 image that can be read; a distance between sets needs two/,
  );
  await assert.rejects(
    runFid({ generated: path.join(folder, 'nowhere'), real: first, cache, report }),
    /does not exist/,
  );
});
