// FastGAN on a folder of images: what it writes, what it goes on from, and what it refuses.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { loadModel } from '../lib/benchmark/loadModel';
import { main } from '../lib/cli';
import { sheetOf } from '../lib/data/sheet';
import { type GanRunOptions, runGan } from '../lib/runGan';
import { writeNoise } from './data/depthFolders';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-gan-'));
const photographs = path.join(root, 'photographs');
after(() => fs.rmSync(root, { recursive: true }));

/** Colour and grey, of several sizes, one of 16 bits with alpha. */
before(async () => {
  for (let i = 0; i < 10; i++)
    await writeNoise(path.join(photographs, `${i}.jpg`), i === 3 ? 1 : 3, 40 + i, 30 + 2 * i);
  const background = { r: 200, g: 10, b: 90, alpha: 0.5 };
  const deep = sharp({ create: { width: 33, height: 21, channels: 4, background } }).toColourspace('rgb16');
  await deep.png().toFile(path.join(photographs, 'deep.png'));
});

const SMALL = { width: 2, iterations: 4, every: 2, batch: 4 };

async function run(
  name: string,
  given: Partial<GanRunOptions> = {},
): Promise<{ out: string; lines: string[] }> {
  const out = path.join(root, name);
  const lines: string[] = [];
  await runGan({ folder: photographs, out, ...SMALL, report: (line) => lines.push(line), ...given });
  return { out, lines };
}

const bytesOf = (out: string): Record<string, Buffer> =>
  Object.fromEntries(
    fs
      .readdirSync(out)
      .filter((file) => file.endsWith('.png'))
      .map((file) => [file, fs.readFileSync(path.join(out, file))]),
  );

test('sheets on the way, the nearest training images, the generator; images of any size and mode', async () => {
  const { out, lines } = await run('whole', { sparsity: '32_15', noise: true });
  assert.deepEqual(fs.readdirSync(out).sort(), [
    'checkpoint.safetensors',
    'generator.safetensors',
    'images-000000.png',
    'images-000002.png',
    'images-000004.png',
    'nearest.png',
  ]);
  const { width, height } = await sharp(path.join(out, 'nearest.png')).metadata();
  assert.deepEqual([width, height], [8 * 64, 2 * 64]);
  assert.ok(lines.some((line) => /^Fréchet distance .*\[.*\]$/.test(line)));
  assert.ok(lines.some((line) => /300 generated and 11 real images.*novelty/.test(line)));
  const { model } = loadModel(path.join(out, 'generator.safetensors'));
  assert.deepEqual([model.spec.sparsity, model.spec.noise], ['32_15', 'learnt']);
  model.dispose();
});

test('a run that was stopped goes on and ends with the same pictures; with other options it is refused', async () => {
  const whole = await run('straight');
  const controller = new AbortController();
  const lines: string[] = [];
  const report = (line: string): void => {
    lines.push(line);
    if (line.startsWith('iteration 2 of')) controller.abort();
  };
  await assert.rejects(run('cut', { signal: controller.signal, report }));
  assert.ok(lines.some((line) => /the same command goes on/.test(line)));
  await assert.rejects(run('cut', { noise: true }), /it is of another run: generator was.*now/);
  const resumed = await run('cut');
  assert.deepEqual(bytesOf(resumed.out), bytesOf(whole.out));
});

test('a damaged file is named, and left out only when asked; too few images, and what does not fit', async () => {
  const damaged = path.join(root, 'damaged');
  fs.cpSync(photographs, damaged, { recursive: true });
  fs.writeFileSync(path.join(damaged, '5.jpg'), 'no picture');
  await assert.rejects(run('bad', { folder: damaged }), /5\.jpg.*--skip-bad leaves such images out/s);
  assert.ok(!fs.existsSync(path.join(root, 'bad')));
  const { lines } = await run('skipped', { folder: damaged, skipBad: true, iterations: 2 });
  assert.ok(lines.some((line) => /left out: .*5\.jpg/.test(line)));
  assert.ok(lines.some((line) => /and 10 real images/.test(line)));
  const one = path.join(root, 'one');
  await writeNoise(path.join(one, '0.jpg'), 3);
  await assert.rejects(run('few', { folder: one, batch: 1 }), /has 1 images/);
  await assert.rejects(run('few', { batch: 12 }), /has 11 images; a batch takes 12/);
  await assert.rejects(run('few', { size: 100 }), /--size is one of 64, 128.*not 100/);
  await assert.rejects(
    run('few', { sparsity: '128_5' }),
    /map of side 128; the generator has 4, 8, 16, 32, 64/,
  );
  await assert.rejects(run('few', { sparsity: '32_500' }), /keeps 500 %/);
  await assert.rejects(run('few', { heads: 'heads.safetensors' }), /give it with --vgg/);
  await assert.rejects(run('few', { vgg: root }), /--vgg takes a file; .* is a folder/);
  const file = path.join(photographs, '0.jpg');
  await assert.rejects(
    run('few', { out: file }),
    /Cannot write the results to .*0\.jpg: it is a file.*--out/,
  );
  await assert.rejects(
    run('few', { out: path.join(file, 'inner') }),
    /Cannot write the results to .*inner: ENOTDIR.*--out/,
  );
});

test('from the command line a missing folder, a wrong rate and a wrong average are named', async (t) => {
  const errors: string[] = [];
  t.mock.method(console, 'error', (text: string) => errors.push(text));
  assert.notEqual(await main(['gan', path.join(root, 'nowhere')]), 0);
  assert.notEqual(await main(['gan', photographs, '--rate', '-1']), 0);
  assert.match(errors[0], /nowhere does not exist/);
  assert.match(errors[1], /--rate takes a number above 0/);
  assert.notEqual(await main(['gan', photographs, '--average', '1']), 0);
  assert.match(errors[2], /--average takes a number from 0 and below 1, not "1"/);
  assert.notEqual(await main(['gan', path.join(root, 'nowhere'), '--average', '0']), 0);
  assert.match(errors[3], /nowhere does not exist/, '0 is taken');
});

test('a sheet is filled row by row; pictures that do not fill it, or of other sizes, are refused', () => {
  const grey = (value: number, side = 1) => ({
    width: side,
    height: side,
    channels: 3 as const,
    data: new Uint8Array(3 * side * side).fill(value),
  });
  const sheet = sheetOf(
    [1, 2, 3, 4].map((value) => grey(value)),
    2,
  );
  assert.deepEqual([sheet.width, sheet.height], [2, 2]);
  assert.deepEqual(Array.from(sheet.data), [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  assert.throws(() => sheetOf([grey(1)], 2), /1 pictures do not fill rows of 2/);
  assert.throws(() => sheetOf([grey(1), grey(2, 2)], 2), /Picture 1 has another size/);
});
