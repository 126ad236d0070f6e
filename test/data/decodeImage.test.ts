// Every kind of image file against Pillow, whose pixels the papers' networks saw.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { decodeImage } from '../../lib/data/decodeImage';
import { fromRoot } from '../../lib/files';
import { pythonWith } from '../python';

test('a JPEG of four inks becomes light by the formula of the papers’ loader', async () => {
  const at = (name: string): string => fromRoot('test', 'fixtures', 'images', name);
  const expected = JSON.parse(fs.readFileSync(at('cmyk-as-pil.json'), 'utf8'));
  const { data, width, height, channels } = await decodeImage(at('cmyk.jpg'));
  assert.deepEqual([width, height, channels], [expected.width, expected.height, 3]);
  assert.deepEqual([...data.subarray(0, 3 * expected.first.length)], expected.first.flat());
  for (const [channel, mean] of expected.mean.entries()) {
    let sum = 0;
    for (let i = channel; i < data.length; i += 3) sum += data[i];
    assert.ok(Math.abs((3 * sum) / data.length - mean) < 1e-3, `mean of channel ${channel}`);
  }
});

/** Writes a file of each kind, and beside it the bytes of Pillow's `convert('RGB')`. */
const PILLOW = `
import random, sys
from PIL import Image
random.seed(0)
folder = sys.argv[1] + "/"
def blocks(mode, channels):
    pixels = bytes(random.randrange(256) for _ in range(8 * 8 * channels))
    return Image.frombytes(mode, (8, 8), pixels).resize((48, 40), Image.NEAREST)
inks = blocks("CMYK", 4)
inks.save(folder + "adobe.jpg", quality=95)
adobe = open(folder + "adobe.jpg", "rb").read()
marker = adobe.index(b"\\xff\\xee")
length = int.from_bytes(adobe[marker + 2:marker + 4], "big")
open(folder + "no-marker.jpg", "wb").write(adobe[:marker] + adobe[marker + 2 + length:])
open(folder + "filled.jpg", "wb").write(adobe[:marker] + b"\\xff\\xff\\xff" + adobe[marker:])
ycck = bytearray(adobe)
ycck[marker + 15] = 2
open(folder + "ycck.jpg", "wb").write(bytes(ycck))
inks.save(folder + "progressive.jpg", quality=95, progressive=True)
inks.save(folder + "inks.tif")
light = blocks("RGB", 3)
light.save(folder + "light.tif")
exif = Image.Exif()
exif[0x112] = 6
light.save(folder + "turned.jpg", exif=exif)
light.quantize(16).save(folder + "palette.png")
blocks("L", 1).save(folder + "grey.jpg")
blocks("RGBA", 4).save(folder + "alpha.png")
blocks("LA", 2).save(folder + "grey-alpha.png")
blocks("L", 1).convert("1").save(folder + "bits.png")
light.save(folder + "lossless.webp", lossless=True)
import os
for name in os.listdir(folder):
    image = Image.open(folder + name)
    open(folder + name + ".rgb", "wb").write(image.convert("RGB").tobytes())
`;

test('files of every kind decode as Pillow decodes them, byte for byte', async (context) => {
  const python = pythonWith('PIL');
  if (!python) return context.skip('needs a Python with Pillow (GESTALT_PYTHON or .venv)');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-images-'));
  try {
    const { status, stderr } = spawnSync(python, ['-c', PILLOW, folder], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const names = fs.readdirSync(folder).filter((name) => !name.endsWith('.rgb'));
    assert.ok(names.length >= 12);
    for (const name of names) {
      const { data, width, height, channels } = await decodeImage(path.join(folder, name));
      const expected = fs.readFileSync(path.join(folder, `${name}.rgb`));
      assert.equal(3 * width * height, expected.length, name);
      const found = channels === 1 ? Buffer.from([...data].flatMap((grey) => [grey, grey, grey])) : data;
      assert.ok(expected.equals(found), name);
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('a file of four inks that is cut is named', async () => {
  const file = path.join(os.tmpdir(), `gestalt-cut-${process.pid}.jpg`);
  fs.writeFileSync(
    file,
    fs.readFileSync(fromRoot('test', 'fixtures', 'images', 'cmyk.jpg')).subarray(0, 6000),
  );
  try {
    await assert.rejects(
      decodeImage(file),
      /Cannot read the image .*gestalt-cut-.*Replace or remove the file/,
    );
  } finally {
    fs.rmSync(file);
  }
});
