import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { categoryOfWordnetId } from '../../lib/benchmark/wordnetIds';
import { CATEGORIES } from '../../lib/categories';
import { type DepthFolderOptions, depthFolder } from '../../lib/data/depthFolder';
import { LOCNET_CLASSES, locnetSynsets } from '../../lib/data/locnetClasses';
import { fromRoot } from '../../lib/files';

const CAR = 'n02814533';
const [TABBY, COUGAR] = ['n02123045', 'n02125311'];
const SYNSETS = { car: [CAR], cat: [COUGAR, TABBY] };

let root: string;
let options: DepthFolderOptions;

/** Two trees of three images of 4 x 3 pixels: a car, a tabby, a cougar. */
async function writeTrees(name: string): Promise<DepthFolderOptions> {
  const [images, depth] = ['images', 'depth'].map((tree) => path.join(root, name, tree));
  for (const [synset, file, level] of [
    [CAR, 'n02814533_7.JPEG', 10],
    [TABBY, 'n02123045_1.small.jpeg', 20],
    [COUGAR, 'cougar.png', 30],
  ] as const) {
    for (const tree of [images, depth]) fs.mkdirSync(path.join(tree, 'train', synset), { recursive: true });
    const [r, g, b] = [200, level, 0];
    await flat({ r, g, b }).toFile(path.join(images, 'train', synset, file));
    const map = path.join(depth, 'train', synset, `${file.split('.')[0]}_depth`);
    await grey(level).toFile(file.endsWith('png') ? `${map}.png` : `${map}.JPEG`);
  }
  return { images, depth, split: 'train', synsets: SYNSETS };
}

function flat(background: object, [width, height] = [4, 3]): sharp.Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}

function grey(level: number, size?: [number, number]): sharp.Sharp {
  return flat({ r: level, g: level, b: level }, size).toColourspace('b-w');
}

before(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-depth-'));
  options = await writeTrees('plain');
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

test('the classes have the order of LocNet, one synset each or the 207 of the benchmark', () => {
  assert.deepEqual([...LOCNET_CLASSES].sort(), CATEGORIES);
  const [used, all] = [locnetSynsets('used'), locnetSynsets('all')];
  for (const synsets of [used, all]) assert.deepEqual(Object.keys(synsets), LOCNET_CLASSES);
  assert.equal(
    Object.values(used).join(' '),
    'n03041632 n03085013 n02504458 n02835271 n02690373 n02708093 n04111531 n02791124 n02134084 n02951358 n02125311 n04557648 n03977966 n02814533 n01797886 n02109525',
  );
  for (const className of LOCNET_CLASSES) {
    for (const synset of all[className]) assert.equal(categoryOfWordnetId(synset), className);
    assert.ok(all[className].includes(used[className][0]));
  }
  assert.equal(new Set(Object.values(all).flat()).size, 207);
});

test('images come with their depth, by class, synset and name', async () => {
  const source = depthFolder(options);
  assert.equal(source.name, path.join('images', 'train'));
  assert.deepEqual(source.classes, ['car', 'cat']);
  assert.deepEqual(Array.from(source.labels), [0, 1, 1]);
  assert.equal(source.count, 3);
  for (const [index, level] of [10, 20, 30].entries()) {
    const [image, depth] = [await source.image(index), await source.depth(index)];
    assert.deepEqual([image.width, image.height, image.channels], [4, 3, 3]);
    assert.ok(Math.abs(image.data[1] - level) <= 2, `${image.data[1]} instead of ${level}`);
    assert.deepEqual(
      { ...depth, data: Array.from(depth.data) },
      {
        width: 4,
        height: 3,
        channels: 1,
        data: Array(12).fill(level),
      },
    );
  }
  for (const method of ['image', 'depth'] as const)
    await assert.rejects(source[method](3), /images 0 to 2, no image 3/);
});

test('classes are chosen, in any order, and images limited', () => {
  const source = depthFolder({ ...options, classes: ['cat', 'car'], imagesPerClass: 1, name: 'two' });
  assert.deepEqual([source.name, source.classes, Array.from(source.labels)], ['two', ['cat', 'car'], [0, 1]]);
  assert.equal(depthFolder({ ...options, synsets: 'used', classes: ['car'] }).count, 1);
});

test('the hash follows names and sizes of both trees, not the place on disk', async () => {
  const { hash } = depthFolder(options);
  const copy = await writeTrees('copy');
  assert.equal(depthFolder(copy).hash, hash);
  assert.notEqual(depthFolder({ ...copy, classes: ['cat', 'car'] }).hash, hash);
  const map = path.join(copy.depth, 'train', CAR, 'n02814533_7_depth.JPEG');
  const hashed = depthFolder({ ...copy, hashContents: true }).hash;
  const bytes = fs.readFileSync(map);
  bytes[bytes.length - 1] ^= 1;
  fs.writeFileSync(map, bytes);
  assert.equal(depthFolder(copy).hash, hash);
  assert.notEqual(depthFolder({ ...copy, hashContents: true }).hash, hashed);
  fs.appendFileSync(map, 'x');
  assert.notEqual(depthFolder(copy).hash, hash);
});

test('folders that are not as expected are answered with what is wrong and where', async () => {
  const trees = await writeTrees('wrong');
  const images = path.join(trees.images, 'train');
  const cases: [Partial<DepthFolderOptions>, RegExp][] = [
    [{ split: 'val' }, /images\/val does not exist\. Expected <images>\/\{train,val\}\/<synset>/],
    [{ synsets: 'used' }, /lacks 14 of 16 synset folders: n03041632 \(knife\), .* and 6 more\. It holds n0/],
    [{ classes: ['cats'] }, /Unknown class "cats"\. Did you mean "cat"/],
    [{ classes: ['cat', 'cat'] }, /listed twice/],
    [{ classes: [] }, /empty/],
  ];
  for (const [changed, message] of cases) assert.throws(() => depthFolder({ ...trees, ...changed }), message);
  fs.mkdirSync(path.join(images, 'n01440764'));
  assert.equal(depthFolder(trees).count, 3, 'other synsets are passed over');
  fs.mkdirSync(path.join(images, 'cat'));
  assert.throws(
    () => depthFolder(trees),
    /Unknown synset folder "cat"\..*Known: n0.*The synset of cat is n02123045, n02125311/,
  );
  fs.renameSync(path.join(images, 'cat'), path.join(images, 'n0281453'));
  assert.throws(() => depthFolder(trees), /Unknown synset folder "n0281453"\. Did you mean "n02814533"/);
  fs.rmdirSync(path.join(images, 'n0281453'));
  fs.copyFileSync(path.join(images, COUGAR, 'cougar.png'), path.join(images, COUGAR, 'cougar.2.png'));
  assert.throws(() => depthFolder(trees), /cougar\.2\.png and .*cougar\.png have the same name up to/);
  fs.rmSync(path.join(images, CAR, 'n02814533_7.JPEG'));
  assert.throws(() => depthFolder(trees), /class "car" has no images: looked into n02814533/);
});

test('a missing depth map is named with the command that makes it', async () => {
  const trees = await writeTrees('missing maps');
  fs.rmSync(path.join(trees.depth, 'train', TABBY, 'n02123045_1_depth.JPEG'));
  assert.throws(
    () => depthFolder(trees),
    (error: Error) => {
      assert.match(
        error.message,
        /1 of 3 images have no depth map\. The first is .*n02123045_1\.small\.jpeg/,
      );
      assert.ok(
        error.message.includes(
          `expected ${path.join(trees.depth, 'train', TABBY, 'n02123045_1_depth.JPEG')}`,
        ),
      );
      assert.ok(error.message.endsWith(`npm run data -- depth "${trees.images}" --to "${trees.depth}"`));
      return true;
    },
  );
});

test('depth maps of another size, 16 bits or colours are refused, and corrupt ones named', async () => {
  const trees = await writeTrees('maps');
  const map = path.join(trees.depth, 'train', CAR, 'n02814533_7_depth');
  const source = depthFolder(trees);
  const answer = async (bytes: sharp.Sharp | Buffer, message: RegExp): Promise<void> => {
    fs.writeFileSync(`${map}.JPEG`, bytes instanceof Buffer ? bytes : await bytes.toBuffer());
    await assert.rejects(source.depth(0), message);
  };
  await answer(
    grey(9, [3, 4]).jpeg(),
    /n02814533_7_depth\.JPEG has 3 x 4 pixels, its image 4 x 3\. Delete it, and npm run data -- depth/,
  );
  await answer(
    grey(9).toColourspace('grey16').png(),
    /more than 8 bits \(ushort\); expected 8-bit grey.*Convert it.*magick .*-depth 8/,
  );
  await answer(flat({ r: 240, g: 20, b: 90 }).jpeg(), /is a coloured picture; expected 8-bit grey/);
  await answer(Buffer.from('no image'), /Cannot read the depth map .*n02814533_7_depth\.JPEG/);
  // Grey that a JPEG holds as three channels is grey by Pillow's luminance.
  fs.writeFileSync(`${map}.JPEG`, await flat({ r: 100, g: 104, b: 98 }).png().toBuffer());
  assert.equal((await source.depth(0)).data[0], 102);
  fs.rmSync(path.join(trees.images, 'train', CAR, 'n02814533_7.JPEG'));
  await assert.rejects(source.depth(0), /Cannot read the image .*n02814533_7\.JPEG/);
});

const REAL = path.join(
  process.env.GESTALT_TEST_IMAGES ?? fromRoot('..', 'shared', 'data'),
  'imagenet-16-samples',
);
const skip = !fs.existsSync(REAL) && 'needs imagenet-16-samples in the folder that GESTALT_TEST_IMAGES names';

test('photographs in the layout of the authors', { skip }, async () => {
  const [images, depth] = ['images', 'depth'].map((tree) => path.join(root, 'real', tree));
  const synsets: Record<string, string[]> = {};
  const known = locnetSynsets('all');
  for (const file of fs.readdirSync(REAL)) {
    const [, className, synset] = /_([a-z]+)_(n\d{8})_/.exec(file) as RegExpExecArray;
    assert.ok(known[className].includes(synset), file);
    synsets[className] = [...new Set([...(synsets[className] ?? []), synset])];
    for (const tree of [images, depth]) fs.mkdirSync(path.join(tree, 'val', synset), { recursive: true });
    fs.copyFileSync(path.join(REAL, file), path.join(images, 'val', synset, file));
    const map = path.join(depth, 'val', synset, `${file.split('.')[0]}_depth.JPEG`);
    await sharp(path.join(REAL, file)).toColourspace('b-w').jpeg({ quality: 100 }).toFile(map);
  }
  const source = depthFolder({ images, depth, split: 'val', synsets });
  assert.equal(source.count, 14);
  const files = Object.values(synsets).flatMap((ids) =>
    ids.sort().flatMap((id) => fs.readdirSync(path.join(images, 'val', id)).sort()),
  );
  for (const [index, file] of files.entries()) {
    const [image, map] = [await source.image(index), await source.depth(index)];
    assert.deepEqual([map.width, map.height, map.channels], [image.width, image.height, 1]);
    assert.ok(file.includes(`_${source.classes[source.labels[index]]}_`), file);
    const expected = await sharp(path.join(REAL, file)).toColourspace('b-w').raw().toBuffer();
    const difference = expected.reduce((sum, value, i) => sum + Math.abs(value - map.data[i]), 0);
    assert.ok(difference / expected.length < 1, `${file}: ${difference / expected.length} levels`);
  }
});
