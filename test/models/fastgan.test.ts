// FastGAN's networks: sizes, the reference's images, noise, sparsity, and the two sizes at which images are judged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { buildDiscriminator, decoder, quarterOf } from '../../lib/models/fastgan/discriminator';
import { buildGenerator, smallSize } from '../../lib/models/fastgan/generator';
import { readSparsity } from '../../lib/models/fastgan/sparsity';
import { imageModel } from '../../lib/models/imageModel';
import type { ImageModel } from '../../lib/models/model';
import { loadWeights } from '../../lib/models/weights';
import { normalNoise } from '../../lib/ops/noise';
import { topKMask } from '../../lib/ops/topK';
import { onEngines } from '../onEngines';
import { assertNumbersClose, fixture, type ReferenceArray, toTensor } from '../reference';
import { type Entry, formulaWeights } from './formulaWeights';

interface GeneratorFixture {
  amp: number;
  parameter_order: Entry[];
  buffer_order: Entry[];
  z: ReferenceArray;
  big_every_16th: ReferenceArray;
  small_every_8th: ReferenceArray;
  big_abs_sum: number;
  small_abs_sum: number;
  feat32_after_topk_abs_sum: number;
  topk_kept_positions_image_0_1_channels_0_3: number[][][];
}

interface DecoderFixture {
  amp: number;
  parameter_order: Entry[];
  buffer_order: Entry[];
  input: ReferenceArray;
  output_every_8th_pixel: ReferenceArray;
  output_abs_sum: number;
}

/** A small generator of 64 pixels. */
function small(options: Record<string, string | number | boolean> = {}, seed = 1): ImageModel {
  return buildGenerator(
    { architecture: 'fastgan-generator', width: 4, imageSize: 64, latent: 8, ...options },
    seed,
  );
}

/** The reference's generator, with its weights; the caller disposes it. */
function referenceGenerator(): { reference: GeneratorFixture; generator: ImageModel } {
  const reference = fixture<GeneratorFixture>('topk/generator_tiny.json');
  const spec = { width: 4, latent: 8, imageSize: 256, noise: 'ignored', sparsity: '32_5' };
  const generator = buildGenerator({ architecture: 'fastgan-generator', ...spec }, 0);
  loadWeights(generator, formulaWeights(reference.parameter_order, reference.buffer_order, reference.amp));
  return { reference, generator };
}

function countOf({ parameters }: Pick<ImageModel, 'parameters'>): number {
  return parameters().reduce((sum, { variable }) => sum + variable.size, 0);
}

test('parameters at full width are those of the spec', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const sizes = [256, 512, 1024].map((imageSize) => {
    const generator = buildGenerator({ architecture: 'fastgan-generator', imageSize, noise: 'learnt' }, 0);
    const discriminator = buildDiscriminator({ architecture: 'fastgan-discriminator', imageSize }, 0);
    const counts = [countOf(generator), countOf(discriminator)];
    for (const model of [generator, discriminator]) model.dispose();
    return counts;
  });
  assert.deepEqual(sizes, [
    [29_127_846, 11_526_160],
    [29_174_392, 11_526_496],
    [29_176_512, 11_528_192],
  ]);
  const narrow = buildGenerator(
    { architecture: 'fastgan-generator', latent: 100, noise: 'learnt', sparsity: '32_5' },
    0,
  );
  assert.equal(countOf(narrow), 24_016_038);
  narrow.dispose();
});

onEngines('a small generator with Top-K paints what the reference paints', () => {
  const { reference, generator } = referenceGenerator();
  tf.tidy(() => {
    const latents = tf.tensor4d(reference.z.data, [2, 1, 1, 8]);
    const { big, small } = generator.forward(latents, { training: true });
    const tolerance = 2e-3;
    assertNumbersClose(
      every(big, 16).dataSync(),
      toTensor(reference.big_every_16th).dataSync(),
      'large images',
      tolerance,
    );
    assertNumbersClose(
      every(small, 8).dataSync(),
      toTensor(reference.small_every_8th).dataSync(),
      'small images',
      tolerance,
    );
    const sums = [big, small].map(absoluteSum);
    assertNumbersClose(sums, [reference.big_abs_sum, reference.small_abs_sum], 'sums', 1e-4);
  });
  generator.dispose();
});

onEngines('Top-K keeps the positions that the reference keeps', () => {
  const { reference, generator } = referenceGenerator();
  tf.tidy(() => {
    const sparse = generator.network.getLayer('sparse_32');
    const probe = tf.model({ inputs: generator.network.inputs, outputs: sparse.output as tf.SymbolicTensor });
    const map = probe.apply(tf.tensor4d(reference.z.data, [2, 1, 1, 8]), { training: true }) as tf.Tensor4D;
    const kept = tf.transpose(tf.notEqual(map, 0), [0, 3, 1, 2]).arraySync() as number[][][][];
    const places = kept.map((channels) =>
      [channels[0], channels[3]].map((channel) =>
        channel.flat().flatMap((passes, position) => (passes ? [position] : [])),
      ),
    );
    assert.deepEqual(places, reference.topk_kept_positions_image_0_1_channels_0_3);
    assertNumbersClose([absoluteSum(map)], [reference.feat32_after_topk_abs_sum], 'sum', 1e-4);
    const strongest = tf.sum(topKMask(map, { count: 51 })).dataSync()[0];
    assert.equal(strongest, 2 * map.shape[3] * 51);
  });
  generator.dispose();
});

onEngines(
  'a decoder paints what the reference paints',
  () => {
    const reference = fixture<DecoderFixture>('topk/simple_decoder.json');
    const options = { imageSize: 256, decoderWidth: 32 };
    const network = decoder('decoder', 8, options, { seed: 0 }, 4);
    const model = imageModel(
      { architecture: 'decoder' },
      { module: __filename, builder: 'decoder' },
      network,
      ['image'],
    );
    const weights = formulaWeights(reference.parameter_order, reference.buffer_order, reference.amp);
    loadWeights(
      model,
      new Map(
        [...weights.values()].map((tensor) => {
          const name = `decoder.${tensor.name}`;
          return [name, { ...tensor, name }];
        }),
      ),
    );
    tf.tidy(() => {
      const image = model.forward(toTensor(reference.input) as tf.Tensor4D, { training: true }).image;
      assertNumbersClose(
        every(image, 8).dataSync(),
        toTensor(reference.output_every_8th_pixel).dataSync(),
        'image',
        2e-4,
      );
      assertNumbersClose([absoluteSum(image)], [reference.output_abs_sum], 'sum', 1e-4);
    });
    model.dispose();
  },
  { plain: false },
);

/** In double precision: a sum of so many numbers is not exact in single. */
function absoluteSum(tensor: tf.Tensor): number {
  return Array.from(tensor.dataSync()).reduce((sum, value) => sum + Math.abs(value), 0);
}

/** Every n-th row and column, from the first. */
function every(images: tf.Tensor, step: number): tf.Tensor {
  const [count, height, width, channels] = images.shape;
  const steps = [1, step, step, 1];
  return tf.stridedSlice(images, [0, 0, 0, 0], [count, height, width, channels], steps);
}

onEngines('noise is fresh for each seed, does nothing at first, and its scales learn', () => {
  const generator = small({ noise: 'learnt' });
  tf.tidy(() => {
    const latents = normalNoise<tf.Tensor4D>([2, 1, 1, 8], 1);
    const painted = (seed: number): Float32Array =>
      generator.forward(latents, { training: true, seed }).big.dataSync() as Float32Array;
    const scales = generator.parameters().filter(({ name }) => /noise/.test(name));
    assert.deepEqual(
      scales.map(({ name }) => name),
      ['feat_8.noise1.weight', 'feat_8.noise2.weight', 'feat_32.noise1.weight', 'feat_32.noise2.weight'],
    );
    // Singular vectors move with every training pass, so evaluation shows what noise does.
    const calm = (seed: number) => generator.forward(latents, { seed }).big.dataSync();
    assertNumbersClose(calm(1), calm(2), 'without scales', 0);
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.square(generator.forward(latents, { training: true, seed: 3 }).big)) as tf.Scalar,
      scales.map(({ variable }) => variable),
    );
    assert.ok(Object.values(grads).every((gradient) => gradient.dataSync()[0] !== 0));
    for (const { variable } of scales) variable.assign(tf.ones([1]));
    assert.notDeepEqual(calm(1), calm(2));
    assertNumbersClose(calm(1), calm(1), 'same seed', 0);
    assert.ok(painted(1).every(Number.isFinite));
  });
  generator.dispose();
});

test('noise that is ignored leaves no parameters, noise that is not there no scales', async () => {
  await tf.setBackend('cpu');
  const [ignored, none, learnt] = ['ignored', 'none', 'learnt'].map((noise) => small({ noise }));
  assert.equal(countOf(learnt), countOf(none) + 4);
  assert.equal(countOf(ignored), countOf(none));
  const scales = (model: ImageModel) => model.buffers().filter(({ name }) => /noise/.test(name)).length;
  assert.deepEqual([ignored, none, learnt].map(scales), [4, 0, 0]);
  for (const model of [ignored, none, learnt]) model.dispose();
});

onEngines('the sigmoid bounds what an excitation lets pass', () => {
  const [published, shipped] = [true, false].map((excitationSigmoid) => small({ excitationSigmoid }));
  tf.tidy(() => {
    const latents = normalNoise<tf.Tensor4D>([2, 1, 1, 8], 1);
    const [gated, free] = [published, shipped].map((model) => model.forward(latents).big.dataSync());
    assert.notDeepEqual(gated, free);
    const gates = published.network.getLayer('se_64.gate');
    const probe = (model: ImageModel, outputs: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
      tf.model({ inputs: model.network.inputs, outputs });
    const [large] = gates.input as tf.SymbolicTensor[];
    const [before, after] = probe(published, [large, gates.output as tf.SymbolicTensor]).apply(
      latents,
    ) as tf.Tensor[];
    assert.ok(tf.all(tf.lessEqual(tf.abs(after), tf.abs(before))).dataSync()[0]);
  });
  for (const model of [published, shipped]) model.dispose();
});

onEngines(
  'a discriminator judges both sizes and paints real images back',
  () => {
    const imageSize = 64;
    const spec = { architecture: 'fastgan-discriminator', width: 4, imageSize, decoderWidth: 2 };
    const discriminator = buildDiscriminator(spec, 1);
    tf.tidy(() => {
      const side = smallSize(imageSize);
      const images = {
        big: normalNoise<tf.Tensor4D>([3, imageSize, imageSize, 3], 1),
        small: normalNoise<tf.Tensor4D>([3, side, side, 3], 2),
      };
      assert.deepEqual(discriminator.judge(images).shape, [6, 5, 5, 1]);
      const { logits, ...painted } = discriminator.judgeAndPaint(images, 2, { training: true });
      assert.deepEqual(logits.shape, [6, 5, 5, 1]);
      for (const image of Object.values(painted)) {
        assert.deepEqual(image.shape, [3, side, side, 3]);
        assert.ok(tf.max(tf.abs(image)).dataSync()[0] <= 1);
      }
      const parameters = discriminator.parameters();
      assert.equal(new Set(parameters.map(({ name }) => name)).size, parameters.length);
      const { grads } = tf.variableGrads(
        () => {
          const all = discriminator.judgeAndPaint(images, 0, { training: true });
          return tf.addN(Object.values(all).map((part) => tf.mean(tf.square(part)))) as tf.Scalar;
        },
        parameters.map(({ variable }) => variable),
      );
      assert.equal(Object.keys(grads).length, parameters.length);
    });
    discriminator.dispose();
  },
  { plain: false },
);

onEngines('quarters are those of the authors: rows first', () => {
  tf.tidy(() => {
    const maps = tf.tensor4d([0, 1, 2, 3], [1, 2, 2, 1]);
    assert.deepEqual(
      [0, 1, 2, 3].map((quarter) => quarterOf(maps, quarter).dataSync()[0]),
      [0, 1, 2, 3],
    );
    assert.throws(() => quarterOf(maps, 4), /quarters 0 to 3, not 4/);
  });
});

test("sparsity is read from the report's notation, and what does not fit is named", () => {
  const sides = [4, 8, 16, 32, 64];
  assert.deepEqual([...readSparsity('32_5', sides)], [[32, 0.05]]);
  assert.deepEqual(
    [...readSparsity('16-64_5-15', sides)],
    [
      [16, 0.05],
      [64, 0.15],
    ],
  );
  assert.equal(readSparsity('', sides).size, 0);
  for (const [notation, message] of [
    ['32', /is not <side>_<percent>/],
    ['32-64_5', /as many percentages/],
    ['128_5', /side 128; the generator has 4, 8, 16, 32, 64/],
    ['32_150', /keeps 150 %.*at most 100 %/],
    ['32_0', /keeps 0 %/],
    ['32-32_5-5', /names a side twice/],
    ['x_5', /side NaN/],
  ] as const) {
    assert.throws(() => readSparsity(notation, sides), message, notation);
  }
});

test('what cannot be built is refused by name', async () => {
  await tf.setBackend('cpu');
  assert.throws(
    () => small({ imageSize: 100 }),
    /imageSize of fastgan-generator must be one of 64, 128, 256, 512, 1024, got 100/,
  );
  assert.throws(() => small({ nois: 'learnt' }), /Did you mean "noise"/);
  assert.throws(() => small({ sparsity: '128_5' }), /side 128/);
  assert.throws(
    () => buildDiscriminator({ architecture: 'fastgan-discriminator', imageSize: 48 }, 0),
    /imageSize/,
  );
});
