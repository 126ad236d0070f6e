import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import sharp from 'sharp';
import { CATEGORY_ICONS_FILE, categoryIcons } from '../../lib/data/relief16/categoryIcons';
import { CLASS_NAMES } from '../../lib/data/relief16/classes';
import { readPack } from '../../lib/data/relief16/pack';

const pack = readPack();
const icons = categoryIcons(pack);

/** Ink of an SVG at 96 x 96 pixels, 0 to 255 each. */
async function inkOf(viewBox: string, content: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="${viewBox}">${content}</svg>`;
  return sharp(Buffer.from(svg)).extractChannel('alpha').raw().toBuffer();
}

test('the committed icons are those of the drawings', () => {
  assert.deepEqual(
    JSON.parse(fs.readFileSync(CATEGORY_ICONS_FILE, 'utf8')),
    icons,
    'Run: npm run data -- icons',
  );
  assert.deepEqual(Object.keys(icons), [...CLASS_NAMES]);
  for (const { licence } of Object.values(icons)) assert.match(licence, /^(MIT|Apache-2\.0)$/);
});

for (const className of CLASS_NAMES) {
  test(`the icon of "${className}" looks as its drawing does`, async () => {
    const { package: from, name, path } = icons[className];
    const drawing = pack[className].find((found) => found.package === from && found.name === name)!;
    const expected = await inkOf(drawing.viewBox.join(' '), drawing.svg);
    const found = await inkOf('-1 -1 2 2', `<path d="${path}"/>`);
    const different = expected.filter((value, i) => Math.abs(value - found[i]) > 64).length;
    assert.ok(different <= 12, `${different} pixels differ`);
    assert.ok(found.filter((value) => value > 128).length > 800, 'there is ink');
  });
}

test('a pack without the chosen drawing, or with one that is not a single path, is answered with its name', () => {
  const without = { ...pack, bear: pack.bear.filter(({ name }) => name !== 'bear-fill') };
  assert.throws(() => categoryIcons(without), /icon of "bear", @iconify-json\/mingcute\/bear-fill/);
  const broken = pack.bear.map((drawing) => ({
    ...drawing,
    svg: '<path fill="currentColor" d="M0 0 5 R3"/>',
  }));
  assert.throws(() => categoryIcons({ ...pack, bear: broken }), /no segment of SVG path data/);
});
