// Synthesis on a small network with random weights: it converges, goes on where it was, and says what does not fit.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { sparsified } from '../../lib/models/sparsified';
import { Random } from '../../lib/random';
import { type SynthesisOptions, synthesise } from '../../lib/synthesis/synthesise';

const SIZE = 32;
const LAYERS = ['features.1', 'features.4', 'features.9'];
let model: ImageModel;
let target: Float32Array;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  model = buildModel({ architecture: 'vgg16', width: 4, inputSize: SIZE, classes: 2, pooling: 'average' }, 1);
  // Oblique stripes with noise.
  const random = new Random(5);
  target = Float32Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const position = Math.floor(i / 3);
    const stripe = Math.sin((position % SIZE) * 0.9 + Math.floor(position / SIZE) * 0.4 + (i % 3));
    return stripe + 0.2 * random.normal();
  });
});

after(() => model.dispose());

function run(options: Partial<SynthesisOptions> = {}) {
  return synthesise(model, target, { layers: LAYERS, steps: 6, ...options });
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, value), -Infinity);

for (const [name, options] of [
  ['Gram matrices', {}],
  ['Gram matrices of the weak activations', { strength: { fraction: 0.05, reverse: true } }],
  ['activations, all of them', { agreement: 'activations' }],
] as const) {
  test(`${name}: the loss falls a hundredfold, within the target's range, and no tensor is left`, async () => {
    const tensors = tf.memory().numTensors;
    const { image, first, best, ended } = await run(options);
    assert.equal(tf.memory().numTensors, tensors);
    assert.ok(best < first / 100, `${first} to ${best}`);
    assert.notEqual(ended, 'diverged');
    assert.ok(largest(image) <= largest(target) + 1e-6);
  });
}

test('matching all activations recovers the image; matching Gram matrices does not', async () => {
  const correlation = (a: Float32Array, b: Float32Array): number => {
    const centred = (values: Float32Array): Float32Array => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.map((value) => value - mean);
    };
    const [x, y] = [centred(a), centred(b)];
    const dot = (p: Float32Array, q: Float32Array): number =>
      p.reduce((sum, value, i) => sum + value * q[i], 0);
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  };
  const matched = await run({ agreement: 'activations', steps: 8 });
  assert.ok(correlation(matched.image, target) > 0.8);
  const textured = await run();
  assert.ok(Math.abs(correlation(textured.image, target)) < 0.3);
});

test('the same seed gives the same image, another seed another; a run goes on where it was', async () => {
  const whole = await run({ steps: 4 });
  assert.deepEqual((await run({ steps: 4 })).image, whole.image);
  assert.notDeepEqual((await run({ steps: 4, seed: 1 })).image, whole.image);
  const part = await run({ steps: 1 });
  const rest = await run({ steps: 3, from: structuredClone(part.state) });
  assert.deepEqual(rest.image, whole.image);
  assert.equal(rest.best, whole.best);
});

test('a network with Top-K put in has its own synthesis, and the one without its own', async () => {
  const sparse = sparsified(model, { after: ['features.4'], fraction: 0.1 });
  const plain = await run({ steps: 1 });
  const thinned = await synthesise(sparse, target, { layers: LAYERS, steps: 1 });
  assert.notDeepEqual(thinned.image, plain.image);
  sparse.dispose();
  assert.deepEqual((await run({ steps: 1 })).image, plain.image);
});

test('an abort ends it after the current step with what was reached', async () => {
  const abort = new AbortController();
  const seen: number[] = [];
  const result = await run({
    signal: abort.signal,
    onStep({ step, report, image }) {
      seen.push(report.best);
      assert.equal(image().length, target.length);
      if (step === 2) abort.abort();
    },
  });
  assert.equal(result.steps, 2);
  assert.ok(seen[1] <= seen[0]);
  assert.equal(result.best, seen[1]);
});

test('a loss that is not finite ends it with the best image before', async () => {
  const broken = { ...model, network: model.network };
  let steps = 0;
  const result = await synthesise(broken, target, {
    layers: LAYERS,
    steps: 5,
    onStep() {
      steps++;
      // From the second step on the network answers nothing.
      const { variable } = model.parameters()[0];
      tf.tidy(() => variable.assign(tf.fill(variable.shape, Number.NaN)));
    },
  });
  assert.deepEqual([result.ended, steps], ['diverged', 2]);
  assert.ok(result.image.every(Number.isFinite) && result.best < result.first);
  model.dispose();
  model = buildModel({ architecture: 'vgg16', width: 4, inputSize: SIZE, classes: 2, pooling: 'average' }, 1);
});

test('what does not fit is an error, and leaves no tensors', async () => {
  const tensors = tf.memory().numTensors;
  await assert.rejects(run({ layers: ['features.99'] }), /Unknown layer "features\.99"/);
  await assert.rejects(run({ layers: ['classifier.0'] }), /"classifier\.0" is \[N, 256\], no map/);
  await assert.rejects(run({ layers: [] }), /at least one layer/);
  await assert.rejects(run({ strength: { fraction: 0 } }), /fraction must be in \(0, 1\], got 0/);
  await assert.rejects(run({ learningRate: -1 }), /learningRate that is above 0/);
  const few = { layers: LAYERS };
  await assert.rejects(synthesise(model, new Float32Array(12), few), /32 x 32 x 3; the target has 12 values/);
  await assert.rejects(synthesise(model, new Float32Array(target.length), few), /the single value 0/);
  const holed = target.map((value, i) => (i === 7 ? Number.NaN : value));
  await assert.rejects(synthesise(model, holed, few), /not finite/);
  assert.equal(tf.memory().numTensors, tensors);
});
