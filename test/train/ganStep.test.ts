// One iteration of FastGAN: what it changes, what follows from its seed, and that it learns.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { normalNoise } from '../../lib/ops/noise';
import { ganStep } from '../../lib/train/gan/ganStep';
import { onEngines } from '../onEngines';
import { disposeGan, TINY_SIZE, tinyGan, weightsOf } from './tinyGan';

const SIZE = TINY_SIZE;

onEngines(
  'an iteration moves every weight of both networks, and the same again from the same seed',
  async () => {
    const real = tf.tidy(() => tf.clipByValue(normalNoise<tf.Tensor4D>([4, SIZE, SIZE, 3], 5), -1, 1));
    const runs = [];
    for (const seed of [7, 7, 8]) {
      const all = tinyGan();
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
      disposeGan(all);
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
    const all = tinyGan();
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
    disposeGan(all);
  },
  { plain: false },
);

onEngines(
  'a loss that is not finite is named, and the weights stay',
  async () => {
    const all = tinyGan();
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
    disposeGan(all);
  },
  { plain: false },
);
