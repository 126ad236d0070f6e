import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { DATASETS } from '../../lib/benchmark/datasets';
import { eidolon } from '../../lib/distortions/eidolon';
import { imageSpectrum, lineTransform, realImage } from '../../lib/distortions/fourier';
import { greyInRoom, greyscale } from '../../lib/distortions/greyscale';
import { highPass } from '../../lib/distortions/highPass';
import { type FloatImage, fromBytes, toBytes } from '../../lib/distortions/image';
import { conditionsOf, distort, PARAMETRIC_SETS } from '../../lib/distortions/levels';
import { lowPass } from '../../lib/distortions/lowPass';
import { phaseScrambling } from '../../lib/distortions/phaseScrambling';
import {
  meanAmplitudeSpectrum,
  powerEqualisation,
  publishedSpectrum,
} from '../../lib/distortions/powerEqualisation';
import { uniformNoise } from '../../lib/distortions/uniformNoise';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';

function picture(width: number, height: number, channels: 1 | 3 = 3, seed = 1): FloatImage {
  const random = new Random(seed);
  const data = Float32Array.from({ length: width * height * channels }, () => random.integer(256) / 255);
  return { width, height, channels, data };
}

const closeTo = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${i}: ${actual[i]} instead of ${expected[i]}`);
  }
};

/** By the definition. */
function slowTransform(line: Float64Array): Float64Array {
  const size = line.length / 2;
  const out = new Float64Array(2 * size);
  for (let k = 0; k < size; k++) {
    for (let j = 0; j < size; j++) {
      const angle = (-2 * Math.PI * j * k) / size;
      out[2 * k] += line[2 * j] * Math.cos(angle) - line[2 * j + 1] * Math.sin(angle);
      out[2 * k + 1] += line[2 * j] * Math.sin(angle) + line[2 * j + 1] * Math.cos(angle);
    }
  }
  return out;
}

for (const size of [1, 2, 3, 7, 8, 12, 17, 37, 64, 73, 96, 224]) {
  test(`transform of ${size} numbers equals its definition`, () => {
    const random = new Random(size);
    const line = Float64Array.from({ length: 2 * size }, () => random.normal());
    const out = new Float64Array(2 * size);
    lineTransform(size).forward(out, line);
    closeTo(out, slowTransform(line), 1e-10);
  });
}

for (const [width, height] of [
  [8, 8],
  [5, 7],
  [6, 9],
  [1, 1],
  [1, 4],
  [224, 2],
]) {
  test(`a ${width} x ${height} image comes back from its spectrum`, () => {
    const { data } = picture(width, height, 1);
    const spectrum = imageSpectrum(data, width, height);
    closeTo(spectrum.values.subarray(0, 2), [data.reduce((sum, value) => sum + value, 0), 0], 1e-9);
    closeTo(realImage(spectrum), data, 1e-12);
  });
}

/** By the definition: one sum over the window, outside of which lies the background. */
function slowLowPass({ width, height, data }: FloatImage, deviation: number): Float64Array {
  const radius = Math.trunc(4 * deviation + 0.5);
  const weight = (x: number): number => Math.exp(-(x * x) / (2 * deviation * deviation));
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  const total = offsets.reduce((sum, x) => sum + weight(x), 0);
  return Float64Array.from({ length: width * height }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    let sum = 0;
    for (const y of offsets) {
      for (const x of offsets) {
        const inside = row + y >= 0 && row + y < height && column + x >= 0 && column + x < width;
        const value = inside ? data[(row + y) * width + column + x] : 0.4423;
        sum += (weight(y) / total) * (weight(x) / total) * value;
      }
    }
    return sum;
  });
}

for (const [width, height] of [
  [17, 5],
  [5, 33],
  [16, 16],
  [1, 7],
  [1, 1],
]) {
  test(`Gaussians of a ${width} x ${height} image equal their definition`, () => {
    const image = picture(width, height, 1);
    for (const deviation of [0.1, 0.4, 1, 2.7, 9]) {
      const expected = deviation === 0.1 ? image.data : slowLowPass(image, deviation);
      closeTo(lowPass(image, { deviation }).data, expected, 1e-6);
    }
    assert.deepEqual(lowPass(image, { deviation: 0 }).data, image.data);
  });
}

test('the high-pass filter keeps the mean of the background, and Infinity keeps the image', () => {
  const image = picture(32, 32);
  const { data } = highPass(image, { deviation: 1 });
  closeTo([data.reduce((sum, value) => sum + value, 0) / data.length], [0.4423], 5e-3);
  assert.deepEqual(highPass(image, { deviation: Number.POSITIVE_INFINITY }).data, greyscale(image).data);
});

test('power equalisation gives every image the spectrum', () => {
  const images = [picture(16, 16, 1, 1), picture(16, 16, 1, 2)].map((image) => ({
    ...image,
    // Low contrast: nothing is cut off.
    data: image.data.map((value) => 0.5 + 0.05 * (value - 0.5)),
  }));
  const spectrum = meanAmplitudeSpectrum(images);
  const after = meanAmplitudeSpectrum([powerEqualisation(images[0], { spectrum })]);
  closeTo(after.values, spectrum.values, 1e-4);
});

test('the published spectrum is symmetric, and smaller images get its low frequencies', () => {
  const whole = publishedSpectrum(224, 224);
  assert.ok(Math.abs(whole.values[112 * 224 + 112] - 22803.9) < 0.1);
  assert.equal(whole.values[100 * 224 + 90], whole.values[124 * 224 + 134]);
  const small = publishedSpectrum(64, 64);
  assert.ok(Math.abs(small.values[32 * 64 + 32] / 4096 - 0.4545) < 1e-3, 'the same mean grey');
  assert.throws(() => publishedSpectrum(256, 224), /at most 224 x 224.*meanAmplitudeSpectrum/);
  assert.throws(
    () => powerEqualisation(picture(8, 8), { spectrum: small }),
    /image is 8 x 8, the spectrum 64 x 64/,
  );
});

test('phase noise of no width changes nothing; seeds differ', () => {
  const image = picture(12, 9);
  closeTo(phaseScrambling(image, { width: 0 }).data, greyscale(image).data, 1e-6);
  const [a, b, c] = [1, 1, 2].map((seed) => phaseScrambling(image, { width: 90, seed }).data);
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, c);
  assert.throws(() => phaseScrambling(image, { width: 200 }), /0 to 180 degrees, got 200/);
});

test('the levels are those of the data sets', () => {
  const parametric = DATASETS.filter(({ kind }) => kind === 'parametric');
  assert.deepEqual([...PARAMETRIC_SETS].sort(), parametric.map(({ name }) => name).sort());
  for (const { name, conditions } of parametric) {
    assert.deepEqual(
      conditionsOf(name as (typeof PARAMETRIC_SETS)[number]),
      conditions.map((condition) => condition.name),
    );
  }
});

for (const [width, height, channels] of [
  [1, 1, 3],
  [1, 1, 1],
  [7, 4, 3],
  [20, 20, 1],
] as const) {
  test(`every set and condition takes an image of ${width} x ${height} x ${channels}`, async () => {
    const image = picture(width, height, channels);
    for (const set of PARAMETRIC_SETS) {
      for (const condition of conditionsOf(set)) {
        const { data } = await distort(image, set, condition, 3);
        assert.ok(
          data.every((value) => value >= 0 && value <= 1),
          `${set} ${condition}`,
        );
        assert.deepEqual((await distort(image, set, condition, 3)).data, data, `${set} ${condition} again`);
      }
    }
  });
}

test('an eidolon of next to no reach is the image; more reach changes more', async () => {
  const image = fromBytes(toBytes(greyscale(picture(32, 32))));
  const difference = async (reach: number): Promise<number> => {
    const { data } = await eidolon(image, { reach, coherence: 0.3, grain: 2, size: 32 });
    return data.reduce((sum, value, i) => sum + Math.abs(value - image.data[i]), 0) / data.length;
  };
  const [none, some, much] = [await difference(1e-9), await difference(1), await difference(16)];
  assert.ok(none < some && some < much, `${none} ${some} ${much}`);
});

test('bytes survive the way there and back', () => {
  const data = Uint8Array.from({ length: 256 }, (_, value) => value);
  assert.deepEqual(toBytes(fromBytes({ width: 16, height: 16, channels: 1, data })).data, data);
  const almost: FloatImage = { width: 1, height: 1, channels: 1, data: Float32Array.of(0.999) };
  assert.equal(toBytes(almost).data[0], 254);
});

test('noise from a seed is that of its random numbers', () => {
  const image = picture(9, 7);
  const random = new Random(5);
  const draws = Array.from({ length: 63 }, () => random.next());
  closeTo(
    uniformNoise(image, { width: 0.2, seed: 5 }).data,
    uniformNoise(image, { width: 0.2, draws }).data,
    1e-6,
  );
  closeTo(
    phaseScrambling(image, { width: 180, seed: 5 }).data,
    phaseScrambling(image, { width: 180, draws }).data,
    1e-6,
  );
  assert.throws(() => uniformNoise(image, { width: 0.2, draws: draws.slice(1) }), /63 random numbers/);
});

test('what an earlier image left in memory does not matter', () => {
  const image = picture(5, 3);
  const before = highPass(image, { deviation: 1 }).data;
  greyInRoom({ width: 64, height: 64, channels: 1, data: new Float32Array(4096).fill(1) }, 1e5)[1].fill(
    Number.NaN,
  );
  assert.deepEqual(highPass(image, { deviation: 1 }).data, before);
});

test('white stays white, and nothing leaves [0, 1] by rounding', () => {
  const white: FloatImage = { width: 3, height: 3, channels: 3, data: new Float32Array(27).fill(1) };
  assert.deepEqual(greyscale(white).data, new Float32Array(9).fill(1));
  const { data } = lowPass(white, { deviation: 0.5 });
  assert.ok(data.every((value) => value <= 1));
});

test('pixels.wasm is what pixels.as.ts compiles to', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pixels-'));
  const compiled = path.join(folder, 'pixels.wasm');
  const compiler = path.join(path.dirname(require.resolve('assemblyscript/package.json')), 'bin', 'asc.js');
  const source = 'lib/distortions/wasm/pixels.as.ts';
  const settings = ['--config', 'lib/distortions/wasm/asconfig.json', '--target', 'release'];
  execFileSync(process.execPath, [compiler, source, ...settings, '--outFile', compiled], { cwd: fromRoot() });
  const same = fs
    .readFileSync(compiled)
    .equals(fs.readFileSync(fromRoot('lib/distortions/wasm/pixels.wasm')));
  fs.rmSync(folder, { recursive: true });
  assert.ok(same, 'run npm run build:wasm');
});

test('bad images and conditions are named', async () => {
  const good = picture(4, 3);
  const nan = { ...good, data: good.data.map((value, i) => (i === 16 ? Number.NaN : value)) };
  assert.throws(() => greyscale(nan), /row 1, column 1 has the value NaN.*Divide bytes by 255/);
  const bright = { ...good, data: good.data.map((value) => value * 255) };
  await assert.rejects(distort(bright, 'contrast', 'c10', 0), /values lie in \[0, 1\]/);
  await assert.rejects(distort({ ...good, width: 5 }, 'low-pass', '3', 0), /5 x 3 x 3 has 45 values, not 36/);
  await assert.rejects(distort(good, 'contrast', 'c12', 0), /Unknown condition of contrast "c12".*c10/);
  await assert.rejects(distort(good, 'contrst' as 'contrast', 'c10', 0), /Did you mean "contrast"/);
  const negative = { ...good, data: good.data.map((value, i) => (i === 35 ? -1e-6 : value)) };
  for (const set of PARAMETRIC_SETS) {
    for (const condition of conditionsOf(set)) {
      await assert.rejects(distort(nan, set, condition, 0), /row 1, column 1 has the value NaN/, set);
      await assert.rejects(distort(negative, set, condition, 0), /row 2, column 3 has the value -/, set);
    }
  }
  await assert.rejects(eidolon(good, { reach: 0, coherence: 1 }), /reach of an eidolon is above 0/);
});
