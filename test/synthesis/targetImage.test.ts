// Photographs of all kinds as targets, the way back to a picture, and files that are no target.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import type { ByteImage } from '../../lib/data/imageSource';
import { IMAGENET_NORMALISATION } from '../../lib/data/resample';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { pictureOf, pngOf, readTarget, targetImage } from '../../lib/synthesis/targetImage';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-target-'));
after(() => fs.rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);

/** Noise in blocks. */
function photograph(width: number, height: number, channels: 1 | 3 = 3): ByteImage {
  const random = new Random(4);
  const data = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
  return { width, height, channels, data };
}

const { mean, std } = IMAGENET_NORMALISATION;

test('a target is normalised as ImageNet, of the network’s size', () => {
  const image = photograph(32, 32);
  const { values, size, width, height } = targetImage(image, 32);
  assert.deepEqual([size, width, height, values.length], [32, 32, 32, 3072]);
  for (const i of [0, 1, 2, 1000])
    assert.ok(Math.abs(values[i] - (image.data[i] / 255 - mean[i % 3]) / std[i % 3]) < 1e-6);
});

test('the target itself comes back as the photograph, but for the histogram’s hundred bins', () => {
  const image = photograph(40, 32);
  const same = pictureOf(targetImage({ ...image, width: 32, height: 40 }, 32).values, targetImage(image, 32));
  assert.deepEqual([same.width, same.height, same.channels], [40, 32, 3]);
  const square = photograph(32, 32);
  const back = pictureOf(targetImage(square, 32).values, targetImage(square, 32));
  const furthest = back.data.reduce((most, value, i) => Math.max(most, Math.abs(value - square.data[i])), 0);
  assert.ok(furthest <= 4, `${furthest} levels`);
  assert.throws(() => pictureOf(new Float32Array(3), targetImage(square, 32)), /3072 values.* 3\./);
});

test('grey, RGBA, grey with alpha, 16 bits and four inks are read', async () => {
  const { data, width, height } = photograph(20, 24, 1);
  const grey = sharp(data, { raw: { width, height, channels: 1 } });
  await grey.clone().toColourspace('b-w').png().toFile(at('grey.png'));
  await grey.clone().toColourspace('b-w').jpeg().toFile(at('grey.jpg'));
  await grey.clone().toColourspace('srgb').ensureAlpha(0.4).png().toFile(at('alpha.png'));
  await grey.clone().toColourspace('rgb16').png().toFile(at('deep.png'));
  for (const name of ['grey.png', 'grey.jpg', 'alpha.png', 'deep.png']) {
    const target = await readTarget(at(name), 32);
    assert.deepEqual([target.width, target.height, target.values.length], [20, 24, 3072], name);
    const [red, green] = [0, 1].map((channel) => target.values[channel] * std[channel] + mean[channel]);
    assert.ok(Math.abs(red - green) < 1e-5, `${name} is grey`);
  }
  const inks = await readTarget(fromRoot('test', 'fixtures', 'images', 'cmyk.jpg'), 32);
  assert.ok(inks.values.every(Number.isFinite));
});

test('a picture is a PNG of the photograph’s size', async () => {
  const target = targetImage(photograph(50, 20), 32);
  const png = await pngOf(pictureOf(target.values, target));
  const { width, height, format, channels } = await sharp(png).metadata();
  assert.deepEqual([width, height, format, channels], [50, 20, 'png', 3]);
});

test('what is no target is named with its reason', async () => {
  const few = photograph(15, 40);
  await sharp(few.data, { raw: { width: 15, height: 40, channels: 3 } })
    .png()
    .toFile(at('few.png'));
  await assert.rejects(
    readTarget(at('few.png'), 32),
    /few\.png cannot be a target: it has 15 x 40 .*16 x 16 or more/,
  );
  await sharp({ create: { width: 32, height: 32, channels: 3, background: '#123456' } })
    .png()
    .toFile(at('flat.png'));
  await assert.rejects(readTarget(at('flat.png'), 32), /flat\.png cannot be a target: all .* one colour/);
  const whole = await sharp(photograph(64, 64).data, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg()
    .toBuffer();
  fs.writeFileSync(at('cut.jpg'), whole.subarray(0, whole.length / 2));
  await assert.rejects(readTarget(at('cut.jpg'), 32), /Cannot read the image .*cut\.jpg/);
  fs.writeFileSync(at('text.png'), 'no picture');
  await assert.rejects(readTarget(at('text.png'), 32), /Cannot read the image .*text\.png/);
  await assert.rejects(readTarget(folder, 32), /is a folder: name one image file/);
  await assert.rejects(readTarget(at('none.png'), 32), /There is no image .*none\.png/);
});
