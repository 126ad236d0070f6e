import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CLASS_NAMES } from '../../lib/data/relief16/classes';
import { cacheFile, loadDrawings, type PreparedDrawing } from '../../lib/data/relief16/drawings';
import { fillOutline } from '../../lib/data/relief16/fill';
import { noticeOf } from '../../lib/data/relief16/notice';
import { drawingsOf, hashOfDrawings, readPack } from '../../lib/data/relief16/pack';
import { prepareDrawing } from '../../lib/data/relief16/prepare';
import { fromRoot } from '../../lib/files';
import { type SmallPack, writeSmallPack } from './relief16Pack';

let small: SmallPack;
before(() => {
  small = writeSmallPack();
});
after(() => fs.rmSync(small.folder, { recursive: true }));

describe('the pack of drawings', () => {
  const pack = readPack();

  test('no design is in both splits, and both have enough drawings of each class', () => {
    for (const className of CLASS_NAMES) {
      const train = drawingsOf(pack, className, 'train');
      const testing = drawingsOf(pack, className, 'test');
      const trained = new Set(train.map((drawing) => drawing.group));
      assert.ok(testing.every((drawing) => !trained.has(drawing.group)));
      assert.equal(train.length + testing.length, pack[className].length);
      assert.ok(train.length >= 14 && testing.length >= 7, className);
    }
  });

  test('the notice lists what the pack holds', () => {
    assert.equal(fs.readFileSync(fromRoot('data', 'drawings', 'NOTICE.md'), 'utf8'), noticeOf(pack));
    assert.match(noticeOf(pack), /share-alike or copyleft licences: none\./);
    assert.doesNotMatch(noticeOf(pack), /unknown/);
  });

  test('a missing or damaged file is answered with its name and the remedy', () => {
    const file = path.join(small.folder, 'bad.json');
    assert.throws(() => readPack(file), /bad\.json.*Restore it/);
    fs.writeFileSync(file, '{"airplane": [');
    assert.throws(() => readPack(file), /bad\.json are not valid JSON.*Restore it/);
    fs.writeFileSync(file, '[]');
    assert.throws(() => readPack(file), /no list of drawings for "airplane"/);
    const broken = { ...pack, bear: [{ ...pack.bear[0], svg: 7 }, pack.bear[1]] };
    fs.writeFileSync(file, JSON.stringify(broken));
    assert.throws(() => readPack(file), /"bear"\[0\] is not a drawing/);
  });
});

describe('prepared drawings', () => {
  const bytes = (drawings: PreparedDrawing[]): string =>
    drawings.map((drawing) => Buffer.from(drawing.maps(64).maps.buffer).toString('base64')).join();

  test('come out of the cache as they went in, and a damaged cache is made again', async () => {
    const pack = readPack(small.packFile);
    const options = { pack, className: 'clock', split: 'train', cache: small.cache } as const;
    const file = cacheFile(pack, 'clock', small.cache);
    const made = bytes(await loadDrawings(options));
    const stored = fs.readFileSync(file);
    assert.equal(bytes(await loadDrawings(options)), made);

    const flipped = Buffer.from(stored);
    flipped[stored.length >> 1] ^= 1;
    for (const damage of [flipped, stored.subarray(0, 1000), Buffer.alloc(0)]) {
      fs.writeFileSync(file, damage);
      assert.equal(bytes(await loadDrawings(options)), made);
      assert.deepEqual(fs.readFileSync(file), stored);
    }
    assert.deepEqual(fs.readdirSync(small.cache), [path.basename(file)]);
  });

  test('another drawing means another cache file and another hash', () => {
    const pack = readPack(small.packFile);
    const other = { ...pack, clock: pack.clock.slice(1) };
    assert.notEqual(cacheFile(pack, 'clock'), cacheFile(other, 'clock'));
    assert.equal(cacheFile(pack, 'dog'), cacheFile(other, 'dog'));
    assert.notEqual(hashOfDrawings(pack), hashOfDrawings(other));
  });

  test('maps are in range, and height is inside the object only', async () => {
    const { mask, detail, height } = await prepareDrawing('clock', readPack().clock[0]);
    mask.forEach((coverage, i) => {
      assert.ok(coverage >= 0 && coverage <= 1 && detail[i] > 0 && detail[i] < 1.6);
      assert.ok(height[i] >= 0 && height[i] <= coverage);
    });
    assert.ok(Math.max(...height) > 0.8);
  });

  test('an open outline is refused by name', async () => {
    const stroke = '<path d="M2 2 L20 22" stroke="#000" stroke-width="2" fill="none"/>';
    const drawing = { ...readPack().dog[0], name: 'stick', style: 'outline' as const, svg: stroke };
    await assert.rejects(prepareDrawing('dog', drawing), /stick \(dog\) is open: it cannot be filled/);
  });

  test('an outline with a small gap is filled', () => {
    const size = 32;
    const ink = new Float32Array(size * size);
    for (let k = 8; k < 24; k++) {
      for (const i of [8 * size + k, 23 * size + k, k * size + 8, k * size + 23]) ink[i] = 1;
    }
    ink[8 * size + 15] = 0;
    const filled = fillOutline(ink, size, true);
    assert.equal(filled[16 * size + 16], 1);
    assert.equal(filled[2 * size + 2], 0);
    assert.equal(
      filled.reduce((sum, value) => sum + value, 0),
      16 * 16,
    );
  });
});
