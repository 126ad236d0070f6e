import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { montageFigure } from '../../lib/figures/montage';
import { renderPng, renderSvg } from '../../lib/figures/render';
import { writeFigures } from '../../lib/figures/write';
import { fromRoot } from '../../lib/files';
import { type MontageRecord, readMontages } from '../../lib/results/montage';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-montage-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

/** Pictures of one colour each. */
async function plainMontage(colours: readonly string[], columns: number): Promise<MontageRecord> {
  const pictures = colours.map(async (background) => {
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background } });
    return {
      label: `all ${background}`,
      note: '',
      jpeg: (await picture.jpeg().toBuffer()).toString('base64'),
    };
  });
  const rest = { caption: 'Plain.', dataHash: '0'.repeat(64), command: 'none' };
  return { id: 'montage-plain', columns, pictures: await Promise.all(pictures), ...rest };
}

test('a montage draws each picture in its place, with its label', async () => {
  const { id, spec, caption } = montageFigure(await plainMontage(['red', 'lime', 'blue'], 2));
  assert.deepEqual([id, caption], ['montage-plain', 'Plain.']);
  const svg = await renderSvg(spec);
  for (const text of ['all red', 'all lime', 'all blue']) assert.ok(svg.includes(`>${text}</text>`), text);
  const png = sharp(await renderPng(svg, { scale: 1 })).removeAlpha();
  const { data, info } = await png.raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] =>
    [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)].map((v) =>
      Math.round(v / 255),
    );
  assert.deepEqual(at(80, 80), [1, 0, 0]);
  assert.deepEqual(at(240, 80), [0, 1, 0]);
  assert.deepEqual(at(80, 260), [0, 0, 1]);
  assert.deepEqual(at(240, 260), [1, 1, 1]);
  assert.throws(
    () => montageFigure({ id, columns: 2, pictures: [], caption, dataHash: '', command: '' }),
    /no pictures/,
  );
});

test('the montages of the repository become figures of at most 300 kB that fetch nothing', async () => {
  const none = path.join(folder, 'no-records');
  const files = await writeFigures({ records: none, folder });
  const names = files.map((file) => path.basename(file)).sort();
  const expected = ['montage-cues', 'montage-parametric'].flatMap((id) =>
    ['svg', 'txt', 'vl.json'].map((end) => `${id}.${end}`),
  );
  assert.deepEqual(names, expected);
  for (const name of names) {
    const content = fs.readFileSync(path.join(folder, name));
    assert.ok(content.length < 300_000, `${name}: ${content.length} bytes`);
    assert.ok(
      content.equals(fs.readFileSync(fromRoot('figures', name))),
      `${name} is stale. Run: npm run figures`,
    );
    assert.ok(!/href="(?!data:image\/jpeg)/.test(content.toString()));
  }
});

test('a damaged montage is answered with file and field', () => {
  const [montage] = readMontages();
  const broken: [unknown, RegExp][] = [
    [{ ...montage, columns: 'two' }, /broken\.json: field "columns" must be a whole number/],
    [
      { ...montage, pictures: [{ label: '', note: '', jpeg: 'PNG' }] },
      /field "pictures\.0\.jpeg" must be a JPEG/,
    ],
    ['{', /broken\.json is not a readable montage/],
  ];
  for (const [content, message] of broken) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    fs.mkdirSync(path.join(folder, 'damaged'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'damaged', 'broken.json'), text);
    assert.throws(() => readMontages(path.join(folder, 'damaged')), message);
  }
});
