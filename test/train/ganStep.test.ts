// One iteration of FastGAN: what it changes, what follows from its seed, and that it learns.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { buildDiscriminator } from '../../lib/models/fastgan/discriminator';
import { buildGenerator } from '../../lib/models/fastgan/generator';
import { adam } from '../../lib/objectives/adam';
import { normalNoise } from '../../lib/ops/noise';
import { averageWeights } from '../../lib/train/averagedWeights';
import { type GanLearners, ganStep } from '../../lib/train/gan/ganStep';
import { onEngines } from '../onEngines';

const SIZE = 64;

/** Squared differences stand for a network's distance. */
const distance: GanLearners['distance'] = (a, b) =>
  tf.mean(tf.squaredDifference(a, b), [1, 2, 3]) as tf.Tensor1D;

function learners(): GanLearners {
  const generator = buildGenerator(
    {
      architecture: 'fastgan-generator',
      width: 2,
      imageSize: SIZE,
      latent: 4,
      noise: 'learnt',
      sparsity: '32_5',
    },
    1,
  );
  const discriminator = buildDiscriminator(
    { architecture: 'fastgan-discriminator', width: 2, imageSize: SIZE, decoderWidth: 2 },
    2,
  );
  const optimizer = adam({ beta1: 0.5 });
  return {
    generator,
    discriminator,
    optimizers: {
      generator: optimizer.start(generator.parameters()),
      discriminator: optimizer.start(discriminator.parameters()),
    },
    average: averageWeights(generator.parameters(), { decay: 0.999 }),
    distance,
  };
}

function disposeAll({ generator, discriminator, optimizers, average }: GanLearners): void {
  for (const part of [generator, discriminator, optimizers.generator, optimizers.discriminator, average]) {
    part.dispose();
  }
}

function weightsOf({ generator, discriminator }: GanLearners): number[][] {
  return [generator, discriminator].flatMap((model) =>
    [...model.parameters(), ...model.buffers()].map(({ variable }) => Array.from(variable.dataSync())),
  );
}

onEngines(
  'an iteration moves every weight of both networks, and the same again from the same seed',
  async () => {
    const real = tf.tidy(() => tf.clipByValue(normalNoise<tf.Tensor4D>([4, SIZE, SIZE, 3], 5), -1, 1));
    const runs = [];
    for (const seed of [7, 7, 8]) {
      const all = learners();
      const before = [all.generator, all.discriminator].flatMap((model) =>
        model.parameters().map(({ variable }) => variable.dataSync().slice()),
      );
      const terms = await ganStep(all, real, { learningRate: 2e-4, step: 0, seed });
      const after = [all.generator, all.discriminator].flatMap((model) =>
        model.parameters().map(({ variable }) => variable.dataSync().slice()),
      );
      for (const [i, values] of after.entries()) assert.notDeepEqual(values, before[i]);
      assert.deepEqual(Object.keys(terms), [
        'real',
        'generated',
        'paintedBig',
        'paintedSmall',
        'paintedPart',
        'generator',
      ]);
      runs.push({ terms, weights: weightsOf(all) });
      disposeAll(all);
    }
    const [first, same, other] = runs;
    assert.deepEqual(same, first);
    assert.notDeepEqual(other.terms, first.terms);
    real.dispose();
  },
  { plain: false },
);

onEngines(
  'images are painted back better after some iterations, and nothing is left behind',
  async () => {
    const all = learners();
    const real = tf.fill<tf.Rank.R4>([4, SIZE, SIZE, 3], 0.5);
    const painted: number[] = [];
    let tensors = 0;
    for (let step = 0; step < 12; step++) {
      const terms = await ganStep(all, real, { learningRate: 2e-3, step, seed: 3 });
      painted.push(terms.paintedBig + terms.paintedSmall);
      if (step === 1) tensors = tf.memory().numTensors;
    }
    assert.equal(tf.memory().numTensors, tensors);
    assert.ok(Math.min(...painted.slice(-3)) < painted[0], painted.join(' '));
    real.dispose();
    disposeAll(all);
  },
  { plain: false },
);

onEngines(
  'a loss that is not finite is named, and the weights stay',
  async () => {
    const all = learners();
    const before = weightsOf(all);
    const parameters = all.discriminator.parameters().map(({ variable }) => variable.dataSync().slice());
    const broken = { ...all, distance: () => tf.tensor1d([Number.NaN]) };
    const real = tf.zeros<tf.Rank.R4>([4, SIZE, SIZE, 3]);
    await assert.rejects(
      ganStep(broken, real, { learningRate: 1e-3, step: 0, seed: 1 }),
      /"paintedBig" became NaN/,
    );
    assert.equal(before.length, weightsOf(all).length);
    assert.deepEqual(
      all.discriminator.parameters().map(({ variable }) => variable.dataSync().slice()),
      parameters,
    );
    real.dispose();
    disposeAll(all);
  },
  { plain: false },
);
