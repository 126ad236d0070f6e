// Both filters against Pillow, to the byte, and what holds for any such filter.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import type { ByteImage } from '../../lib/data/imageSource';
import { pillowResize } from '../../lib/data/pillowResize';
import { Random } from '../../lib/random';
import { pythonWith } from '../python';

const PILLOW = `
import json, sys
from PIL import Image
for case in json.load(open(sys.argv[1])):
    image = Image.frombytes("RGB" if case["channels"] == 3 else "L", (case["width"], case["height"]), bytes(case["data"]))
    for name in ["BILINEAR", "LANCZOS"]:
        resized = image.resize((case["toWidth"], case["toHeight"]), getattr(Image, name))
        open(case["out"] + name.lower(), "wb").write(resized.tobytes())
`;

function noise(width: number, height: number, channels: 1 | 3): ByteImage {
  const random = new Random(width + 1000 * height);
  const data = Uint8Array.from({ length: width * height * channels }, () => 255 * Math.round(random.next()));
  return { width, height, channels, data };
}

const CASES = [
  [40, 30, 3, 16, 16],
  [17, 33, 3, 64, 64],
  [100, 20, 1, 32, 20],
  [5, 7, 1, 11, 3],
  [64, 64, 3, 64, 64],
] as const;

const python = pythonWith('PIL');
test('every byte is as Pillow’s, larger and smaller', { skip: !python && 'no Pillow' }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-lanczos-'));
  const file = path.join(folder, 'cases.json');
  const cases = CASES.map(([width, height, channels, toWidth, toHeight], i) => {
    const image = noise(width, height, channels);
    return { ...image, data: [...image.data], toWidth, toHeight, out: path.join(folder, String(i)) };
  });
  fs.writeFileSync(file, JSON.stringify(cases));
  const { status, stderr } = spawnSync(python as string, ['-c', PILLOW, file], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  for (const { toWidth, toHeight, out, data, ...image } of cases) {
    for (const filter of ['bilinear', 'lanczos'] as const) {
      const resized = pillowResize({ ...image, data: Uint8Array.from(data) }, toWidth, toHeight, filter);
      assert.deepEqual([resized.width, resized.height], [toWidth, toHeight]);
      const expected = fs.readFileSync(out + filter);
      assert.deepEqual(Buffer.from(resized.data), expected, `${filter}, ${image.width} x ${image.height}`);
    }
  }
  fs.rmSync(folder, { recursive: true });
});

test('one colour stays as it is, of any size; the same size changes nothing', () => {
  const data = Uint8Array.from({ length: 20 * 18 * 3 }, (_, i) => [0, 77, 255][i % 3]);
  const image = noise(9, 8, 3);
  for (const filter of ['bilinear', 'lanczos'] as const) {
    const small = pillowResize({ width: 20, height: 18, channels: 3, data }, 7, 50, filter);
    assert.ok(small.data.every((value, i) => value === [0, 77, 255][i % 3]));
    assert.deepEqual(pillowResize(image, 9, 8, filter), image);
  }
});
