// Distortions against the papers' recipe, which Python computes beside them: sizes and levels that no fixture holds.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { fromBytes } from '../../lib/distortions/image';
import { distort, type ParametricSetName } from '../../lib/distortions/levels';
import { publishedSpectrum } from '../../lib/distortions/powerEqualisation';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { pythonWith } from '../python';

const SIDE = 224;
const python = pythonWith('scipy, skimage');
const skip = python === undefined && 'no Python with scipy and scikit-image';

test(
  'greyscale, low-pass, high-pass and power equalisation equal the recipe at 224 pixels',
  { skip },
  async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'recipe-'));
    const picture = { width: SIDE, height: SIDE, channels: 3 as const, data: blots() };
    const [pictureFile, spectrumFile] = ['picture', 'spectrum'].map((name) => path.join(folder, name));
    fs.writeFileSync(pictureFile, picture.data);
    fs.writeFileSync(
      spectrumFile,
      new Uint8Array(Float64Array.from(publishedSpectrum(SIDE, SIDE).values).buffer),
    );
    const results = path.join(folder, 'results');
    fs.mkdirSync(results);
    const script = fromRoot('test/distortions/recipe.py');
    execFileSync(python as string, [script, String(SIDE), String(SIDE), pictureFile, spectrumFile, results]);
    const names = fs.readdirSync(results);
    assert.equal(names.length, 14);
    for (const name of names) {
      const [set, condition] = name.split(' ') as [ParametricSetName, string];
      const expected = new Float32Array(new Uint8Array(fs.readFileSync(path.join(results, name))).buffer);
      const { data } = await distort(fromBytes(picture), set, condition, 0);
      const largest = data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
      assert.ok(largest < 1e-5, `${name} differs by ${largest}`);
    }
    fs.rmSync(folder, { recursive: true });
  },
);

/** Coloured rectangles at random places: edges of all contrasts, and flat parts. */
function blots(): Uint8Array {
  const random = new Random(3);
  const data = new Uint8Array(SIDE * SIDE * 3).fill(128);
  for (let blot = 0; blot < 200; blot++) {
    const [left, top, width, height] = Array.from({ length: 4 }, (_, i) =>
      random.integer(i < 2 ? SIDE : SIDE / 4),
    );
    const colour = Array.from({ length: 3 }, () => random.integer(256));
    for (let y = top; y < Math.min(SIDE, top + height); y++) {
      for (let x = left; x < Math.min(SIDE, left + width); x++) data.set(colour, (y * SIDE + x) * 3);
    }
  }
  return data;
}
