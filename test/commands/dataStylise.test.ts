// `npm run data -- decoder` and `-- stylise` in processes of their own: what they print, their exit codes, and Ctrl-C.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { saveModel } from '../../lib/benchmark/saveModel';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import { type Ended, runData } from './runData';

const COUNT = 40;
let root: string;
const at = (name: string): string => path.join(root, name);

before(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-data-stylise-'));
  await useEngine({ name: 'wasm', quiet: true });
  const spec = { architecture: 'vgg16', width: 2, inputSize: 32, classes: 2, hidden: 4 };
  const model = buildModel(spec, 0);
  await saveModel(at('vgg.safetensors'), model, ['a', 'b']);
  model.dispose();
  fs.mkdirSync(at('images'));
  const [width, height] = [48, 40];
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * i * 7919) % 251));
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
  for (let i = 0; i < COUNT; i++) fs.writeFileSync(path.join(at('images'), `${i}.jpg`), jpeg);
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

/** Runs a command; Ctrl-C comes when it has written the third file that ends so. */
function data(words: readonly string[], thirdFile?: string): Promise<Ended> {
  return runData(words, { env: { GESTALT_ENGINE: 'wasm' }, thirdFile });
}

function pictures(): string[] {
  const out = at('out');
  return fs.existsSync(out) ? fs.readdirSync(out).filter((name) => name.endsWith('.png')) : [];
}

const stylise = (): string[] => [
  'stylise',
  at('images'),
  ...['--styles', 'relief16', '--encoder', at('vgg.safetensors')],
  ...['--decoder', at('vgg-decoder.safetensors'), '--size', '64', '--out', at('out')],
];

test('a decoder is trained; images are stylised; Ctrl-C ends it with 130, the next run makes the rest', async () => {
  const words = ['decoder', at('vgg.safetensors'), '--images', at('images'), '--size', '16', '--epochs', '1'];
  const trained = await data(words);
  assert.equal(trained.code, 0, trained.errors);
  assert.match(
    trained.output,
    /5 of 5 steps.*\n(first|last) epoch: content .*, style .*\n.*-decoder\.safetensors\n$/s,
  );
  const again = await data(words);
  assert.equal(again.code, 1);
  assert.match(again.errors, /^There is a file .*vgg-decoder\.safetensors already: .*--out.*\n$/);

  const cut = await data(stylise(), '.png');
  assert.equal(cut.code, 130, cut.errors);
  assert.match(cut.errors, /Interrupted\. This run stylised \d+ images; the same command goes on from there/);
  const made = pictures();
  assert.ok(made.length < COUNT, `${made}`);
  fs.writeFileSync(path.join(at('images'), 'x.jpg'), 'no image');
  const rest = await data(stylise());
  assert.equal(rest.code, 1);
  assert.match(rest.errors, /^1 of 41 images failed:\n {2}Cannot read the image .*x\.jpg: .*\n$/);
  assert.match(rest.output, new RegExp(`${COUNT - made.length} images stylised, ${made.length} kept`));
  assert.equal(pictures().length, COUNT);
  assert.deepEqual(
    fs.readdirSync(at('out')).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('what cannot be done is answered in one line with exit code 1', async () => {
  const cases: [string[], RegExp][] = [
    [['stylise', at('images')], /^--styles needs a value: .*relief16\.\n$/],
    [['stylise', at('images'), '--styles', 'relief16'], /^--encoder needs a value/],
    [stylise().slice(0, 6), /^--decoder needs a value: what npm run data -- decoder/],
    [[...stylise(), '--alpha', 'half'], /^--alpha takes a number, not "half"\.\n$/],
    [[...stylise(), '--alpha', '2'], /^alpha is a number from 0 to 1, not 2\.\n$/],
    [[...stylise(), '--seed', '-1'], /^--seed takes a whole number from 0, not "-1"\.\n$/],
    [['decoder', at('absent')], /^There is no file of weights .*absent\.\n$/],
  ];
  const ended = await Promise.all(cases.map(([words]) => data(words)));
  for (const [i, { code, errors }] of ended.entries()) {
    assert.equal(code, 1, errors);
    assert.match(errors, cases[i][1]);
  }
});
