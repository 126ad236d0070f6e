// Style transfer end to end on a tiny VGG: a decoder is trained for a few steps, and a folder of images stylised with it.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { saveModel } from '../../lib/benchmark/saveModel';
import { decodeImage } from '../../lib/data/decodeImage';
import { normalisedPixels, pictureOfPixels } from '../../lib/data/normalisedPixels';
import { styleImages } from '../../lib/data/styleImages';
import { useEngine } from '../../lib/engine/engine';
import {
  type StyliseOptions,
  styleFor,
  stylisedSides,
  styliseFolder,
} from '../../lib/experiments/styliseFolder';
import { type TrainStyleDecoderOptions, trainStyleDecoder } from '../../lib/experiments/trainStyleDecoder';
import { fromRoot } from '../../lib/files';
import { buildModel } from '../../lib/models/build';
import { Random } from '../../lib/random';

let root: string;
let encoder: string;
let decoder: string;
let photos: string;
const at = (...parts: string[]): string => path.join(root, ...parts);

const SPEC = { architecture: 'vgg16', width: 2, inputSize: 32, classes: 2, hidden: 4 };

async function writeVgg(name: string, spec: object, seed: number): Promise<string> {
  const model = buildModel({ ...SPEC, ...spec }, seed);
  await saveModel(at(name), model, ['a', 'b']);
  model.dispose();
  return at(name);
}

/** Stripes of random colours, as the file's ending says. */
async function writeImage(file: string, seed: number, { width = 40, height = 24 } = {}): Promise<void> {
  const random = new Random(seed);
  const colours = Array.from({ length: 6 }, () => random.integer(256));
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return colours[(i % 3) + 3 * (Math.floor((x + seed * y) / 5) % 2)];
  });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(file);
}

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-stylise-'));
  encoder = await writeVgg('vgg.safetensors', {}, 1);
  photos = at('photos');
  for (let i = 0; i < 6; i++) await writeImage(path.join(photos, i < 3 ? 'a' : 'b/c', `${i}.png`), i);
  decoder = at('decoder.safetensors');
  await trainStyleDecoder(training({ to: decoder }));
});

after(() => fs.rmSync(root, { recursive: true, force: true }));

function training(options: Partial<TrainStyleDecoderOptions> = {}): TrainStyleDecoderOptions {
  const small = { size: 16, epochs: 2, batchSize: 2, leastChannels: 2 };
  return { encoder, images: photos, to: at('none.safetensors'), ...small, ...options };
}

function job(options: Partial<StyliseOptions> = {}): StyliseOptions {
  return { images: photos, styles: 'relief16', encoder, decoder, size: 16, to: at('out'), ...options };
}

function filesBelow(folder: string): Record<string, string> {
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [name.split(path.sep).join('/'), fs.readFileSync(path.join(folder, name), 'base64')]),
  );
}

test('a decoder that was stopped goes on to the weights of one that was not, and leaves no checkpoint', async () => {
  const to = at('stopped.safetensors');
  const stop = new AbortController();
  const stopped = trainStyleDecoder(
    training({ to, signal: stop.signal, onStep: ({ step }) => step === 4 && stop.abort() }),
  );
  await assert.rejects(stopped, { name: 'Interrupted', message: /after step 4; the same command goes on/ });
  assert.ok(!fs.existsSync(to));
  const steps: number[] = [];
  await trainStyleDecoder(training({ to, onStep: ({ step }) => steps.push(step) }));
  assert.deepEqual(steps, [5, 6]);
  assert.deepEqual(fs.readFileSync(to), fs.readFileSync(decoder));
  assert.ok(!fs.existsSync(`${to}.checkpoint`));
});

test('training lowers both terms, also on Relief-16', async () => {
  const found = tf.memory().numTensors;
  const { curve } = await trainStyleDecoder(
    training({ to: at('relief.safetensors'), images: undefined, epochs: 4, perClass: 2, size: 32 }),
  );
  const [first, last] = [curve[0].terms, curve[3].terms];
  assert.ok(last.style < first.style && last.content < 1.1 * first.content, JSON.stringify([first, last]));
  assert.equal(tf.memory().numTensors, found);
});

test('training that cannot be is answered before it begins', async () => {
  const refused = (options: Partial<TrainStyleDecoderOptions>, message: RegExp) =>
    assert.rejects(trainStyleDecoder(training(options)), message);
  await refused({ to: decoder }, /There is a file .*decoder\.safetensors already/);
  await refused({ encoder: at('absent') }, /There is no file of weights .*absent/);
  await refused({ size: 20 }, /size is a multiple of 8 from 16 pixels, not 20/);
  await refused({ learningRate: 2 }, /learning rate is a number above 0 and at most 1, not 2/);
  await refused({ images: at('absent') }, /The folder of images .*absent does not exist/);
  await refused(
    { encoder: decoder },
    /decoder\.safetensors holds weights, but does not say of which network/,
  );
  const alexnet = { architecture: 'alexnet', inputSize: 64 };
  const other = await writeVgg('alexnet.safetensors', alexnet, 0);
  await refused({ encoder: other }, /alexnet\.safetensors: The encoder of AdaIN is a vgg16 or vgg19/);
});

test('every image below a folder is stylised, in folders of the same names; what is there is kept', async () => {
  const found = tf.memory().numTensors;
  const progress: number[] = [];
  const first = await styliseFolder(job({ onProgress: (done) => progress.push(done) }));
  assert.deepEqual({ ...first, to: '' }, { to: '', made: 6, kept: 0, failed: [] });
  assert.deepEqual(progress, [1, 2, 3, 4, 5, 6]);
  assert.equal(tf.memory().numTensors, found);
  const files = filesBelow(at('out'));
  const pictures = ['a/0.png', 'a/1.png', 'a/2.png', 'b/c/3.png', 'b/c/4.png', 'b/c/5.png'];
  assert.deepEqual(Object.keys(files).sort(), [...pictures, 'stylised.json']);
  const { width, height } = await decodeImage(at('out', 'a/0.png'));
  assert.deepEqual(
    [width, height],
    [24, 16],
    'of 40 x 24: 16 is the shorter side, 24 the nearest multiple of 8',
  );
  const { settings, images } = JSON.parse(fs.readFileSync(at('out', 'stylised.json'), 'utf8'));
  assert.deepEqual([settings.alpha, settings.size, settings.styles], [0.5, 16, 'relief16']);
  assert.match(settings.decoder, /^[0-9a-f]{64}$/);
  assert.deepEqual(Object.keys(images), pictures);
  fs.rmSync(at('out', 'a/1.png'));
  fs.writeFileSync(at('out', 'b/c/4.png'), 'cut off');
  const second = await styliseFolder(job());
  assert.deepEqual([second.made, second.kept], [2, 4]);
  assert.deepEqual(filesBelow(at('out')), files, 'the same again, to the byte');
});

test('a style follows from the seed and the path, whatever other images there are', async () => {
  const styles = styleImages('relief16', 16);
  assert.equal(styles.names.length, 48);
  const chosen = (seed: number) =>
    Array.from({ length: 200 }, (_, i) => styleFor({ seed, styles }, `a/${i}.png`));
  assert.deepEqual(chosen(0), chosen(0));
  assert.notDeepEqual(chosen(0), chosen(1));
  assert.ok(new Set(chosen(0)).size > 40, 'spread over all styles');
  fs.cpSync(path.join(photos, 'b'), at('part', 'b'), { recursive: true });
  await styliseFolder(job({ images: at('part'), to: at('part-out') }));
  const whole = filesBelow(at('out'));
  const { 'stylised.json': _, ...part } = filesBelow(at('part-out'));
  for (const [name, content] of Object.entries(part)) assert.equal(content, whole[name], name);
});

test('other settings, weights or styles do not go into the same folder', async () => {
  const other = at('other.safetensors');
  await trainStyleDecoder(training({ to: other, seed: 1, epochs: 1 }));
  for (const [change, message] of [
    [{ alpha: 0 }, /of other settings: alpha was 0\.5, now 0\. Give another folder, --out/],
    [{ seed: 3 }, /seed was 0, now 3/],
    [{ styles: photos }, /styles was relief16, now photos; stylesHash was/],
    [{ decoder: other }, /decoder was [0-9a-f]{12}, now [0-9a-f]{12}/],
  ] as const)
    await assert.rejects(styliseFolder(job(change)), message);
  fs.mkdirSync(at('foreign'));
  fs.writeFileSync(at('foreign', 'stylised.json'), '{');
  await assert.rejects(styliseFolder(job({ to: at('foreign') })), /stylised\.json, which says .* is no JSON/);
  fs.writeFileSync(at('foreign', 'stylised.json'), 'null');
  await assert.rejects(
    styliseFolder(job({ to: at('foreign') })),
    /stylised\.json, .* is not of this version/,
  );
});

test('grey images and inks are stylised; damaged images, styles and long ones are named, the rest is done', async () => {
  const mixed = at('mixed');
  await writeImage(path.join(mixed, 'plain.jpg'), 1);
  await sharp(await sharp(path.join(mixed, 'plain.jpg')).greyscale().png().toBuffer()).toFile(
    path.join(mixed, 'grey.png'),
  );
  await sharp(path.join(mixed, 'plain.jpg'))
    .toColourspace('cmyk')
    .jpeg()
    .toFile(path.join(mixed, 'inks.jpg'));
  await writeImage(path.join(mixed, 'long.png'), 2, { width: 100, height: 20 });
  fs.writeFileSync(path.join(mixed, 'damaged.jpg'), 'no image');
  const { made, failed } = await styliseFolder(job({ images: mixed, to: at('mixed-out') }));
  assert.equal(made, 3);
  assert.deepEqual(
    failed.map(({ image }) => image),
    ['damaged.jpg', 'long.png'],
  );
  assert.match(failed[0].reason, /Cannot read the image .*damaged\.jpg/);
  assert.match(
    failed[1].reason,
    /Cannot use the image .*long\.png: it is 100 x 20 pixels, longer than 4 to 1/,
  );
  const styles = at('styles');
  fs.mkdirSync(styles);
  fs.writeFileSync(path.join(styles, 'broken.png'), 'no image');
  const result = await styliseFolder(job({ styles, to: at('broken-out') }));
  assert.deepEqual([result.made, result.failed.length], [0, 6]);
  assert.match(result.failed[0].reason, /Cannot read the image .*broken\.png/);
});

test('what cannot be stylised at all is answered, and nothing is written', async () => {
  const refused = async (options: Partial<StyliseOptions>, message: RegExp) => {
    await assert.rejects(styliseFolder(job({ to: at('refused'), ...options })), message);
    assert.ok(!fs.existsSync(at('refused')), String(message));
  };
  fs.mkdirSync(at('empty'));
  await refused({ images: at('absent') }, /The folder of images .*absent does not exist/);
  await refused({ images: at('empty') }, /There are no images below .*empty/);
  await refused({ styles: at('empty') }, /There are no images below .*empty/);
  await refused({ styles: at('absent') }, /The folder of styles .*absent does not exist/);
  await refused({ alpha: 1.5 }, /alpha is a number from 0 to 1, not 1\.5/);
  await refused({ size: 100 }, /size is a multiple of 8 from 16 pixels, not 100/);
  await refused({ encoder: at('absent') }, /There is no file of weights .*absent/);
  await refused({ decoder: encoder }, /vgg\.safetensors holds no decoder of style transfer/);
  await refused({ to: path.join(photos, 'in') }, /cannot go to .* lies in the folder of the images/);
  const wide = await writeVgg('wide.safetensors', { width: 3 }, 1);
  await refused({ encoder: wide }, /decoder is for a vgg16 of width 2, the encoder is a vgg16 of width 3/);
  const second = await writeVgg('second.safetensors', {}, 2);
  await refused({ encoder: second }, /trained for an encoder with the SHA-256/);
  fs.writeFileSync(at('pickled.pth'), Buffer.from('PK\x03\x04pickled'));
  await refused({ encoder: at('pickled.pth') }, /pickled\.pth holds pickled Python.*refused/);
  await refused({ decoder: at('pickled.pth') }, /pickled\.pth is not a .*safetensors file/);
  await writeImage(at('twins', 'a.png'), 1);
  await writeImage(at('twins', 'a.jpg'), 1);
  await refused({ images: at('twins') }, /a\.jpg and a\.png would both become a\.png/);
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(styliseFolder(job({ to: at('stopped'), signal: stop.signal })), {
    name: 'Interrupted',
    message: /stylised 0 images; the same command goes on/,
  });
});

test('sides of stylised images', () => {
  const sides = (width: number, height: number) => Object.values(stylisedSides({ width, height }, 64));
  assert.deepEqual(sides(500, 375), [88, 64]);
  assert.deepEqual(sides(375, 500), [64, 88]);
  assert.deepEqual(sides(8, 8), [64, 64]);
  assert.deepEqual(sides(400, 100), [256, 64]);
  assert.throws(() => sides(401, 100), /longer than 4 to 1/);
});

test('pictures become normalised values and come back; values beyond become the ends', () => {
  const picture = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(0, 128, 255, 1, 2, 3) };
  assert.deepEqual(pictureOfPixels(normalisedPixels(picture), picture), picture);
  const grey = { width: 2, height: 1, channels: 1 as const, data: Uint8Array.of(7, 200) };
  assert.deepEqual([...pictureOfPixels(normalisedPixels(grey), grey).data], [7, 7, 7, 200, 200, 200]);
  assert.deepEqual(
    [...pictureOfPixels(Float32Array.of(-9, 9, 0), { width: 1, height: 1 }).data],
    [0, 255, 104],
  );
  assert.throws(() => pictureOfPixels(Float32Array.of(Number.NaN), { width: 1, height: 1 }), /not finite/);
});

const REAL = path.join(process.env.GESTALT_TEST_IMAGES ?? fromRoot('..', 'shared', 'data'), 'few-shot');
const skip =
  !fs.existsSync(REAL) && 'needs real images: a folder with few-shot, named by GESTALT_TEST_IMAGES';

test('real photographs take the style of real photographs', { skip }, async () => {
  for (const [kind, folder] of [
    ['fish', 'real'],
    ['table', 'real-styles'],
  ]) {
    fs.mkdirSync(at(folder, kind), { recursive: true });
    for (const name of fs.readdirSync(path.join(REAL, kind)).sort().slice(0, 3))
      fs.copyFileSync(path.join(REAL, kind, name), at(folder, kind, name));
  }
  const options = { images: at('real'), styles: at('real-styles'), size: 64 };
  const result = await styliseFolder(job({ ...options, to: at('real-out') }));
  assert.deepEqual([result.made, result.failed], [3, []]);
  const { images } = JSON.parse(fs.readFileSync(at('real-out', 'stylised.json'), 'utf8'));
  for (const style of Object.values(images)) assert.match(style as string, /^table\/.*jpe?g$/i);
});
