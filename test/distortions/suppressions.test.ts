// Suppressions: numbers of OpenCV and numpy (test/fixtures/distortions), seeds, levels, sizes and errors.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { bilateralFilter } from '../../lib/distortions/bilateralFilter';
import { channelShuffle } from '../../lib/distortions/channelShuffle';
import { gaussianBlur } from '../../lib/distortions/gaussianBlur';
import { greyShare } from '../../lib/distortions/greyShare';
import type { ByteImageLike } from '../../lib/distortions/image';
import { nonLocalMeans } from '../../lib/distortions/nonLocalMeans';
import { patchRotation } from '../../lib/distortions/patchRotation';
import { patchShuffle } from '../../lib/distortions/patchShuffle';
import {
  findSuppression,
  SUPPRESSIONS,
  type SuppressionName,
  suppress,
} from '../../lib/distortions/suppressions';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { pythonWith } from '../python';
import { fixture } from '../reference';

interface Case {
  width: number;
  height: number;
  channels: 1 | 3;
  data: string;
  filters: Record<string, string>;
  shuffles: { grid: number; order: number[]; output: string }[];
  rotations: { grid: number; turns: number[]; output: string }[];
}

const { pictures } = fixture<{ pictures: Case[] }>('distortions/suppressions.json');
const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const pictureOf = ({ width, height, channels, data }: Case): ByteImageLike => ({
  width,
  height,
  channels,
  data: bytes(data),
});
const sizeOf = ({ width, height, channels }: ByteImageLike): string => `${width} x ${height} x ${channels}`;

function noise(width: number, height: number, channels: 1 | 3 = 3, seed = 1): ByteImageLike {
  const random = new Random(seed);
  const data = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
  return { width, height, channels, data };
}

/** Bilateral means are sums of single-precision products, which OpenCV adds in another order: a mean that lies between two bytes may be rounded
 *  to the other one. All else is whole numbers on both sides. */
function assertSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.length, expected.length, what);
  const mayDiffer = what.startsWith('bilateral') ? Math.ceil(expected.length / 2000) : 0;
  let differing = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    assert.ok(difference <= 1, `${what} at ${i}: ${actual[i]} instead of ${expected[i]}`);
    differing += difference;
  }
  assert.ok(differing <= mayDiffer, `${what}: ${differing} of ${expected.length} values differ`);
}

for (const given of pictures) {
  const picture = pictureOf(given);
  test(`suppressions of a picture of ${sizeOf(picture)} equal OpenCV's`, () => {
    for (const [name, expected] of Object.entries(given.filters)) {
      const [suppression, level] = name.split(' ') as [SuppressionName, string];
      assertSame(suppress(picture, { suppression, level, seed: 0 }).data, bytes(expected), name);
    }
    for (const { grid, order, output } of given.shuffles) {
      assertSame(patchShuffle(picture, { grid, order }).data, bytes(output), `shuffle ${grid}`);
    }
    for (const { grid, turns, output } of given.rotations) {
      assertSame(patchRotation(picture, { grid, turns }).data, bytes(output), `rotation ${grid}`);
    }
  });
}

const PHOTOGRAPH = fromRoot('..', 'shared', 'data', 'imagenet-16-samples');
const python = pythonWith('cv2');

test(
  'filters of a photograph of 224 pixels equal those of OpenCV beside them',
  {
    skip: (python === undefined || !fs.existsSync(PHOTOGRAPH)) && 'no Python with OpenCV, or no photographs',
  },
  async () => {
    const file = fs
      .readdirSync(PHOTOGRAPH, { recursive: true, encoding: 'utf8' })
      .find((name) => /\.jpe?g$/i.test(name));
    const data = await sharp(path.join(PHOTOGRAPH, file as string))
      .resize(224, 224, { fit: 'cover' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'suppressions-'));
    fs.writeFileSync(path.join(folder, 'picture'), data);
    const results = path.join(folder, 'results');
    fs.mkdirSync(results);
    const script = fromRoot('test/distortions/suppressionRecipe.py');
    execFileSync(python as string, [script, '224', '224', path.join(folder, 'picture'), results], {
      env: { ...process.env, OPENCV_IPP: 'disabled' },
      stdio: 'ignore',
    });
    const picture: ByteImageLike = { width: 224, height: 224, channels: 3, data: new Uint8Array(data) };
    const names = fs.readdirSync(results);
    assert.equal(names.length, 23);
    for (const name of names) {
      const [suppression, level] = name.split(' ') as [SuppressionName, string];
      const expected = new Uint8Array(fs.readFileSync(path.join(results, name)));
      assertSame(suppress(picture, { suppression, level, seed: 0 }).data, expected, name);
    }
    fs.rmSync(folder, { recursive: true });
  },
);

test('every suppression takes every level, leaves the size and the picture, and is the same for the same seed', () => {
  for (const [width, height] of [
    [32, 32],
    [29, 18],
    [5, 40],
    [1, 1],
  ]) {
    const picture = noise(width, height);
    const before = picture.data.slice();
    for (const { name: suppression, levels } of SUPPRESSIONS) {
      for (const level of levels) {
        const request = { suppression, level, seed: 3 };
        const first = suppress(picture, request);
        assert.equal(sizeOf(first), sizeOf(picture), `${suppression} ${level}`);
        assert.deepEqual(suppress(picture, request).data, first.data, `${suppression} ${level} again`);
        const target = new Uint8Array(picture.data.length + 1);
        const placed = suppress(picture, request, target).data;
        assert.equal(placed.buffer, target.buffer);
        assert.deepEqual(placed, first.data, `${suppression} ${level} in given memory`);
      }
    }
    assert.deepEqual(picture.data, before);
  }
});

test('levels are those of the source, rising, with the cues that they take away', () => {
  const shown = SUPPRESSIONS.map(({ name, cues, levels }) => [name, cues.join(), levels.join(' ')]);
  const grids = '2 4 6 8 10 12 14 16';
  const windows = 'd4-s50 d6-s80 d8-s110 d10-s140 d12-s170 d14-s200';
  assert.deepEqual(shown, [
    ['patch-shuffle', 'shape', grids],
    ['patch-rotation', 'shape', grids],
    ['bilateral', 'texture', windows],
    ['gaussian-blur', 'texture', 'k3-s0.33 k5-s0.66 k7-s1 k9-s1.33 k11-s1.66 k13-s2 k15-s2.33'],
    ['non-local-means', 'texture', '5 10 15 20 25'],
    ['grey', 'colour', '0.2 0.4 0.6 0.8 1.0'],
    ['channel-shuffle', 'colour', '1'],
    ['shuffle-and-grey', 'shape,colour', grids],
    [
      'bilateral-and-shuffle',
      'texture,shape',
      'd4-s50-g2 d6-s80-g4 d8-s110-g6 d10-s140-g8 d12-s170-g10 d14-s200-g12',
    ],
    ['bilateral-and-grey', 'texture,colour', windows],
  ]);
  assert.equal(findSuppression('grey').name, 'grey');
});

test('a shuffle keeps every pixel, and every patch as it is', () => {
  const picture = noise(24, 24);
  const sorted = (data: Uint8Array): Uint8Array => data.slice().sort();
  const [a, b] = [1, 2].map((seed) => patchShuffle(picture, { grid: 4, seed }).data);
  assert.notDeepEqual(a, b);
  assert.deepEqual(sorted(a), sorted(picture.data));
  const tile = (data: Uint8Array, left: number, top: number): string =>
    Array.from({ length: 6 }, (_, y) =>
      data.subarray(((top + y) * 24 + left) * 3, ((top + y) * 24 + left + 6) * 3).join(),
    ).join();
  const tiles = (data: Uint8Array): string[] =>
    Array.from({ length: 16 }, (_, i) => tile(data, 6 * (i % 4), 6 * Math.floor(i / 4))).sort();
  assert.deepEqual(tiles(a), tiles(picture.data));
});

test('where a grid does not divide a picture, only cells of one size change places', () => {
  const picture = noise(5, 3);
  // Columns of 2 and 3 pixels, rows of 1 and 2: no two cells have the same size.
  assert.deepEqual(patchShuffle(picture, { grid: 2, seed: 4 }).data, picture.data);
  assert.throws(
    () => patchShuffle(picture, { grid: 2, order: [1, 0, 2, 3] }),
    /4 cells once.*of its own size/,
  );
});

test('cells are turned counter-clockwise, and none where all turns are 0', () => {
  const picture: ByteImageLike = { width: 2, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4) };
  const turned = [0, 1, 2, 3].map((turn) =>
    Array.from(patchRotation(picture, { grid: 1, turns: [turn] }).data),
  );
  assert.deepEqual(turned, [
    [1, 2, 3, 4],
    [2, 4, 1, 3],
    [4, 3, 2, 1],
    [3, 1, 4, 2],
  ]);
  const still = noise(12, 12);
  assert.deepEqual(patchRotation(still, { grid: 3, turns: new Array(9).fill(0) }).data, still.data);
});

test('seeds draw all turns and all orders of the channels about as often', () => {
  const picture: ByteImageLike = {
    width: 2,
    height: 2,
    channels: 3,
    data: Uint8Array.from({ length: 12 }, (_, i) => i),
  };
  const count = (make: (seed: number) => Uint8Array): number[] => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 1200; seed++) {
      const result = make(seed).join();
      counts.set(result, (counts.get(result) ?? 0) + 1);
    }
    return [...counts.values()];
  };
  const turns = count((seed) => patchRotation(picture, { grid: 1, seed }).data);
  const orders = count((seed) => channelShuffle(picture, { seed }).data);
  assert.equal(turns.length, 4);
  assert.equal(orders.length, 6);
  // Within five standard deviations of 300 and of 200.
  assert.ok(
    turns.every((times) => Math.abs(times - 300) < 75),
    turns.join(),
  );
  assert.ok(
    orders.every((times) => Math.abs(times - 200) < 65),
    orders.join(),
  );
});

test('a flat picture stays flat, black black and white white', () => {
  for (const value of [0, 77, 255]) {
    const flat: ByteImageLike = { width: 20, height: 11, channels: 3, data: new Uint8Array(660).fill(value) };
    for (const { name: suppression, cues, levels } of SUPPRESSIONS) {
      if (cues.includes('colour')) continue;
      for (const level of levels) {
        const { data } = suppress(flat, { suppression, level, seed: 1 });
        assert.deepEqual(data, flat.data, `${suppression} ${level} of ${value}`);
      }
    }
  }
});

test('colours are blurred as each channel alone, at every width and the sharpest contrasts', () => {
  for (let width = 1; width < 72; width++) {
    const picture = noise(width, 1 + (width % 5), 3, width);
    if (width % 2 === 0) picture.data.set(picture.data.map((value) => (value < 128 ? 0 : 255)));
    const channelOf = (data: Uint8Array, channel: number) => data.filter((_, i) => i % 3 === channel);
    for (const blur of [
      { kernel: 3, deviation: 0.33 },
      { kernel: 9, deviation: 1.33 },
    ]) {
      const { data } = gaussianBlur(picture, blur);
      for (let channel = 0; channel < 3; channel++) {
        const grey = { ...picture, channels: 1 as const, data: channelOf(picture.data, channel) };
        assert.deepEqual(
          channelOf(data, channel),
          gaussianBlur(grey, blur).data,
          `${sizeOf(picture)}, kernel ${blur.kernel}, channel ${channel}`,
        );
      }
    }
  }
});

test('what an earlier picture left in memory does not matter', () => {
  const small = noise(7, 5);
  const requests = SUPPRESSIONS.map(({ name, levels }) => ({ suppression: name, level: levels[0], seed: 1 }));
  const before = requests.map((request) => suppress(small, request).data);
  for (const request of requests) suppress(noise(90, 80, 3, 9), request);
  assert.deepEqual(
    requests.map((request) => suppress(small, request).data),
    before,
  );
});

test('grey pictures are refused where colour is to be taken away, and no others', () => {
  const oneChannel = noise(6, 4, 1);
  const equal: ByteImageLike = {
    ...oneChannel,
    channels: 3,
    data: Uint8Array.from({ length: 72 }, (_, i) => oneChannel.data[Math.floor(i / 3)]),
  };
  for (const { name: suppression, cues, levels } of SUPPRESSIONS) {
    const made = (picture: ByteImageLike) => () =>
      suppress(picture, { suppression, level: levels[0], seed: 0 });
    if (cues.includes('colour')) {
      assert.throws(
        made(oneChannel),
        new RegExp(`${suppression} takes colour away.*6 x 4 is grey: it has one channel`),
      );
      assert.throws(made(equal), /red, green and blue are equal in each of its pixels/);
    } else {
      assert.equal(made(oneChannel)().channels, 1);
      assert.equal(made(equal)().channels, 3);
    }
  }
  // A single pixel in colour is enough, also where a filter leaves nothing of it.
  const speck = { ...equal, data: equal.data.slice() };
  speck.data[5] ^= 1;
  assert.equal(
    suppress(speck, { suppression: 'bilateral-and-grey', level: 'd14-s200', seed: 0 }).channels,
    3,
  );
  assert.throws(() => greyShare(oneChannel, { share: 1 }), /Red, green and blue are needed/);
});

test('bad names, levels, sizes and parameters are named', () => {
  const picture = noise(4, 3);
  const asked = (suppression: string, level: string) => () =>
    suppress(picture, { suppression: suppression as SuppressionName, level, seed: 0 });
  assert.throws(
    asked('patch-shufle', '2'),
    /Unknown suppression "patch-shufle". Did you mean "patch-shuffle"/,
  );
  assert.throws(
    asked('patch-shuffle', '3'),
    /Unknown level of patch-shuffle "3".*Known: 2, 4, 6, 8, 10, 12, 14, 16/,
  );
  assert.throws(asked('bilateral', '4'), /Known: d4-s50, d6-s80/);
  assert.throws(asked('grey', 'toString'), /Unknown level of grey "toString"/);
  assert.throws(() => findSuppression('blur'), /Unknown suppression "blur"/);
  const short = { ...picture, width: 5 };
  assert.throws(
    () => suppress(short, { suppression: 'grey', level: '1.0', seed: 0 }),
    /5 x 3 x 3 has 45 values, not 36/,
  );
  assert.throws(
    () => gaussianBlur({ ...picture, height: 0 }, { kernel: 3, deviation: 1 }),
    /whole sides above 0/,
  );
  assert.throws(() => patchShuffle(picture, { grid: 0 }), /whole number of cells a side, at least 1; got 0/);
  assert.throws(() => patchShuffle(picture, { grid: 2, order: [0, 0, 1, 1] }), /each of the 4 cells once/);
  assert.throws(() => patchRotation(picture, { grid: 1.5 }), /got 1.5/);
  assert.throws(
    () => patchRotation(picture, { grid: 2, turns: [0, 1, 2, 4] }),
    /0, 1, 2 or 3 for each of the 4/,
  );
  assert.throws(() => gaussianBlur(picture, { kernel: 4, deviation: 1 }), /odd number of pixels, got 4/);
  assert.throws(() => gaussianBlur(picture, { kernel: 3, deviation: 0 }), /above 0, got 0/);
  const window = { diameter: 4, colourDeviation: 50, spaceDeviation: 75 };
  assert.throws(() => bilateralFilter(picture, { ...window, diameter: 0 }), /whole number above 0, got 0/);
  assert.throws(
    () => bilateralFilter(picture, { ...window, colourDeviation: Number.NaN }),
    /above 0, got NaN/,
  );
  assert.throws(
    () => nonLocalMeans(picture, { strength: 0 }),
    /strength of non-local means is above 0, got 0/,
  );
  assert.throws(() => greyShare(picture, { share: 1.2 }), /share of grey lies in \[0, 1\], got 1.2/);
  assert.throws(() => channelShuffle(picture, { order: [0, 1, 1] }), /0, 1 and 2 once each, got 0, 1, 1/);
  assert.throws(
    () => suppress(picture, { suppression: 'grey', level: '1.0', seed: 0 }, new Uint8Array(3)),
    /36 bytes.*3/,
  );
});
