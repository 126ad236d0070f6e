import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { CATEGORIES } from '../../lib/categories';
import { loadBatch } from '../../lib/data/batches';
import { type DepthFolderOptions, depthFolder } from '../../lib/data/depthFolder';
import { squareTransform } from '../../lib/data/squareTransform';
import { fromRoot } from '../../lib/files';
import { makeDepthFolders, SYNSETS, type SynsetEntry, writeNoise } from './depthFolders';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-depth-'));
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

/** A pair of folders as options. */
async function makeFolders(
  folder: string,
  synsetOf: (entry: SynsetEntry) => string,
): Promise<DepthFolderOptions> {
  return { ...(await makeDepthFolders(path.join(root, folder), synsetOf)), split: 'val', mapping: 'one' };
}

let options: DepthFolderOptions;
before(async () => {
  options = await makeFolders('one', ({ one }) => one);
});

test('the mappings are those of the authors: 16 synsets and 207', () => {
  assert.deepEqual([...SYNSETS.map(({ category }) => category)].sort(), [...CATEGORIES].sort());
  assert.equal(new Set(SYNSETS.map(({ one }) => one)).size, 16);
  assert.equal(new Set(SYNSETS.flatMap(({ all }) => all)).size, 207);
});

test('images come with their maps, by category; the stem ends at the first dot', async () => {
  const source = depthFolder(options);
  assert.deepEqual([source.count, source.classes], [17, CATEGORIES]);
  assert.deepEqual(Array.from(source.labels.subarray(0, 3)), [0, 0, 1]);
  const [image, map] = [await source.image(1), await source.depth(1)];
  assert.deepEqual([image.width, image.height, image.channels], [40, 30, 3]);
  assert.deepEqual([map.width, map.height, map.channels], [40, 30, 1]);
  const transform = squareTransform({ size: 28, randAugment: true, targets: ['depth'] });
  const batch = await loadBatch(source, [0, 5, 16], transform, 1);
  assert.equal(batch.targets?.depth.length, 3 * 28 * 28);
});

test('of the 207 those are read that are there; other folders are passed over', async () => {
  const wide = await makeFolders('all', ({ all }) => all[all.length - 1]);
  fs.mkdirSync(path.join(wide.images, 'val', 'n00000001'));
  assert.equal(depthFolder({ ...wide, mapping: 'all' }).count, 17);
  assert.throws(() => depthFolder(wide), /no images of the category "\w+": expected the folder n\d+/);
});

test('the hash covers names and sizes of images and of maps', async () => {
  const copy = await makeFolders('copy', ({ one }) => one);
  const first = depthFolder(copy).hash;
  assert.equal(depthFolder(copy).hash, first);
  const map = path.join(copy.depth, 'val', SYNSETS[0].one, 'n1_1_depth.JPEG');
  fs.appendFileSync(map, 'x');
  assert.notEqual(depthFolder(copy).hash, first);
});

test('what is missing is named, with what to do', async () => {
  assert.throws(
    () => depthFolder({ ...options, split: 'train' }),
    /images.train: it does not exist. Expected .*<synset>.<image>/,
  );
  const broken = await makeFolders('broken', ({ one }) => one);
  const folder = path.join(broken.depth, 'val', SYNSETS[3].one);
  fs.rmSync(path.join(folder, 'n1_1_depth.JPEG'));
  assert.throws(
    () => depthFolder(broken),
    /n1_1\.JPEG has no depth map: expected .*n1_1_depth\.JPEG\. Make one/,
  );
  await writeNoise(path.join(folder, 'n1_1_depth.png'), 1);
  assert.equal(depthFolder(broken).count, 17);
});

test('a map of 16 bits, in colour or of another size is named when it is used', async () => {
  const odd = await makeFolders('odd', ({ one }) => one);
  const source = depthFolder(odd);
  const mapOf = (entry: SynsetEntry): string => path.join(odd.depth, 'val', entry.one, 'n1_1_depth.JPEG');
  const indexOf = (entry: SynsetEntry): number =>
    source.labels.indexOf((CATEGORIES as readonly string[]).indexOf(entry.category));
  const [deep, coloured, small] = SYNSETS.filter(({ category }) => category !== 'airplane');
  const sixteen = sharp(new Uint16Array(40 * 30).fill(3000), { raw: { width: 40, height: 30, channels: 1 } });
  fs.writeFileSync(mapOf(deep), await sixteen.toColourspace('grey16').png().toBuffer());
  await assert.rejects(
    source.depth(indexOf(deep)),
    /n1_1_depth\.JPEG has values of type ushort; 8 bits are expected/,
  );
  await writeNoise(mapOf(coloured), 3);
  await assert.rejects(source.depth(indexOf(coloured)), /is in colour; grey is expected/);
  await writeNoise(mapOf(small), 1, 20, 30);
  await assert.rejects(
    loadBatch(source, [indexOf(small)], squareTransform({ size: 28, targets: ['depth'] }), 0),
    /depth map of image \d+ of ImageNet-16\/val is 20 x 30, the image 40 x 30/,
  );
});

const SAMPLES = path.join(fromRoot(), '..', 'shared', 'data', 'imagenet-16-samples');
const skip = fs.existsSync(SAMPLES)
  ? false
  : 'the photographs are not on this machine (../shared/data/imagenet-16-samples)';

test('real photographs in that layout', { skip }, async () => {
  const [images, depth] = ['real/images', 'real/depth'].map((part) => path.join(root, part));
  const names = fs.readdirSync(SAMPLES).filter((name) => name.endsWith('.jpg'));
  const wanted = new Map(SYNSETS.flatMap(({ all }) => all.map((synset) => [synset, true])));
  const photographs = names.filter((name) => wanted.has(/n\d{8}/.exec(name)?.[0] ?? ''));
  assert.ok(photographs.length >= 10, `${photographs.length} photographs are of the 207 synsets`);
  for (const entry of SYNSETS) {
    const own = photographs.filter((name) => entry.all.includes(/n\d{8}/.exec(name)?.[0] ?? ''));
    // Categories without a photograph of their own borrow one, so that the folder is whole.
    for (const name of own.length > 0 ? own : [photographs[0]]) {
      const synset = own.length > 0 ? (/n\d{8}/.exec(name) as RegExpExecArray)[0] : entry.all[0];
      const file = path.join(images, 'train', synset, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.copyFileSync(path.join(SAMPLES, name), file);
      const map = path.join(depth, 'train', synset, `${name.slice(0, name.indexOf('.'))}_depth.JPEG`);
      fs.mkdirSync(path.dirname(map), { recursive: true });
      await sharp(file).greyscale().jpeg().toFile(map);
    }
  }
  const source = depthFolder({ images, depth, split: 'train', mapping: 'all' });
  const transform = squareTransform({ size: 64, randAugment: true, targets: ['depth'] });
  const { images: pixels, targets } = await loadBatch(
    source,
    Array.from({ length: source.count }, (_, i) => i),
    transform,
    4,
  );
  assert.ok(
    pixels.every(Number.isFinite) && (targets?.depth ?? []).every((value) => value >= 0 && value <= 1),
  );
});
