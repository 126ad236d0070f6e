import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import type { ClassName } from '../../lib/data/relief16/classes';
import { writeContactSheet } from '../../lib/data/relief16/contactSheet';
import { type Relief16Set, relief16 } from '../../lib/data/relief16/relief16';
import type { Relief16Options } from '../../lib/data/relief16/settings';
import { VARIANTS, type Variant } from '../../lib/data/relief16/variants';
import { FEW, type SmallPack, writeSmallPack } from './relief16Pack';

let small: SmallPack;
before(() => {
  small = writeSmallPack();
});
after(() => fs.rmSync(small.folder, { recursive: true }));

const render = (options: Partial<Relief16Options> = {}): Promise<Relief16Set> => {
  const { packFile, cache } = small;
  return relief16({ split: 'test', size: 32, count: 4, seed: 5, classes: FEW, packFile, cache, ...options });
};

describe('a set of images', () => {
  test('is the same for the same options and another for another seed, split or size', async () => {
    const [first, again, seed, split] = [
      await render(),
      await render(),
      await render({ seed: 6 }),
      await render({ split: 'train' }),
    ];
    assert.deepEqual(again.images, first.images);
    assert.deepEqual(again.depths, first.depths);
    assert.equal(again.hash, first.hash);
    for (const other of [seed, split]) {
      assert.notDeepEqual(other.images, first.images);
      assert.notEqual(other.hash, first.hash);
    }
    assert.equal((await render({ size: 33 })).images.length, 16 * 33 * 33 * 3);
  });

  test('is balanced from the beginning, and an image does not depend on how many there are', async () => {
    const four = await render({ count: 4 });
    const two = await render({ count: 2 });
    assert.equal(four.name, 'relief16/test/normal');
    assert.deepEqual([...two.labels], [0, 1, 2, 3, 0, 1, 2, 3]);
    assert.deepEqual(four.mask.subarray(0, two.mask.length), two.mask);
    const image = await four.image(6);
    assert.deepEqual(
      { width: image.width, height: image.height, channels: image.channels },
      { width: 32, height: 32, channels: 3 },
    );
    assert.deepEqual(image.data, four.images.subarray(6 * 32 * 32 * 3, 7 * 32 * 32 * 3));
    assert.throws(() => four.picture(16), /has no image 16: it has 16 images/);
  });

  test('numbers labels within a subset of the classes, whose images stay the same', async () => {
    const subset = await render({ classes: ['knife', 'dog'], count: 2 });
    const all = await render({ count: 2 });
    assert.deepEqual([...subset.labels], [0, 1, 0, 1]);
    assert.deepEqual(subset.picture(0).mask, all.picture(FEW.indexOf('knife')).mask);
    assert.deepEqual(subset.picture(1).mask, all.picture(FEW.indexOf('dog')).mask);
  });

  test('has objects of visible size, nearer than what they hide', async () => {
    const set = await render({ count: 6, size: 48 });
    for (let index = 0; index < set.count; index++) {
      const { mask, depth } = set.picture(index);
      let inside = 0;
      for (let y = 0; y < 48; y++) {
        const row = Array.from({ length: 48 }, (_, x) => y * 48 + x);
        const behind = row.filter((i) => mask[i] < 127).map((i) => depth[i]);
        const object = row.filter((i) => mask[i] > 128).map((i) => depth[i]);
        inside += object.length;
        for (const value of object) assert.ok(behind.every((other) => other < value));
      }
      assert.ok(inside > 0.03 * 48 * 48 && inside < 0.9 * 48 * 48);
    }
  });

  test('gives exactly the share `textureCue` of each class its own texture', async () => {
    const counts = async (textureCue?: number, split: 'train' | 'test' = 'train'): Promise<number[]> => {
      const set = await render({ count: 10, size: 8, textureCue, split });
      return FEW.map((_, label) => set.styled.filter((flag, i) => flag && set.labels[i] === label).length);
    };
    assert.deepEqual(await counts(0.7), [3, 3, 3, 3]);
    assert.deepEqual(await counts(0), [10, 10, 10, 10]);
    assert.deepEqual(await counts(), [2, 2, 2, 2]);
    assert.deepEqual(await counts(undefined, 'test'), [0, 0, 0, 0]);
  });

  test('reports progress up to its end', async () => {
    const reports: [number, number][] = [];
    await render({ size: 8, count: 10, onProgress: (done, total) => reports.push([done, total]) });
    assert.deepEqual(reports, [
      [32, 40],
      [40, 40],
    ]);
  });
});

describe('variants', () => {
  const sets = new Map<Variant, Relief16Set>();
  before(async () => {
    for (const variant of VARIANTS) sets.set(variant, await render({ variant, count: 6 }));
  });
  const set = (variant: Variant): Relief16Set => sets.get(variant) as Relief16Set;

  test('show the same shapes in the same places', () => {
    for (const variant of VARIANTS) {
      if (variant === 'texture-only') continue;
      assert.deepEqual(set(variant).mask, set('normal').mask, variant);
      assert.deepEqual(set(variant).depths, set('normal').depths, variant);
      assert.equal(set(variant).textureLabels !== undefined, variant === 'cue-conflict');
    }
    assert.equal(new Set(VARIANTS.map((variant) => set(variant).hash)).size, VARIANTS.length);
  });

  test('cue-conflict: every other class lends its texture equally often', () => {
    const { labels, textureLabels } = set('cue-conflict');
    const pairs = new Map<string, number>();
    labels.forEach((shape, i) => {
      const texture = (textureLabels as Int32Array)[i];
      assert.notEqual(texture, shape);
      pairs.set(`${shape}/${texture}`, (pairs.get(`${shape}/${texture}`) ?? 0) + 1);
    });
    assert.equal(pairs.size, 12);
    assert.ok([...pairs.values()].every((times) => times === 2));
  });

  test('stylised: every image wears a random style', () => {
    assert.ok(set('stylised').styled.every((flag) => flag === 1));
    assert.ok(set('cue-conflict').styled.every((flag) => flag === 0));
  });

  test('silhouette: two values, black where the object is', () => {
    const { images, mask } = set('silhouette');
    mask.forEach((coverage, i) => {
      const value = coverage >= 128 ? 0 : 255;
      assert.deepEqual([...images.subarray(i * 3, i * 3 + 3)], [value, value, value]);
    });
  });

  test('greyscale, edges and sketch have no colour; greyscale is the luminance of normal', () => {
    for (const variant of ['greyscale', 'edges', 'sketch'] as const) {
      const { images } = set(variant);
      for (let i = 0; i < images.length; i += 3) {
        assert.ok(images[i] === images[i + 1] && images[i] === images[i + 2], variant);
      }
    }
    const [red, green, blue] = set('normal').images;
    assert.equal(set('greyscale').images[0], Math.round(0.299 * red + 0.587 * green + 0.114 * blue));
  });

  test('edges: thin dark lines on white, in every image', () => {
    const edges = set('edges');
    for (let index = 0; index < edges.count; index++) {
      const { rgb } = edges.picture(index);
      const dark = rgb.filter((value, i) => i % 3 === 0 && value < 128).length;
      assert.ok(dark > 15 && dark < 0.35 * 32 * 32, `image ${index}: ${dark} dark pixels`);
      assert.equal(rgb[0], 255);
    }
  });

  test('texture-only: no object, flat depth', () => {
    const { mask, depths, images } = set('texture-only');
    assert.ok(mask.every((value) => value === 0) && depths.every((value) => value === depths[0]));
    assert.notDeepEqual(images, set('normal').images);
  });
});

describe('bad input', () => {
  const cases: [string, Partial<Relief16Options>, RegExp][] = [
    ['class', { classes: ['dgo' as ClassName] }, /Unknown class "dgo"\. Did you mean "dog"\?/],
    ['variant', { variant: 'edge' as Variant }, /Unknown variant "edge"\. Did you mean "edges"\?/],
    ['split', { split: 'trian' as 'train' }, /Unknown split "trian"\. Did you mean "train"\?/],
    ['no class', { classes: [] }, /at least one/],
    ['class twice', { classes: ['dog', 'dog'] }, /each class once/],
    ['one class in conflict', { variant: 'cue-conflict', classes: ['dog'] }, /at least two classes/],
    ['small size', { size: 7 }, /size must be a whole number, 8 or more \(pixels\); got 7/],
    ['broken size', { size: 32.5 }, /size must be a whole number/],
    ['count', { count: 0 }, /count must be a whole number, 1 or more/],
    ['seed', { seed: Number.NaN }, /seed must be a whole number/],
    ['textureCue', { textureCue: 1.2 }, /textureCue must be a share between 0 and 1; got 1.2/],
    ['textureCue NaN', { textureCue: Number.NaN }, /textureCue must be a share/],
    ['file', { packFile: 'nowhere/icons.json' }, /nowhere\/icons\.json.*Restore it/],
  ];
  for (const [name, options, message] of cases) {
    test(name, () => assert.rejects(render(options), message));
  }
});

test('a contact sheet is a PNG of classes by variants', async () => {
  const file = path.join(small.folder, 'sheet.png');
  await writeContactSheet(file, { ...small, size: 16, classes: FEW, variants: ['normal', 'edges'] });
  const { format, width, height } = await sharp(file).metadata();
  assert.equal(format, 'png');
  assert.ok(Number(width) >= 4 * 16 && Number(height) >= 4 * 16);
});
