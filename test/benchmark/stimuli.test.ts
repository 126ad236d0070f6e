import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { openDataset, openStimuli, restrictSet, showStimuli } from '../../lib/benchmark/stimuli';

type Colour = { r: number; g: number; b: number };

/** A folder of images, each of one colour, by path; a number gives the side in pixels. */
async function folderOf(files: Record<string, Colour | Buffer | string>): Promise<string> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-stimuli-'));
  after(() => fs.rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) fs.writeFileSync(file, content);
    else await plain(content).toFile(file);
  }
  return root;
}

function plain(background: Colour, size = 8): sharp.Sharp {
  return sharp({ create: { width: size, height: size, channels: 3, background } });
}

const RED = { r: 255, g: 0, b: 0 };
const GREY = { r: 90, g: 90, b: 90 };

test('the toolbox layout: trial, condition, category and image come from the name', async () => {
  const root = await folderOf({
    'contrast/dnn/session-1/0002_cop_dnn_c05_dog_10_n02107142_9.png': GREY,
    'contrast/dnn/session-1/0001_cop_dnn_c100_oven_40_n04111531_14126.png': RED,
    'contrast/dnn/session-1/Thumbs.db': 'not an image',
  });
  const [set] = openStimuli(root);
  assert.equal(set.dataset.name, 'contrast');
  assert.deepEqual(set.stimuli, [
    {
      trial: 1,
      category: 'oven',
      texture: null,
      condition: 'c100',
      image: 'n04111531_14126.png',
      imageName: '0001_cop_dnn_c100_oven_40_n04111531_14126.png',
    },
    {
      trial: 2,
      category: 'dog',
      texture: null,
      condition: 'c05',
      image: 'n02107142_9.png',
      imageName: '0002_cop_dnn_c05_dog_10_n02107142_9.png',
    },
  ]);
  assert.deepEqual(
    Array.from(set.labels, (label) => set.classes[label]),
    ['oven', 'dog'],
  );
});

test('conditions are made canonical, as folders and as file names spell them', async () => {
  const root = await folderOf({
    'high-pass/dnn/session-1/0001_hp_dnn_3_cat_00_n0_1.png': GREY,
    'uniform-noise/0.10/cat/a.png': GREY,
    'uniform-noise/0.00/dog/b.png': GREY,
  });
  const [highPass, noise] = openStimuli(root);
  assert.deepEqual(
    highPass.stimuli.map(({ condition }) => condition),
    ['3.0'],
  );
  assert.deepEqual(
    noise.stimuli.map(({ condition, category }) => [condition, category]),
    [
      ['0.0', 'dog'],
      ['0.1', 'cat'],
    ],
  );
});

test('category folders, and both layouts of cue-conflict images', async () => {
  const root = await folderOf({
    'silhouette/cat/cat1.png': GREY,
    'cue-conflict/airplane/airplane1-bicycle2.jpg': GREY,
    'cue-conflict/cat/truck/0001.png': RED,
    'cue-conflict/cat/dog/0001.png': RED,
  });
  const [silhouette, conflict] = openStimuli(root);
  assert.deepEqual(
    silhouette.stimuli.map(({ category, condition, image }) => [category, condition, image]),
    [['cat', '0', 'cat1.png']],
  );
  assert.deepEqual(
    conflict.stimuli.map(({ category, texture, image }) => [category, texture, image]),
    [
      ['airplane', 'bicycle', 'airplane1-bicycle2.png'],
      ['cat', 'dog', 'cat1-dog1.png'],
      ['cat', 'truck', 'cat1-truck1.png'],
    ],
    'a copy in JPEG joins with answers to the PNG',
  );
  assert.deepEqual(
    Array.from(conflict.textureLabels as Int32Array, (label) => conflict.classes[label]),
    ['bicycle', 'dog', 'truck'],
  );
});

test('restricted to some categories: both cues must be among them', async () => {
  const root = await folderOf({
    'cue-conflict/cat/cat1-dog1.png': GREY,
    'cue-conflict/cat/cat1-truck1.png': GREY,
    'cue-conflict/dog/dog1-cat1.png': GREY,
  });
  const whole = openDataset(path.join(root, 'cue-conflict'), 'cue-conflict');
  const part = restrictSet(whole, ['dog', 'cat']);
  assert.deepEqual(
    part.stimuli.map(({ image }) => image),
    ['cat1-dog1.png', 'dog1-cat1.png'],
  );
  assert.deepEqual([...part.labels], [1, 0]);
  assert.deepEqual([...(part.textureLabels as Int32Array)], [0, 1]);
  assert.throws(() => restrictSet(whole, ['oven']), /has no image of oven/);
});

test('grey, CMYK, transparent and 1-pixel images give RGB; the stream keeps the order', async () => {
  const root = await folderOf({
    'sketch/bear/a.png': await plain(RED).greyscale().toColourspace('b-w').png().toBuffer(),
    'sketch/bear/b.jpg': await plain({ r: 255, g: 255, b: 255 }).toColourspace('cmyk').jpeg().toBuffer(),
    'sketch/bear/c.png': await plain(RED).ensureAlpha(0.5).png().toBuffer(),
    'sketch/bear/d.png': await plain(RED, 1).png().toBuffer(),
  });
  const set = openDataset(path.join(root, 'sketch'), 'sketch');
  const shown = [];
  for await (const { stimulus, picture } of showStimuli(set, { ahead: 2 })) {
    shown.push([stimulus.image, picture.width, picture.height, picture.data.length / picture.channels]);
  }
  assert.deepEqual(shown, [
    ['a.png', 8, 8, 64],
    ['b.png', 8, 8, 64],
    ['c.png', 8, 8, 64],
    ['d.png', 1, 1, 1],
  ]);
  const white = await set.image(1);
  assert.ok(white.data[0] > 250, 'CMYK white is white');
  assert.deepEqual([...(await set.image(3)).data], [255, 0, 0]);
});

test('the stream decodes at most as many pictures ahead as asked', async () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`sketch/bear/${i + 10}.png`, GREY]));
  const set = openDataset(path.join(await folderOf(files), 'sketch'), 'sketch');
  let begun = 0;
  let used = 0;
  let most = 0;
  const counted = {
    ...set,
    image: (index: number) => {
      most = Math.max(most, ++begun - used);
      return set.image(index);
    },
  };
  for await (const _ of showStimuli(counted, { ahead: 3 })) used++;
  assert.equal(used, 12);
  assert.ok(most <= 4, `${most} pictures were in memory: the one in use and three ahead`);
});

test('the hash follows the files, not the place', async () => {
  const files = { 'edge/cat/cat1.png': GREY, 'edge/dog/dog1.png': RED };
  const [one, two] = [await folderOf(files), await folderOf(files)];
  const hash = (root: string): string => openDataset(path.join(root, 'edge'), 'edge').hash;
  assert.equal(hash(one), hash(two));
  fs.renameSync(path.join(two, 'edge/dog/dog1.png'), path.join(two, 'edge/dog/dog2.png'));
  assert.notEqual(hash(one), hash(two));
});

test('errors name the place and the remedy', async () => {
  const open = (root: string, name: string) => () => openDataset(path.join(root, name), name);
  const root = await folderOf({
    'edge/elephnat/elephant1.png': GREY,
    'silhouette/.keep': '',
    'sketch/dnn/session-1/0001_ske_dnn_0_cat_00_n01_1.png': GREY,
    'sketch/dnn/session-1/0002_ske_dnn_0_dog_00_n01_1.png': GREY,
    'contrast/dnn/session-1/0001_hp_dnn_c05_cat_00_n01_1.png': GREY,
    'low-pass/dnn/session-1/cat1.png': GREY,
    'rotation/45/cat/a.png': GREY,
    'cue-conflict/cat/cat1.png': GREY,
    'colour/dnn/session-1/0001_cl_dnn_cr_cow_00_n01_1.png': GREY,
    stylized: 'a file',
  });
  assert.throws(open(root, 'edge'), /elephnat: Unknown category "elephnat"\. Did you mean "elephant"\?/);
  assert.throws(open(root, 'silhouette'), /silhouette holds no images\. Expected .*<category>/);
  assert.throws(open(root, 'sketch'), /"n01_1\.png" occurs twice: .*0001_ske.* and .*0002_ske/);
  assert.throws(
    open(root, 'contrast'),
    /0001_hp.* is a stimulus of the experiment "hp".* contrast are of "cop"/,
  );
  assert.throws(open(root, 'low-pass'), /cat1\.png is not named as the toolbox names stimuli: <trial>_lp_/);
  assert.throws(open(root, 'rotation'), /45: Unknown condition of rotation "45"/);
  assert.throws(open(root, 'cue-conflict'), /cat1\.png: .*<shape><number>-<texture><number>/);
  assert.throws(open(root, 'colour'), /0001_cl_.*Unknown category "cow"/);
  assert.throws(open(root, 'stylized'), /stylized: it is a file/);
  assert.throws(open(root, 'eidolonI'), /eidolonI: it does not exist\. Expected .*session-1/);
  assert.throws(
    () => openDataset(root, 'silhouettes'),
    /Unknown data set "silhouettes"\. Did you mean "silhouette"/,
  );
  assert.throws(() => openStimuli(path.join(root, 'edge')), /holds no data set\. Expected .*cue-conflict/);
});

test('a damaged file is named when it is used, and so is a number out of range', async () => {
  const png = await plain(GREY, 64).png().toBuffer();
  const root = await folderOf({
    'edge/cat/cat1.png': GREY,
    'edge/cat/cat2.png': png.subarray(0, png.length / 2),
    'edge/cat/cat3.png': 'no picture',
  });
  const set = openDataset(path.join(root, 'edge'), 'edge');
  await assert.rejects(set.image(1), /cat2\.png.*Replace or remove the file/);
  await assert.rejects(set.image(2), /cat3\.png.*Replace or remove the file/);
  await assert.rejects(set.image(3), /edge has 3 images, numbered from 0/);
  await assert.rejects(async () => {
    for await (const _ of showStimuli(set));
  }, /cat2\.png/);
});
