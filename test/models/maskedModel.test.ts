import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { trainTransform } from '../../lib/data/augment';
import { useEngine } from '../../lib/engine/engine';
import {
  copiedMaskedModel,
  maskableWeights,
  maskedModel,
  noiseOfEachStep,
  readMasks,
} from '../../lib/models/maskedModel';
import type { ImageModel } from '../../lib/models/model';
import { buildResNet18 } from '../../lib/models/resnet';
import { classification } from '../../lib/objectives/classification';
import { withMaskDensity } from '../../lib/objectives/maskDensity';
import { constant } from '../../lib/objectives/schedule';
import { sgd } from '../../lib/objectives/sgd';
import type { TrainOptions } from '../../lib/train/options';
import { computeGradients, disposeGradients, labelledBatch } from '../../lib/train/step';
import { train } from '../../lib/train/train';
import { colours } from '../data/colours';
import { onEngines } from '../onEngines';
import { assertClose } from '../reference';
import { temporaryFolder, weightsOf } from '../train/setup';
import { buildModel, tinySpec } from '../train/tinyModel';

before(() => useEngine({ name: 'wasm', quiet: true }));

const small = (seed = 1): ImageModel =>
  buildResNet18(
    { architecture: 'resnet18', variant: 'paper', width: 2, inputSize: 8, classes: 3, stemStride: 1 },
    seed,
  );
const someImages = (count = 3) => tf.randomNormal<tf.Rank.R4>([count, 8, 8, 3], 0, 1, 'float32', 1);

/** Scores that remove about every third weight. */
function removeSome(model: ImageModel): void {
  for (const [i, { variable }] of model.parameters().entries()) {
    tf.tidy(() => variable.assign(tf.add(tf.randomNormal(variable.shape, 0, 1, 'float32', i + 1), 0.4)));
  }
}

onEngines('all kernels are masked, and only they: with positive scores the network is itself', () => {
  const model = small();
  const masked = maskedModel(model);
  const kernels = maskableWeights(model).map(({ name }) => name);
  assert.equal(kernels.length, 21);
  assert.ok(kernels.every((name) => !name.includes('bn') && name.endsWith('.weight')));
  assert.deepEqual(
    masked.parameters().map(({ name }) => name),
    kernels.map((name) => `${name}.scores`),
  );
  assert.deepEqual(masked.buffers(), []);
  tf.tidy(() => {
    const { logits, maskDensity } = masked.forward(someImages(), { training: true });
    assertClose(logits, model.forward(someImages()).logits, 'logits', 0);
    assertClose(maskDensity, tf.sigmoid(2), 'density');
  });
  masked.dispose();
  model.dispose();
});

onEngines('the network under masks equals one whose weights are those products, and is restored', () => {
  const [model, product] = [small(), small()];
  const masked = maskedModel(model);
  removeSome(masked);
  const untouched = weightsOf(model);
  tf.tidy(() => {
    for (const [i, { variable }] of maskableWeights(product).entries()) {
      const mask = tf.cast(tf.greater(masked.parameters()[i].variable, 0), 'float32');
      variable.assign(tf.mul(variable, mask));
    }
    const expected = product.forward(someImages()).logits;
    assertClose(masked.forward(someImages(), { training: true }).logits, expected, 'logits', 1e-6);
    assertClose(masked.withMasks(() => model.forward(someImages())).logits, expected, 'withMasks', 1e-6);
  });
  assert.throws(() => masked.withMasks(() => assert.fail('stop')), /stop/);
  assert.deepEqual(weightsOf(model), untouched);
  assert.ok(model.parameters().every(({ variable }) => variable instanceof tf.Variable));
  for (const each of [masked, model, product]) each.dispose();
});

test('what the masks remove and what they keep add up to the network', () => {
  const model = small();
  const masked = maskedModel(model, { weights: ['fc.weight'] });
  removeSome(masked);
  tf.tidy(() => {
    const logits = (complement: boolean) =>
      masked.withMasks(() => model.forward(someImages()).logits, { complement });
    // The last layer is linear: both halves carry its bias.
    const bias = model.parameters().find(({ name }) => name === 'fc.bias')!.variable;
    const sum = tf.sub(tf.add(logits(false), logits(true)), bias);
    assertClose(sum, model.forward(someImages()).logits, 'sum of both', 1e-5);
  });
  masked.dispose();
  model.dispose();
});

onEngines('the gradient of every score is weight * sigmoid slope * the gradient of the masked weight', () => {
  const [model, product] = [small(), small()];
  const masked = maskedModel(model);
  removeSome(masked);
  const batch = tf.tidy(() => ({
    images: tf.keep(someImages(4)),
    labels: tf.keep(tf.tensor1d([0, 1, 2, 1], 'int32')),
    targets: {},
  }));
  const objective = withMaskDensity(classification(), 0.7);
  const { gradients, terms, logits } = computeGradients(masked, objective, batch);
  tf.tidy(() => {
    const kernels = maskableWeights(product);
    for (const [i, { variable }] of kernels.entries()) {
      variable.assign(tf.mul(variable, binary(masked.parameters()[i].variable)));
    }
    const loss = () => classification().terms(product.forward(batch.images), batch).crossEntropy;
    const { grads } = tf.variableGrads(
      loss,
      kernels.map(({ variable }) => variable),
    );
    const total = kernels.reduce((sum, { variable }) => sum + variable.size, 0);
    for (const [i, { name, variable }] of masked.parameters().entries()) {
      const soft = tf.sigmoid(variable);
      const slope = tf.mul(soft, tf.sub(1, soft));
      const throughMask = tf.mul(grads[kernels[i].variable.name], maskableWeights(model)[i].variable);
      const expected = tf.mul(slope, tf.add(throughMask, 0.7 / total));
      assertClose(gradients[name], expected, name, 1e-5);
    }
    const soft = tf.concat(masked.parameters().map(({ variable }) => tf.reshape(tf.sigmoid(variable), [-1])));
    assertClose(terms.maskDensity, tf.mean(soft), 'density term', 1e-6);
  });
  disposeGradients({ gradients, terms, logits });
  tf.dispose([batch.images, batch.labels]);
  for (const each of [masked, model, product]) each.dispose();
});

const binary = (scores: tf.Tensor) => tf.cast(tf.greater(scores, 0), 'float32');

function search(model: ImageModel, options: Partial<TrainOptions> = {}): TrainOptions {
  return {
    model,
    objective: withMaskDensity(classification(), 100),
    optimizer: sgd({ momentum: 0.9 }),
    schedule: constant(15),
    source: colours(24),
    transform: trainTransform({ size: 8, scale: [0.5, 1] }),
    epochs: 3,
    batchSize: 8,
    seed: 2000,
    workers: 1,
    ...options,
  };
}

test('the loop of training finds a sparser network and leaves the weights as they are', async () => {
  const model = small();
  await train(search(model, { objective: classification(), schedule: constant(0.05), epochs: 12 }));
  const masked = maskedModel(model);
  const untouched = weightsOf(model);
  const { curve } = await train(search(masked, { epochs: 6 }));
  const masks = Object.values(await readMasks(masked));
  const [kept, size] = [
    masks.reduce((sum, mask) => sum + mask.reduce((a, b) => a + b, 0), 0),
    masks.reduce((sum, mask) => sum + mask.length, 0),
  ];
  assert.ok(kept > 0 && kept < 0.9 * size, `${kept} of ${size} kept`);
  assert.ok(curve[5].terms.maskDensity < curve[0].terms.maskDensity);
  assert.deepEqual(weightsOf(model), untouched);
  masked.dispose();
  model.dispose();
});

test('an interrupted search with noise ends as one that was not', async () => {
  const folder = temporaryFolder();
  const run = async (file?: string): Promise<Record<string, Float32Array>> => {
    const model = small();
    let scores: Record<string, Float32Array> = {};
    for (const stopAt of file === undefined ? [undefined] : [4, undefined]) {
      const masked = maskedModel(model, { noise: true, seed: 5 });
      const controller = new AbortController();
      const stopper = {
        onStep: ({ step }: { step: number }) => (step === stopAt ? controller.abort() : undefined),
      };
      const checkpoint = file === undefined ? undefined : { file };
      const callbacks = [noiseOfEachStep(masked), stopper];
      await train(search(masked, { callbacks, checkpoint, signal: controller.signal }));
      scores = weightsOf(masked);
      masked.dispose();
    }
    model.dispose();
    return scores;
  };
  const [whole, resumed] = [await run(), await run(path.join(folder, 'masks.safetensors'))];
  fs.rmSync(folder, { recursive: true });
  assert.deepEqual(resumed, whole);
  assert.notDeepEqual(whole['conv1.weight.scores'], new Float32Array(54).fill(2));
});

test('noise is of training alone, and of the step', () => {
  const model = small();
  const masked = maskedModel(model, { noise: true, initialScore: 0.5 });
  const logits = (training: boolean, step: number) => {
    masked.resample(step);
    return tf.tidy(() => masked.forward(someImages(), { training }).logits.dataSync().join());
  };
  const plain = tf.tidy(() => model.forward(someImages()).logits.dataSync().join());
  assert.equal(logits(false, 1), plain);
  assert.equal(logits(true, 1), logits(true, 1));
  assert.notEqual(logits(true, 1), plain);
  assert.notEqual(logits(true, 1), logits(true, 2));
  masked.dispose();
  model.dispose();
});

test('unknown weights and options, models without layers and copies for workers are refused', () => {
  const model = small();
  assert.throws(
    () => maskedModel(model, { weights: ['fc.wieght'] }),
    /weight to mask "fc.wieght".*"fc.weight"/,
  );
  assert.throws(() => maskedModel(model, { weights: [] }), /over no weight at all/);
  assert.throws(() => maskedModel(model, { initialScore: Number.NaN }), /initialScore of masks/);
  const tiny = buildModel(tinySpec(), 1);
  assert.throws(() => maskedModel(tiny), /"hidden.weight" cannot be replaced/);
  assert.throws(() => copiedMaskedModel(), /workers: 1/);
  assert.throws(() => withMaskDensity(classification(), -1), /number from 0, got -1/);
  const batch = labelledBatch({
    images: new Float32Array(192),
    labels: Int32Array.of(0),
    shape: [1, 8, 8, 3],
  });
  assert.throws(() => withMaskDensity(classification(), 1).terms({}, batch), /for masked networks/);
  tf.dispose([batch.images, batch.labels]);
  tiny.dispose();
  model.dispose();
});
