import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASS_NAMES, SPLITS } from '../../lib/data/relief16/classes';
import { CellularNoise, fractalNoise } from '../../lib/data/relief16/noise';
import { TEXTURES } from '../../lib/data/relief16/textures';
import { STYLE_COUNT, styleClass, TILES_PER_CLASS, TileSet, tileSeed } from '../../lib/data/relief16/tiles';
import { Random } from '../../lib/random';

test('every texture is seamless, deterministic and uses most of its palette', () => {
  for (const className of CLASS_NAMES) {
    const { pattern } = TEXTURES[className];
    const field = pattern(new Random(3));
    const again = pattern(new Random(3));
    const tones = [];
    for (let k = 0; k < 23 * 17; k++) {
      const [u, v] = [(k % 23) / 23, Math.floor(k / 23) / 17];
      const tone = field(u, v);
      assert.ok(tone >= -1e-6 && tone <= 1 + 1e-6, `${className}: tone ${tone}`);
      assert.equal(again(u, v), tone);
      tones.push(tone);
    }
    for (let k = 0; k < 50; k++) {
      const t = k / 50 + 0.003;
      assert.ok(Math.abs(field(1e-9, t) - field(1 - 1e-9, t)) < 1e-3, `${className}: seam at u = 0`);
      assert.ok(Math.abs(field(t, 1e-9) - field(t, 1 - 1e-9)) < 1e-3, `${className}: seam at v = 0`);
    }
    assert.ok(Math.max(...tones) - Math.min(...tones) > 0.5, className);
  }
});

test('noise has period 1', () => {
  const noise = fractalNoise(new Random(1), 3, 5, 3);
  const cells = new CellularNoise(new Random(2), 4, 0.9);
  for (let k = 0; k < 50; k++) {
    const [u, v] = [k / 50, (k * 7) / 50];
    assert.ok(Math.abs(noise(u, v) - noise(u + 1, v - 2)) < 1e-6);
    cells.locate(u, v);
    const { nearest, second, id } = cells;
    cells.locate(u - 1, v + 1);
    assert.ok(Math.abs(cells.nearest - nearest) < 1e-6 && Math.abs(cells.second - second) < 1e-6);
    assert.equal(cells.id, id);
  }
});

test('no texture seed is in both splits', () => {
  const seeds = SPLITS.map((split) => [
    ...CLASS_NAMES.flatMap((name) =>
      Array.from({ length: TILES_PER_CLASS }, (_, k) => tileSeed(split, 'class', name, k)),
    ),
    ...Array.from({ length: STYLE_COUNT }, (_, k) => tileSeed(split, 'style', k)),
  ]);
  assert.equal(new Set(seeds.flat()).size, seeds.flat().length);
});

test('tiles differ between splits and between indices; styles cover all patterns', () => {
  const train = new TileSet('train', 32);
  const testing = new TileSet('test', 32);
  assert.notDeepEqual(train.ofClass('dog', 0).data, testing.ofClass('dog', 0).data);
  assert.notDeepEqual(train.ofClass('dog', 0).data, train.ofClass('dog', 1).data);
  assert.notDeepEqual(train.ofStyle(10).data, testing.ofStyle(10).data);
  assert.equal(train.ofClass('dog', 0), train.ofClass('dog', 0));
  assert.equal(new Set(Array.from({ length: STYLE_COUNT }, (_, k) => styleClass(k))).size, 16);
});
