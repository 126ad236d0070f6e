import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  EXACT_SUPPRESSIONS,
  type ExactSuppression,
  exactSuppressions,
  type SuppressibleScenes,
} from '../../lib/data/relief16/exactSuppressions';
import { type Relief16Set, relief16 } from '../../lib/data/relief16/relief16';
import { lumaAt } from '../../lib/data/relief16/tint';
import type { Variant } from '../../lib/data/relief16/variants';

const COMMON = { split: 'test', size: 48, count: 2, seed: 3, classes: ['airplane', 'car', 'clock'] } as const;
const render = (variant: Variant, seed = 3): Promise<Relief16Set> => relief16({ ...COMMON, seed, variant });

let scenes: SuppressibleScenes;
const pictures: Record<string, Uint8Array[]> = {};
before(async () => {
  scenes = {
    original: await render('normal'),
    texture: await render('texture-only'),
    outline: await render('edges'),
  };
  for (const [name, source] of Object.entries(exactSuppressions(scenes))) {
    assert.equal(source.count, scenes.original.count);
    assert.deepEqual(source.labels, scenes.original.labels);
    pictures[name] = await Promise.all(
      Array.from(source.labels, async (_, i) => (await source.image(i)).data),
    );
  }
});

const eachScene = (
  check: (changed: Uint8Array, set: Relief16Set, index: number) => void,
  name: ExactSuppression,
): void => {
  for (const [index, changed] of pictures[name].entries()) check(changed, scenes.original, index);
};

/** Of the pixels that are all object (or none of it), the values of the three channels. */
function valuesWhere(rgb: Uint8Array, mask: Uint8Array, covered: number): Set<string> {
  const found = new Set<string>();
  for (let p = 0; p < mask.length; p++)
    if (mask[p] === covered) found.add(rgb.slice(3 * p, 3 * p + 3).join());
  return found;
}

test('every suppression leaves the originals as they are, and has a hash of its own', async () => {
  const again = await render('normal');
  assert.deepEqual(scenes.original.images, again.images);
  const hashes = Object.values(exactSuppressions(scenes)).map(({ hash }) => hash);
  assert.equal(new Set(hashes).size, Object.keys(EXACT_SUPPRESSIONS).length);
});

test('flat colour: the object is one colour, the ground another', () => {
  eachScene((changed, set, index) => {
    const { mask } = set.picture(index);
    assert.equal(valuesWhere(changed, mask, 255).size, 1);
    assert.equal(valuesWhere(changed, mask, 0).size, 1);
  }, 'flat-colour');
});

test('without texture the object has one hue in shades of its relief', () => {
  eachScene((changed, set, index) => {
    const { mask } = set.picture(index);
    const shades = valuesWhere(changed, mask, 255);
    assert.ok(shades.size > 3, 'it is lit');
    for (const shade of shades) {
      const [red, green, blue] = shade.split(',').map(Number);
      const [first] = [...shades][0].split(',').map(Number);
      assert.ok(red > 0 && green > 0 && blue > 0 && first > 0);
    }
  }, 'untextured');
});

test('without colour brightness stays, with the colour of another too, as far as RGB holds it', () => {
  for (const name of ['no-colour', 'other-colour'] as const) {
    eachScene((changed, set, index) => {
      const { rgb } = set.picture(index);
      const off = Array.from({ length: rgb.length / 3 }, (_, p) =>
        Math.abs(lumaAt(changed, 3 * p) - lumaAt(rgb, 3 * p)),
      );
      off.sort((a, b) => a - b);
      const most = off[Math.floor((name === 'no-colour' ? 0.9 : 0.5) * off.length)];
      assert.ok(most < 1.5, `${name}: ${most}`);
    }, name);
  }
  for (const rgb of pictures['no-colour']) {
    for (let i = 0; i < rgb.length; i += 3) assert.ok(rgb[i] === rgb[i + 1] && rgb[i] === rgb[i + 2]);
  }
});

test('displaced parts are the same pixels in other places: the object stays in its box', () => {
  eachScene((changed, set, index) => {
    const { rgb, mask } = set.picture(index);
    const differs = Array.from(mask.keys()).filter((p) =>
      [0, 1, 2].some((c) => changed[3 * p + c] !== rgb[3 * p + c]),
    );
    assert.ok(differs.length > 0.2 * mask.reduce((sum, value) => sum + value / 255, 0));
    const objects = new Set(valuesWhere(rgb, mask, 255));
    const moved = valuesWhere(changed, mask, 255);
    const kept = [...moved].filter((value) => objects.has(value)).length;
    assert.ok(kept > 0.3 * moved.size, 'parts are shown as they were');
  }, 'displaced-parts');
});

test('scenes that are not the same are refused', async () => {
  const other = await relief16({ ...COMMON, count: 1, variant: 'edges' });
  assert.throws(
    () => exactSuppressions({ ...scenes, outline: other }),
    /show different scenes: give both the same seed/,
  );
});
