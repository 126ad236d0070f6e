import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { decodeImage } from '../../lib/data/decodeImage';
import { imageFolder } from '../../lib/data/imageFolder';

let root: string;

const plain = (channels: 3 | 4, background: object): sharp.Sharp =>
  sharp({ create: { width: 4, height: 3, channels, background } });

before(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-folder-'));
  for (const name of ['bear', 'Cat', 'airplane', '.hidden']) fs.mkdirSync(path.join(root, name));
  const red = plain(3, { r: 200, g: 10, b: 30 });
  await red
    .clone()
    .png()
    .toFile(path.join(root, 'bear', '2.png'));
  await red
    .clone()
    .jpeg()
    .toFile(path.join(root, 'bear', '10.JPG'));
  await red
    .clone()
    .webp()
    .toFile(path.join(root, 'Cat', 'a.webp'));
  await red
    .clone()
    .png()
    .toFile(path.join(root, 'airplane', 'a.png'));
  fs.writeFileSync(path.join(root, 'bear', 'notes.txt'), 'not an image');
  fs.writeFileSync(path.join(root, 'list.csv'), 'not a class');
});

after(() => fs.rmSync(root, { recursive: true, force: true }));

test('classes are folders and labels their places, whatever the language', () => {
  const source = imageFolder(root);
  assert.deepEqual(source.classes, ['Cat', 'airplane', 'bear']);
  assert.deepEqual(Array.from(source.labels), [0, 1, 2, 2]);
  assert.equal(source.count, 4);
});

test('a subset of classes, in its own order, with a limit', () => {
  const source = imageFolder(root, { classes: ['bear', 'Cat'], imagesPerClass: 1 });
  assert.deepEqual(source.classes, ['bear', 'Cat']);
  assert.deepEqual(Array.from(source.labels), [0, 1]);
});

test('the hash follows classes, names and sizes, not the place on disk', () => {
  const copy = path.join(root, '.hidden', 'copy');
  fs.cpSync(path.join(root, 'bear'), path.join(copy, 'bear'), { recursive: true });
  const original = imageFolder(root, { classes: ['bear'] });
  assert.equal(imageFolder(copy).hash, original.hash);
  const file = path.join(copy, 'bear', '2.png');
  const hashed = imageFolder(copy, { hashContents: true }).hash;
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 1] ^= 1;
  fs.writeFileSync(file, bytes);
  assert.equal(imageFolder(copy).hash, original.hash);
  assert.notEqual(imageFolder(copy, { hashContents: true }).hash, hashed);
  fs.appendFileSync(file, 'x');
  assert.notEqual(imageFolder(copy).hash, original.hash);
});

test('every kind of image becomes 8-bit RGB', async () => {
  const file = path.join(root, '.hidden', 'image');
  const pixel = async (image: sharp.Sharp): Promise<number[]> => {
    await image.toFile(file);
    const { width, height, channels, data } = await decodeImage(file);
    assert.deepEqual([width, height, channels, data.length], [4, 3, 3, 4 * 3 * 3]);
    return Array.from(data.subarray(0, 3));
  };
  const near = (found: number[], expected: number[], tolerance: number): void =>
    assert.ok(
      expected.every((value, i) => Math.abs(found[i] - value) <= tolerance),
      `${found} is not ${expected}`,
    );
  const red = plain(3, { r: 200, g: 10, b: 30 });
  near(await pixel(red.clone().png()), [200, 10, 30], 0);
  near(await pixel(red.clone().png({ palette: true })), [200, 10, 30], 1);
  near(await pixel(red.clone().toColourspace('rgb16').png()), [200, 10, 30], 1);
  near(await pixel(red.clone().toColourspace('cmyk').jpeg()), [200, 10, 30], 60);
  near(await pixel(plain(4, { r: 200, g: 10, b: 30, alpha: 0.5 }).png()), [200, 10, 30], 1);
  near(await pixel(plain(3, { r: 90, g: 90, b: 90 }).toColourspace('b-w').png()), [90, 90, 90], 1);
});

test('bad folders are answered with what is wrong and where', () => {
  const empty = path.join(root, '.hidden', 'empty');
  fs.mkdirSync(path.join(empty, 'nothing'), { recursive: true });
  assert.throws(() => imageFolder(path.join(root, 'absent')), /absent: it does not exist.*<class>/s);
  assert.throws(() => imageFolder(path.join(root, 'list.csv')), /list\.csv: it is a file/);
  assert.throws(() => imageFolder(path.join(empty, 'nothing')), /no class folders/);
  assert.throws(() => imageFolder(empty), /class "nothing" has no images/);
  assert.throws(() => imageFolder(root, { classes: ['beer'] }), /Unknown class "beer".*"bear"/);
  assert.throws(() => imageFolder(root, { classes: ['bear', 'bear'] }), /listed twice/);
  assert.throws(() => imageFolder(root, { classes: [] }), /empty/);
});

test('a corrupt or missing image is named when it is used', async () => {
  const folder = path.join(root, '.hidden', 'corrupt');
  fs.mkdirSync(path.join(folder, 'bear'), { recursive: true });
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 7919) % 251));
  const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg()
    .toBuffer();
  fs.writeFileSync(path.join(folder, 'bear', '1.jpg'), jpeg.subarray(0, jpeg.length / 2));
  fs.writeFileSync(path.join(folder, 'bear', '2.jpg'), '');
  fs.writeFileSync(path.join(folder, 'bear', '3.jpg'), jpeg);
  const source = imageFolder(folder);
  await assert.rejects(source.image(0), /Cannot read the image .*1\.jpg/);
  await assert.rejects(source.image(1), /Cannot read the image .*2\.jpg/);
  fs.rmSync(path.join(folder, 'bear', '3.jpg'));
  await assert.rejects(source.image(2), /Cannot read the image .*3\.jpg/);
  await assert.rejects(source.image(3), /images 0 to 2, no image 3/);
});
