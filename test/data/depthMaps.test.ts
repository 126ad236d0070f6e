// Depth maps by the real pipeline and ONNX Runtime, on models of a few bytes.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { loadDepthModel } from '../../lib/data/depthMaps/depthModel';
import { encodeDepthMap, scaleDepth } from '../../lib/data/depthMaps/encodeDepthMap';
import { readDepthMap } from '../../lib/data/depthMaps/readDepthMap';
import { loadTransformers } from '../../lib/data/depthMaps/transformers';
import { type DepthMapsOptions, writeDepthMaps } from '../../lib/data/depthMaps/writeDepthMaps';
import { startHub } from './fakeHub';
import { CLASSIFIER_ONNX, DEPTH_ONNX, reducingModel, writeModel } from './tinyOnnx';

const missing = (() => {
  try {
    require.resolve('@huggingface/transformers');
    return false;
  } catch {
    return 'needs the optional package @huggingface/transformers';
  }
})();
const CAR = 'n02814533';

let root: string;
let model: string;
before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-depth-maps-'));
  model = writeModel(path.join(root, 'tiny-depth'));
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

/** A ramp of `width x height` in three channels of different slopes; PNG, so that the values are exact. */
async function writeRamp(file: string, [width, height]: readonly [number, number]): Promise<Buffer> {
  const data = Buffer.from(
    Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return 10 + 5 * x + 3 * y + 20 * (i % 3);
    }),
  );
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(
    file,
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  );
  return data;
}

async function writeImages(name: string): Promise<string> {
  const images = path.join(root, name);
  await writeRamp(path.join(images, 'train', CAR, 'a.first.png'), [12, 9]);
  await writeRamp(path.join(images, 'train', CAR, 'b.png'), [7, 16]);
  await writeRamp(path.join(images, 'val', CAR, 'c.png'), [8, 8]);
  return images;
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => fs.statSync(path.join(folder, file)).isFile())
    .sort();
}

test('depth is scaled per image, and flat depth is 0', () => {
  assert.deepEqual([...scaleDepth([2, 4, 3, 2.5])], [0, 255, 128, 64]);
  assert.deepEqual([...scaleDepth([-1, -3])], [255, 0]);
  assert.deepEqual([...scaleDepth([5, 5])], [0, 0]);
  assert.deepEqual([...scaleDepth([1.8298379, 1.8298377])], [0, 0], 'rounding is no depth');
  assert.throws(() => scaleDepth([0, Number.NaN]), /depth at pixel 1 is NaN/);
});

test('both formats hold one channel of 8 bits', async () => {
  const data = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
  for (const [format, tolerance] of [
    ['png', 0],
    ['jpeg', 3],
  ] as const) {
    const bytes = await encodeDepthMap(data, { width: 8, height: 8 }, format);
    const { channels, depth, space, format: kind } = await sharp(bytes).metadata();
    assert.deepEqual([channels, depth, space, kind], [1, 'uchar', 'b-w', format]);
    const found = await sharp(bytes).toColourspace('b-w').raw().toBuffer();
    for (const [i, value] of data.entries()) assert.ok(Math.abs(found[i] - value) <= tolerance, `${i}`);
  }
});

test('the model gives what it must: the mean of the channels', { skip: missing }, async (context) => {
  const loaded = await loadDepthModel(model);
  context.after(() => loaded.close());
  assert.equal(loaded.name, 'tiny-depth/onnx/model.onnx');
  const data = await writeRamp(path.join(root, 'one.png'), [5, 4]);
  const depth = await loaded.predict({ width: 5, height: 4, channels: 3, data });
  assert.equal(depth.length, 20);
  for (const [i, value] of depth.entries())
    assert.ok(Math.abs(value - (data[3 * i] + 20) / 255) < 1e-6, `${i}: ${value}`);
  const grey = await loaded.predict({
    width: 2,
    height: 1,
    channels: 1,
    data: Uint8Array.from([51, 102]),
  });
  assert.deepEqual(
    [...grey].map((value) => value.toFixed(5)),
    ['0.20000', '0.40000'],
  );
});

test(
  "an image is resized to the model's size, normalised, and depth comes back at the image's",
  {
    skip: missing,
  },
  async (context) => {
    const resizing = writeModel(path.join(root, 'resizing'), {
      preprocessor: { do_resize: true, do_normalize: true },
    });
    const loaded = await loadDepthModel(resizing);
    context.after(() => loaded.close());
    const [width, height] = [40, 30];
    const data = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => 20 + 5 * (Math.floor(i / 3) % width),
    );
    const depth = await loaded.predict({ width, height, channels: 3, data });
    assert.equal(depth.length, width * height);
    const mean = [0.485, 0.456, 0.406];
    const std = [0.229, 0.224, 0.225];
    // Away from the borders, a ramp stays a ramp; half a pixel of the model's 42 is half a pixel of the image.
    for (let x = 8; x < 32; x++) {
      const level = (20 + 5 * x) / 255;
      const expected = mean.reduce((sum, m, channel) => sum + (level - m) / std[channel] / 3, 0);
      assert.ok(
        Math.abs(depth[15 * width + x] - expected) < 0.15,
        `${x}: ${depth[15 * width + x]}, ${expected}`,
      );
    }
  },
);

for (const [format, ending, tolerance] of [
  ['jpeg', 'JPEG', 6],
  ['png', 'png', 0],
] as const) {
  test(
    `a folder becomes a folder of depth maps (${format}), one beside each image`,
    { skip: missing },
    async () => {
      const images = await writeImages(`all-${format}`);
      const seen: number[] = [];
      const { to, made, kept, failed } = await writeDepthMaps({
        images,
        model,
        format,
        onStart: (total, there) => seen.push(total, there),
        onProgress: (done) => seen.push(done),
      });
      assert.equal(to, `${images}-depth`);
      assert.deepEqual([made, kept, failed, seen], [3, 0, [], [3, 0, 1, 2, 3]]);
      assert.deepEqual(
        filesBelow(to),
        [
          'depth.json',
          `train/${CAR}/a_depth.${ending}`,
          `train/${CAR}/b_depth.${ending}`,
          `val/${CAR}/c_depth.${ending}`,
        ].map((file) => path.normalize(file)),
      );
      for (const [stem, width, height] of [
        ['a', 12, 9],
        ['b', 7, 16],
      ] as const) {
        const depth = await readDepthMap(path.join(to, 'train', CAR, `${stem}_depth.${ending}`), {
          width,
          height,
        });
        assert.deepEqual([depth.width, depth.height], [width, height]);
        const most = 5 * (width - 1) + 3 * (height - 1);
        for (const [i, value] of depth.data.entries()) {
          const expected = ((5 * (i % width) + 3 * Math.floor(i / width)) * 255) / most;
          // Half a level is rounded either way by 32-bit floats.
          assert.ok(Math.abs(value - expected) <= 0.501 + tolerance, `${i}: ${value} instead of ${expected}`);
        }
      }
    },
  );
}

test(
  'maps that are there are kept; cut off ones and those of another size are made anew',
  {
    skip: missing,
  },
  async () => {
    const images = await writeImages('again');
    const { to } = await writeDepthMaps({ images, model });
    const [a, b, c] = filesBelow(to)
      .slice(1)
      .map((file) => path.join(to, file));
    const whole = [a, b].map((file) => fs.readFileSync(file));
    fs.writeFileSync(a, whole[0].subarray(0, whole[0].length / 2));
    fs.copyFileSync(c, b);
    const { mtimeMs } = fs.statSync(c);
    const again = await writeDepthMaps({ images, model });
    assert.deepEqual([again.made, again.kept], [2, 1]);
    assert.deepEqual(
      [a, b].map((file) => fs.readFileSync(file)),
      whole,
    );
    assert.equal(fs.statSync(c).mtimeMs, mtimeMs);
  },
);

test('the maps of two models or two formats are not mixed', { skip: missing }, async () => {
  const images = await writeImages('mixed');
  const { to } = await writeDepthMaps({ images, model });
  const note = JSON.parse(fs.readFileSync(path.join(to, 'depth.json'), 'utf8'));
  assert.deepEqual(
    [note.model, note.format, note.scaling],
    ['tiny-depth/onnx/model.onnx', 'jpeg', 'min-max per image, 0 far .. 255 near'],
  );
  const other = writeModel(path.join(root, 'other-depth'), {
    onnx: Buffer.concat([DEPTH_ONNX, Buffer.from([0x12, 1, 0x78])]),
  });
  await assert.rejects(
    writeDepthMaps({ images, model: other }),
    /mixed-depth are by tiny-depth\/.*as jpeg, those to be made by other-depth\/.*Give another folder, --to/,
  );
  await assert.rejects(
    writeDepthMaps({ images, model, format: 'png' }),
    /as jpeg, those to be made .* as png/,
  );
  fs.writeFileSync(path.join(to, 'depth.json'), '{');
  await assert.rejects(writeDepthMaps({ images, model }), /depth\.json, which says .*is no JSON/);
});

test('an image that cannot be read is named, and the others are done', { skip: missing }, async () => {
  const images = await writeImages('corrupt');
  fs.writeFileSync(path.join(images, 'train', CAR, 'aa.jpg'), 'no image');
  const { to, made, failed } = await writeDepthMaps({ images, model });
  assert.equal(made, 3);
  assert.deepEqual(
    failed.map(({ image }) => image),
    [`train/${CAR}/aa.jpg`],
  );
  assert.match(failed[0].reason, /Cannot read the image .*aa\.jpg/);
  assert.equal(filesBelow(to).length, 4);
});

test('a stopped run keeps what it made, and the next goes on', { skip: missing }, async () => {
  const images = await writeImages('stopped');
  const controller = new AbortController();
  const stopped = writeDepthMaps({
    images,
    model,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(stopped, {
    name: 'Interrupted',
    message: /This run made 1 depth maps; the same command/,
  });
  const { made, kept } = await writeDepthMaps({ images, model });
  assert.deepEqual([made, kept], [2, 1]);
  const early = writeDepthMaps({ images, model, signal: AbortSignal.abort() });
  await assert.rejects(early, { name: 'Interrupted' });
});

test('folders that cannot be worked on are answered before a model is loaded', async () => {
  const images = await writeImages('wrong');
  const refused = (changed: Partial<DepthMapsOptions>, message: RegExp): Promise<void> =>
    assert.rejects(writeDepthMaps({ images, model: 'absent', ...changed }), message);
  await refused({ images: path.join(root, 'absent') }, /folder of images .*absent does not exist/);
  await refused({ images: path.join(images, 'train', CAR, 'b.png') }, /b\.png is a file/);
  await refused({ to: path.join(images, 'depth') }, /lies in the folder of the images/);
  await refused({ to: images }, /lies in the folder of the images/);
  await refused({ images: model }, /There are no images below .*tiny-depth: no file ending in \.jpg/);
  await writeRamp(path.join(images, 'val', CAR, 'c.2.png'), [8, 8]);
  await refused({}, /c\.2\.png and val\/.*c\.png have the same name up to the first dot/);
});

test('what is no depth model is refused with the file and what was expected', { skip: missing }, async () => {
  const cases: [Parameters<typeof writeModel>[1], RegExp][] = [
    [
      { onnx: CLASSIFIER_ONNX },
      /model\.onnx is no depth model: its inputs are pixel_values and its outputs logits; expected pixel_values and predicted_depth/,
    ],
    [{ onnx: Buffer.from('garbage') }, /Cannot load .*onnx\/model\.onnx: .*Expected a Depth-Anything model/s],
    [{ onnx: Buffer.alloc(0) }, /Cannot load .*onnx\/model\.onnx: .*Expected a Depth-Anything model/s],
    [
      { config: { model_type: 'vit' } },
      /config\.json: model_type is "vit"; expected .*depth_anything or dpt/,
    ],
    [{ config: {} }, /config\.json: model_type is undefined/],
    [
      { config: { model_type: 'depth_anything', depth_estimation_type: 'metric' } },
      /predicts metres, where near is small/,
    ],
  ];
  for (const [index, [changed, message]] of cases.entries())
    await assert.rejects(loadDepthModel(writeModel(path.join(root, `bad-${index}`), changed)), message);
});

test('files of a model that are missing are named', { skip: missing }, async () => {
  const folder = writeModel(path.join(root, 'parts'));
  const rejected = (given: string, message: RegExp): Promise<void> =>
    assert.rejects(loadDepthModel(given), message);
  await rejected('./absent', /model \.\/absent is no folder, no \.onnx file and no id/);
  await rejected(path.join(folder, 'config.json'), /config\.json is no \.onnx file/);
  fs.renameSync(path.join(folder, 'onnx', 'model.onnx'), path.join(folder, 'onnx', 'model_fp16.onnx'));
  await rejected(folder, /has no onnx\/model\.onnx and no model\.onnx\. It holds model_fp16\.onnx: name one/);
  const named = await loadDepthModel(path.join(folder, 'onnx', 'model_fp16.onnx'));
  assert.equal(named.name, 'parts/onnx/model_fp16.onnx');
  await named.close();
  fs.renameSync(path.join(folder, 'onnx', 'model_fp16.onnx'), path.join(folder, 'flat.onnx'));
  await (await loadDepthModel(path.join(folder, 'flat.onnx'))).close();
  fs.rmSync(path.join(folder, 'preprocessor_config.json'));
  await rejected(path.join(folder, 'flat.onnx'), /no preprocessor_config\.json, which says how images are/);
  fs.writeFileSync(path.join(folder, 'config.json'), '{');
  await rejected(path.join(folder, 'flat.onnx'), /config\.json is no JSON/);
  fs.rmSync(path.join(folder, 'config.json'));
  await rejected(path.join(folder, 'flat.onnx'), /no config\.json, which names the kind of the model/);
});

test(
  'a model that fails on its first image is at fault, on a later one the image',
  { skip: missing },
  async () => {
    const images = await writeImages('failing');
    const black = { create: { width: 4, height: 4, channels: 3, background: 'black' } } as const;
    fs.writeFileSync(path.join(images, 'train', CAR, 'bb.png'), await sharp(black).png().toBuffer());
    const write = (name: string, axes: number[], type: string): string =>
      writeModel(path.join(root, name), { onnx: reducingModel(axes, 'predicted_depth', type) });
    await assert.rejects(
      writeDepthMaps({ images, model: write('one-number', [1, 2, 3], 'ReduceMean') }),
      /The model one-number\/onnx\/model\.onnx failed on the image train\/.*a\.first\.png/,
    );
    const to = path.join(root, 'logarithms');
    const { made, failed } = await writeDepthMaps({ images, to, model: write('log', [1], 'ReduceLogSum') });
    assert.equal(made, 3);
    assert.match(
      failed[0].reason,
      /log\/onnx\/model\.onnx failed on the image .*bb\.png: .*pixel 0 is -Infinity/,
    );
  },
);

test('a missing package is answered with how to install it', () => {
  assert.throws(
    () =>
      loadTransformers(() => {
        throw new Error("Cannot find module 'x'\nRequire stack:");
      }),
    /optional package @huggingface\/transformers, which did not load: Cannot find module 'x'\. Install it: .*npm ci/,
  );
});

test(
  'a model of the hub is downloaded once; what cannot be fetched says to give a folder',
  {
    skip: missing,
  },
  async (context) => {
    const { endpoint, asked, close } = await startHub(context, { 'owner/tiny': model });
    const cache = path.join(root, 'cache');
    const lines: string[] = [];
    const options = { endpoint, cache, report: (line: string) => lines.push(line) };
    const first = await loadDepthModel('owner/tiny', options);
    assert.equal(first.name, 'owner/tiny');
    await first.close();
    assert.deepEqual(
      lines,
      ['config.json', 'preprocessor_config.json', 'onnx/model.onnx'].map(
        (file) => `downloading ${file} of owner/tiny`,
      ),
    );
    await assert.rejects(
      loadDepthModel('owner/none', options),
      /Cannot fetch the model owner\/none: http:.*\/owner\/none\/resolve\/main\/config\.json: the server answered 404\. Give a folder instead: --model <folder> with config\.json/,
    );
    assert.deepEqual(
      filesBelow(path.join(cache)).filter((file) => !file.startsWith(path.join('owner', 'tiny'))),
      [],
    );
    const stopped = loadDepthModel('owner/other', { ...options, signal: AbortSignal.abort() });
    await assert.rejects(stopped, { name: 'AbortError' });
    const requests = asked.length;
    close();
    await (await loadDepthModel('owner/tiny', options)).close();
    assert.equal(asked.length, requests, 'the second time without a network');
    await assert.rejects(
      loadDepthModel('owner/late', { ...options, endpoint: 'http://127.0.0.1:1' }),
      /Cannot fetch the model owner\/late: .*fetch failed.*Give a folder instead/,
    );
  },
);
