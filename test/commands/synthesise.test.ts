// The command from a photograph to a picture: in a process of its own, interrupted and gone on with, and what it refuses.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { saveModel } from '../../lib/benchmark/saveModel';
import { main } from '../../lib/cli';
import { useEngine } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { buildModel } from '../../lib/models/build';
import { writeSafetensors } from '../../lib/models/safetensors';
import { exportWeights } from '../../lib/models/weights';
import { Random } from '../../lib/random';
import { type Stop, stopping } from '../stopsItself';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-synthesise-'));
const at = (name: string): string => path.join(folder, name);
const OWN = at('own.safetensors');
const BARE = at('bare.safetensors');
const PHOTOGRAPH = at('photograph.png');

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const model = buildModel({ architecture: 'vgg16', width: 4, inputSize: 64, classes: 3 }, 1);
  await saveModel(OWN, model, ['a', 'b', 'c']);
  const weights = await exportWeights(model);
  writeSafetensors(
    BARE,
    weights.filter(({ name }) => name.startsWith('features.')),
  );
  model.dispose();
  const resnet = buildModel({ architecture: 'resnet18', width: 2, inputSize: 32, classes: 3 }, 1);
  await saveModel(at('resnet.safetensors'), resnet, ['a', 'b', 'c']);
  resnet.dispose();
  const random = new Random(5);
  const data = Buffer.from(
    Array.from({ length: 40 * 24 * 3 }, (_, i) => 100 + 90 * Math.sin(i * 0.7) + random.integer(60)),
  );
  await sharp(data, { raw: { width: 40, height: 24, channels: 3 } })
    .png()
    .toFile(PHOTOGRAPH);
});
after(() => fs.rmSync(folder, { recursive: true }));

/** The command in a process of its own. */
async function command(
  words: readonly string[],
  stop?: Stop,
): Promise<{ code: number | null; lines: string[]; errors: string }> {
  const preload = stopping(stop);
  const child: ChildProcess = spawn(
    process.execPath,
    [...preload.words, fromRoot('lib', 'cli.ts'), 'synthesise', ...words],
    {
      cwd: fromRoot(),
      env: { ...process.env, GESTALT_ENGINE: 'wasm', ...preload.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let errors = '';
  child.stderr!.on('data', (part) => {
    errors += part;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const lines: string[] = [];
  for await (const line of readline.createInterface({ input: child.stdout! })) lines.push(line);
  return { code: await ended, lines, errors };
}

const SHORT = [PHOTOGRAPH, '--size', '32', '--steps', '16'];

test('Ctrl-C ends it with 130, SIGTERM with 143; the same command goes on and ends with the same picture', async () => {
  const whole = await command([...SHORT, '--weights', OWN, '--out', at('whole.png')]);
  assert.deepEqual([whole.code, whole.errors], [0, '']);
  assert.match(whole.lines.at(-1)!, /whole\.png: the loss is [\d.e+]+ times smaller.*16 steps/);
  const words = [...SHORT, '--weights', OWN, '--out', at('parts.png')];
  const first = await command(words, { line: 'step 2 ', signal: 'SIGINT' });
  assert.equal(first.code, 130, first.errors);
  assert.match(first.lines.at(-1)!, /^Stopped after step \d+ of 16; .*parts\.state\.safetensors is kept/);
  assert.ok(fs.existsSync(at('parts.png')) && fs.existsSync(at('parts.state.safetensors')));
  const second = await command(words, { line: 'step 7 ', signal: 'SIGTERM' });
  assert.equal(second.code, 143, second.errors);
  const third = await command(words);
  assert.deepEqual([third.code, third.errors], [0, '']);
  assert.match(third.lines.join('\n'), /Goes on from step \d+\./);
  assert.deepEqual(fs.readFileSync(at('parts.png')), fs.readFileSync(at('whole.png')));
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => /state|tmp/.test(name)),
    [],
  );
  const { width, height } = await sharp(at('parts.png')).metadata();
  assert.deepEqual([width, height], [40, 24]);
});

/** Exit code and error of the command in this process. */
async function outcome(...words: string[]): Promise<[number, string]> {
  const [log, error] = [console.log, console.error];
  let text = '';
  console.log = () => undefined;
  console.error = (line: string) => {
    text += line;
  };
  try {
    return [await main(['synthesise', ...words]), text];
  } finally {
    [console.log, console.error] = [log, error];
  }
}

test('bare weights, of the convolutions alone too, give the same picture as a network that says itself', async () => {
  const few = ['--size', '32', '--steps', '1', '--strength', 'non-top-k', '--fraction', '0.1'];
  const own = await outcome(PHOTOGRAPH, '--weights', OWN, ...few, '--out', at('own.png'));
  const bare = await outcome(
    ...[PHOTOGRAPH, '--weights', BARE, '--architecture', 'vgg16', ...few, '--out', at('bare.png')],
  );
  assert.deepEqual(
    [own, bare],
    [
      [0, ''],
      [0, ''],
    ],
  );
  assert.deepEqual(fs.readFileSync(at('own.png')), fs.readFileSync(at('bare.png')));
});

test('what does not fit ends with 1 and says why', async () => {
  const refused = async (pattern: RegExp, ...words: string[]): Promise<void> => {
    const [code, error] = await outcome(...words);
    assert.equal(code, 1, words.join(' '));
    assert.match(error, pattern);
  };
  fs.writeFileSync(at('pickle.pth'), Buffer.from('PK\x03\x04 and more'));
  const out = ['--out', at('never.png'), '--size', '32'];
  const own = [PHOTOGRAPH, '--weights', OWN, ...out];
  await refused(/Name the network as well: --weights/, PHOTOGRAPH);
  await refused(/Name the image as well/, '--weights', OWN);
  await refused(/There is no image .*none\.png/, at('none.png'), '--weights', OWN, ...out);
  await refused(/is a folder/, folder, '--weights', OWN, ...out);
  await refused(
    /Cannot read weights: .*none\.safetensors/,
    PHOTOGRAPH,
    '--weights',
    at('none.safetensors'),
    ...out,
  );
  await refused(
    /pickled Python/,
    PHOTOGRAPH,
    '--weights',
    at('pickle.pth'),
    '--architecture',
    'vgg16',
    ...out,
  );
  await refused(/does not say of which network.*--architecture vgg16/, PHOTOGRAPH, '--weights', BARE, ...out);
  await refused(
    /its weights are not those of this vgg19/,
    PHOTOGRAPH,
    '--weights',
    BARE,
    '--architecture',
    'vgg19',
    ...out,
  );
  await refused(/says itself which network/, ...own, '--architecture', 'vgg16');
  await refused(
    /network resnet18; .*vgg16 or vgg19/,
    PHOTOGRAPH,
    '--weights',
    at('resnet.safetensors'),
    ...out,
  );
  await refused(/Unknown strength "top".*top-k/s, ...own, '--strength', 'top');
  await refused(/--fraction belongs to --strength/, ...own, '--fraction', '0.1');
  await refused(/nothing is left to agree/, ...own, '--strength', 'non-top-k', '--fraction', '1');
  await refused(/--size takes a multiple of 32.*"50"/, ...own, '--size', '50');
  await refused(/--seed takes a whole number from 0/, ...own, '--seed', '1.5');
  await refused(/--out is a PNG file/, PHOTOGRAPH, '--weights', OWN, '--out', at('never.jpg'));
  await refused(/would overwrite the photograph/, PHOTOGRAPH, '--weights', OWN, '--out', PHOTOGRAPH);
  assert.ok(!fs.existsSync(at('never.png')));
});

test('with a folder of images the channels are made equally active first; another network than without', async () => {
  const images = at('images');
  fs.mkdirSync(images);
  fs.copyFileSync(PHOTOGRAPH, path.join(images, 'one.png'));
  const words = [PHOTOGRAPH, '--weights', OWN, '--size', '32', '--steps', '1'];
  const plain = await command([...words, '--out', at('plain.png')]);
  const equal = await command([...words, '--normalise', images, '--out', at('equal.png')]);
  assert.equal(plain.code, 0, plain.errors);
  assert.equal(equal.code, 0, equal.errors);
  assert.ok(
    equal.lines.some((line) => line.startsWith('Channels made equally active over the images of images: 1')),
  );
  assert.ok(!fs.readFileSync(at('plain.png')).equals(fs.readFileSync(at('equal.png'))));
  const missing = await command([...words, '--normalise', at('nowhere'), '--out', at('none.png')]);
  assert.equal(missing.code, 1);
  assert.match(missing.errors, /nowhere does not exist/);
});
