// Folders of photographs by class, as the measures open them.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { readLabels } from '../../../lib/benchmark/labels';
import { holdsPhotographs, openPhotographs } from '../../../lib/benchmark/measures/photographs';
import { CATEGORIES } from '../../../lib/categories';
import { writeFlatPictures } from './flatPictures';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-photographs-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

function writePhotographs(
  name: string,
  classes: Readonly<Record<string, readonly string[]>>,
): Promise<string> {
  return writeFlatPictures(path.join(folder, name), classes);
}

const THREE = {
  bear: ['#c04040', '#b04040'],
  cat: ['#40c040', '#40b040', '#40a040'],
  dog: ['#4040c0', '#4040b0'],
};

test('photographs by class are told from folders of the 17 sets, and from nothing', async () => {
  assert.equal(holdsPhotographs(await writePhotographs('told', THREE)), true);
  assert.equal(holdsPhotographs(await writePhotographs('sets', { edge: [], bear: [] })), false);
  assert.equal(holdsPhotographs(path.join(folder, 'missing')), false);
  assert.equal(holdsPhotographs(fs.mkdtempSync(path.join(folder, 'empty-'))), false);
});

test('classes that the network names are its own; pictures are cropped to its size', async () => {
  const root = await writePhotographs('named', THREE);
  const classes = ['dog', 'fish', 'cat', 'bear'];
  const { source, space, notes } = await openPhotographs(root, { outputs: 4, classes }, { size: 8 });
  assert.deepEqual([source.classes, Array.from(source.labels), notes], [classes, [3, 3, 2, 2, 2, 0, 0], []]);
  assert.deepEqual(Array.from(space.scores(Float32Array.from([1, 2, 3, 4]))), [1, 2, 3, 4]);
  const picture = await source.image(6);
  assert.deepEqual(
    [picture.width, picture.height, picture.channels, Array.from(picture.data.subarray(0, 3))],
    [8, 8, 3, [0x40, 0x40, 0xb0]],
  );
});

test('as many folders as outputs without names: in alphabetical order, and it is said', async () => {
  const root = await writePhotographs('ordered', { roses: ['#c04040'], tulips: ['#40c040'] });
  const { source, notes } = await openPhotographs(root, { outputs: 2, classes: null }, { size: 8 });
  assert.deepEqual(
    [source.classes, Array.from(source.labels)],
    [
      ['roses', 'tulips'],
      [0, 1],
    ],
  );
  assert.match(notes.join(), /The 2 folders, in alphabetical order, are taken for the network's 2 outputs/);
});

test('else by categories: their names, WordNet ids, or a mapping; what is none of them is left out, and said', async () => {
  const root = await writePhotographs('categories', {
    bear: ['#c04040'],
    n02123045: ['#40c040'],
    n01440764: ['#4040c0'],
  });
  const { source, space, notes } = await openPhotographs(root, { outputs: 16, classes: null }, { size: 8 });
  assert.deepEqual(source.classes, CATEGORIES);
  assert.deepEqual(Array.from(source.labels), [CATEGORIES.indexOf('bear'), CATEGORIES.indexOf('cat')]);
  assert.match(notes.join(), /1 of 3 folders show no category that the network knows/);
  const logits = new Float32Array(16);
  logits[3] = 2;
  const scores = Array.from(space.scores(logits));
  assert.equal(scores.indexOf(Math.max(...scores)), 3);

  const file = path.join(folder, 'labels.json');
  fs.writeFileSync(file, JSON.stringify({ tabby: 'cat', poodle: 'dog', tractor: null }));
  const mapped = await writePhotographs('mapped', {
    tabby: ['#c04040'],
    poodle: ['#40c040'],
    tractor: ['#4040c0'],
  });
  const labels = readLabels(file);
  const opened = await openPhotographs(
    mapped,
    { outputs: 3, classes: ['tabby', 'poodle', 'tractor'], labels },
    { size: 8 },
  );
  assert.deepEqual(
    [opened.source.classes, Array.from(opened.source.labels)],
    [
      ['cat', 'dog'],
      [1, 0],
    ],
  );
});

test('grey photographs are left out, and of a share the first of each class are taken', async () => {
  const root = await writePhotographs('grey', {
    bear: ['#808080', '#c04040'],
    cat: ['#40c040', '#40b040', '#404040'],
  });
  const network = { outputs: 2, classes: ['bear', 'cat'] };
  const { source, notes } = await openPhotographs(root, network, { size: 8 });
  assert.deepEqual(Array.from(source.labels), [0, 1, 1]);
  assert.deepEqual(notes, ['2 grey photographs were left out: no colour can be taken from them.']);
  const { source: part } = await openPhotographs(root, network, { size: 8, share: 0.6 });
  assert.deepEqual(Array.from(part.labels), [0, 1, 1]);
  assert.notEqual((await openPhotographs(root, network, { size: 4 })).source.hash, source.hash);
});

test('folders that cannot be used are refused in words', async () => {
  const network = { outputs: 16, classes: null };
  const refused = async (name: string, classes: Record<string, string[]>, message: RegExp): Promise<void> =>
    assert.rejects(openPhotographs(await writePhotographs(name, classes), network, { size: 8 }), message);
  await refused(
    'strange',
    { bear: ['#c04040'], spoon: ['#c04040'] },
    /Unknown class "spoon".*A folder is named by a category/,
  );
  await refused('hollow', { bear: ['#c04040'], cat: [] }, /The class "cat" has no images/);
  await refused('faded', { bear: ['#c0c0c0'], cat: ['#404040'] }, /grey photographs only/);
  await refused(
    'unknown',
    { n01440764: ['#c04040'], n01443537: ['#c04040'] },
    /no photographs of classes that the network knows/,
  );
});
