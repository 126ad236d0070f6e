// Generators as they are judged: their images, protocols, and what they are like.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { relief16 } from '../../lib/data/relief16/relief16';
import { IMAGENET_NORMALISATION } from '../../lib/data/resample';
import { useEngine } from '../../lib/engine/engine';
import type { FeatureMatrix } from '../../lib/fid/featureMatrix';
import type { FeatureNetwork } from '../../lib/fid/featureNetwork';
import { frechetDistance } from '../../lib/fid/frechet';
import { generateImages, picturesOf, realPictures, withNorms } from '../../lib/fid/generatedImages';
import { generatorDistance, PROTOCOLS } from '../../lib/fid/generatorDistance';
import { nearestImages, noveltyOf } from '../../lib/fid/nearest';
import { buildGenerator } from '../../lib/models/fastgan/generator';
import type { ImageModel } from '../../lib/models/model';

const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-generator-'));
before(() => useEngine({ name: 'wasm', quiet: true }));
after(() => fs.rmSync(cache, { recursive: true }));

const tiny = (noise: 'none' | 'learnt' = 'none'): ImageModel =>
  buildGenerator({ architecture: 'fastgan-generator', width: 2, imageSize: 64, latent: 4, noise }, 1);

/** Mean colours of the four quarters of an image. */
const colours: FeatureNetwork = {
  name: 'colours',
  inputSize: 8,
  hash: 'colours',
  async features(pixels, count) {
    const features = new Float32Array(count * 12);
    for (let i = 0; i < pixels.length; i++) {
      const [image, place] = [Math.floor(i / 192), Math.floor((i % 192) / 3)];
      const quarter = 2 * Math.floor(place / 32) + Math.floor((place % 8) / 4);
      features[image * 12 + quarter * 3 + (i % 3)] += pixels[i] / 16;
    }
    return features;
  },
};

test('images follow from the seed; the generator is as it was; what is gathered and what the batch says differ', async () => {
  const generator = tiny();
  const state = (): number[][] =>
    [...generator.parameters(), ...generator.buffers()].map(({ variable }) =>
      Array.from(variable.dataSync()),
    );
  const [before, tensors] = [state(), tf.memory().numTensors];
  const make = (seed: number, norms: 'gathered' | 'batch') => {
    const given = { count: 10, seed, norms };
    return withNorms(generator, given, () => generateImages(generator, given));
  };
  const [first, again, other, batch] = [
    await make(1, 'gathered'),
    await make(1, 'gathered'),
    await make(2, 'gathered'),
    await make(1, 'batch'),
  ];
  assert.deepEqual(first, again);
  assert.equal(first.values.length, 10 * 64 * 64 * 3);
  assert.notDeepEqual(first.values, other.values);
  assert.notDeepEqual(first.values, batch.values);
  assert.deepEqual(state(), before);
  assert.equal(tf.memory().numTensors, tensors);
  const held = await generateImages(generator, { count: 10, seed: 1, norms: 'gathered' });
  assert.notDeepEqual(held.values, first.values);
  await assert.rejects(generateImages(generator, { count: 9, seed: 1, norms: 'batch' }), /leave one alone/);
  await assert.rejects(generateImages(generator, { count: 0, seed: 1, norms: 'gathered' }), /not 0/);
  const [{ variable }] = generator.parameters();
  tf.tidy(() => variable.assign(tf.mul(variable, Number.NaN)));
  await assert.rejects(make(1, 'gathered'), /not finite/);
  generator.dispose();
});

test('gathered statistics are the means over batches of what each batch has', async () => {
  const generator = tiny();
  const find = (name: string) => generator.buffers().find((buffer) => buffer.name === name)!.variable;
  const name = 'init.init.1.running_mean';
  await withNorms(generator, { norms: 'gathered', seed: 3 }, async () => {
    // The first norm sees the latent numbers through one linear map without bias: its mean is near 0, its variance what the map makes of deviation 1.
    const gathered = Array.from(find(name).dataSync());
    const variances = Array.from(find('init.init.1.running_var').dataSync());
    const spread = Math.sqrt(Math.max(...variances));
    assert.ok(gathered.every((mean) => Math.abs(mean) < 0.3 * spread));
    assert.ok(variances.every((variance) => variance > 0));
  });
  assert.ok(
    find(name)
      .dataSync()
      .every((mean) => mean === 0),
  );
  generator.dispose();
});

test('bytes of generated and of real pictures, in full and in half contrast as the report has it', async () => {
  const values = Float32Array.of(-1, 0, 1, 1.5, -1.5, -3.5);
  const images = { values: Float32Array.from([...values, ...values]), count: 1, size: 2 };
  const bytes = async (contrast: 'full' | 'half') =>
    Array.from((await picturesOf(images, contrast).image(0)).data).slice(0, 6);
  assert.deepEqual(await bytes('full'), [0, 128, 255, 255, 0, 0]);
  // By hand: (x + 1) / 2 cut to -1..1, halved, plus one half: -1.5 is -0.25, hence 0.375.
  assert.deepEqual(await bytes('half'), [128, 191, 255, 255, 96, 0]);
  const real = await relief16({ split: 'train', size: 32, count: 1, seed: 1, classes: ['cat'] });
  const [full, half] = [realPictures(real, 16), realPictures(real, 16, 'half')];
  const [a, b] = [await full.image(0), await half.image(0)];
  assert.deepEqual([a.width, a.height], [16, 16]);
  assert.deepEqual(
    Array.from(b.data),
    Array.from(a.data, (value) => Math.round((value + 255) / 2)),
  );
  assert.equal(new Set([real.hash, full.hash, half.hash]).size, 3);
});

test('the clean protocol and the report’s, each departure by itself', async () => {
  const generator = tiny('learnt');
  const real = await relief16({ split: 'train', size: 64, count: 12, seed: 1, classes: ['cat'] });
  const given = {
    real,
    network: colours,
    normalisation: IMAGENET_NORMALISATION,
    dtype: 'float64',
    count: 16,
    seed: 3,
    cache,
  };
  const clean = await generatorDistance(generator, { ...given, parts: 4 });
  assert.deepEqual(clean.protocol, PROTOCOLS.clean);
  assert.deepEqual([clean.frechet.n, clean.frechet.references, clean.frechet.features], [16, 12, 'colours']);
  assert.ok(clean.frechet.interval !== null && clean.kernel.interval !== null);
  assert.ok(Math.abs(clean.frechet.value - frechetDistance(clean.generated, clean.real)) < 1e-9);
  const three = await generatorDistance(generator, {
    ...given,
    protocol: { ...PROTOCOLS.clean, samplings: 3 },
  });
  assert.ok(three.frechet.value <= clean.frechet.value);
  const half = await generatorDistance(generator, {
    ...given,
    protocol: { ...PROTOCOLS.clean, contrast: 'half' },
  });
  // Colours are linear in contrast, but for what is cut.
  assert.ok(half.frechet.value < 0.5 * clean.frechet.value);
  const report = await generatorDistance(generator, { ...given, protocol: 'report' });
  assert.deepEqual([report.protocol, report.frechet.interval], [PROTOCOLS.report, null]);
  await assert.rejects(
    generatorDistance(generator, { ...given, protocol: { ...PROTOCOLS.clean, samplings: 0 } }),
    /one set of images or more/,
  );
  // The real images' features are remembered, in both contrasts.
  assert.equal(fs.readdirSync(cache).length, 2);
  generator.dispose();
});

function matrix(rows: readonly number[][]): FeatureMatrix {
  return { values: Float64Array.from(rows.flat()), count: rows.length, size: rows[0].length };
}

test('nearest images; copies have no novelty, and training images among themselves have 1', () => {
  const training = matrix([
    [0, 0],
    [3, 4],
    [0, 1],
  ]);
  const generated = matrix([
    [3, 3],
    [0, -2],
  ]);
  assert.deepEqual(nearestImages(generated, training), [
    { image: 1, distance: 1 },
    { image: 0, distance: 2 },
  ]);
  // Among themselves 1, sqrt(18) and 1.
  const spacing = (2 + Math.sqrt(18)) / 3;
  assert.ok(Math.abs(noveltyOf(generated, training) - 1.5 / spacing) < 1e-12);
  assert.equal(noveltyOf(training, training), 0);
  assert.throws(() => nearestImages(generated, matrix([[1], [2]])), /not of one network/);
});
