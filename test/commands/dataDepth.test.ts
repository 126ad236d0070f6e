// `npm run data -- depth` in a process of its own: what it prints, its exit codes, and Ctrl-C.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { writeModel } from '../data/tinyOnnx';
import { type Ended, runData } from './runData';

const skip = (() => {
  try {
    require.resolve('@huggingface/transformers');
    return false;
  } catch {
    return 'needs the optional package @huggingface/transformers';
  }
})();

let root: string;
let model: string;
before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-data-depth-'));
  model = writeModel(path.join(root, 'tiny-depth'));
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

/** Runs the command; Ctrl-C comes when it has made three maps. */
function depth(words: readonly string[], { isCut = false } = {}): Promise<Ended> {
  const thirdFile = isCut ? '_depth.JPEG' : undefined;
  return runData(['depth', ...words], { env: { HF_ENDPOINT: 'http://127.0.0.1:1' }, thirdFile });
}

/** `count` noisy images of `side` pixels. */
async function writeImages(name: string, count: number, side: number): Promise<string> {
  const folder = path.join(root, name, 'n02814533');
  fs.mkdirSync(folder, { recursive: true });
  const data = Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => (i * i * 7919) % 251));
  const jpeg = await sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg()
    .toBuffer();
  for (let i = 0; i < count; i++) fs.writeFileSync(path.join(folder, `${i}.jpg`), jpeg);
  return path.join(root, name);
}

function mapsIn(folder: string): string[] {
  const inner = path.join(folder, 'n02814533');
  return fs.existsSync(inner) ? fs.readdirSync(inner) : [];
}

test(
  'it makes the maps, keeps them the next time, and names a corrupt image with exit code 1',
  {
    skip,
  },
  async () => {
    const images = await writeImages('images', 3, 16);
    const to = path.join(root, 'maps');
    const words = [images, '--to', to, '--model', model];
    const first = await depth(words);
    assert.equal(first.code, 0, first.errors);
    assert.match(first.output, /depth maps .*3 of 3 images.*\n.*maps: 3 depth maps made, 0 kept\n$/s);
    assert.equal(first.errors, '');
    fs.writeFileSync(path.join(images, 'n02814533', 'x.jpg'), 'no image');
    fs.rmSync(path.join(to, 'n02814533', '1_depth.JPEG'));
    const second = await depth(words);
    assert.equal(second.code, 1);
    assert.match(second.output, /1 depth maps made, 2 kept/);
    assert.match(second.errors, /^1 of 4 images failed:\n {2}Cannot read the image .*x\.jpg: .*\n$/);
    assert.deepEqual(mapsIn(to), ['0_depth.JPEG', '1_depth.JPEG', '2_depth.JPEG']);
  },
);

test('Ctrl-C ends it with 130; the next run makes the rest', { skip }, async () => {
  const images = await writeImages('many', 12, 320);
  const to = path.join(root, 'cut');
  const words = [images, '--to', to, '--model', model];
  const cut = await depth(words, { isCut: true });
  assert.equal(cut.code, 130, cut.errors);
  assert.match(cut.errors, /Interrupted\. This run made \d+ depth maps; the same command goes on from there/);
  const made = mapsIn(to);
  assert.ok(made.length < 12 && made.every((name) => /^\d+_depth\.JPEG$/.test(name)), `${made}`);
  const rest = await depth(words);
  assert.equal(rest.code, 0, rest.errors);
  assert.match(rest.output, new RegExp(`${12 - made.length} depth maps made, ${made.length} kept`));
});

test('what cannot be done is answered in one line with exit code 1', { skip }, async () => {
  const images = await writeImages('one', 1, 8);
  const cases: [string[], RegExp][] = [
    [[path.join(root, 'absent')], /^The folder of images .*absent does not exist\.\n$/],
    [[images, '--format', 'jpg'], /^Unknown format "jpg"\. Did you mean "jpeg"\? Known: jpeg, png\.\n$/],
    [[images, '--model', 'gestalt-test/none'], /^Cannot fetch the model gestalt-test\/none: .*Give a folder/],
    [[], /^Name the folder as well/],
  ];
  for (const [words, message] of cases) {
    const { code, errors } = await depth(words);
    assert.equal(code, 1, errors);
    assert.match(errors, message);
  }
});
