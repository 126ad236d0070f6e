// VGG with weights normalised: every channel's mean is 1, and the network answers as before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { sparsified } from '../../lib/models/sparsified';
import { Random } from '../../lib/random';
import { type ImageBatch, meanActivations, normalisedVgg } from '../../lib/synthesis/normalisedVgg';
import { onEngines } from '../onEngines';
import { assertNumbersClose } from '../reference';

const SPEC = { architecture: 'vgg16', width: 4, inputSize: 32, classes: 3 };

/** Batches of 3 and 2 images of noise. */
function* noise(): Generator<ImageBatch> {
  const random = new Random(2);
  for (const count of [3, 2]) {
    const images = Float32Array.from({ length: count * 32 * 32 * 3 }, () => random.normal());
    yield { images, shape: [count, 32, 32, 3] };
  }
}

function logitsOf(model: ImageModel): Float32Array {
  const [{ images, shape }] = noise();
  return tf.tidy(() => model.forward(tf.tensor4d(images, shape)).logits.dataSync()) as Float32Array;
}

const weightOf = (model: ImageModel, name: string): tf.Variable =>
  model.parameters().find((weight) => weight.name === name)!.variable;

for (const pooling of ['max', 'average']) {
  for (const architecture of ['vgg16', 'vgg19']) {
    onEngines(`means are 1, logits as before: ${architecture}, ${pooling} pooling`, async () => {
      const model = buildModel({ ...SPEC, architecture, pooling, width: 4 }, 3);
      // Biases that are not 0 have to be rescaled too.
      const bias = weightOf(model, 'features.2.bias');
      bias.assign(tf.tidy(() => tf.fill(bias.shape, 0.1)));
      const result = await normalisedVgg(model, noise);
      assert.deepEqual(
        [result.before.size, result.after.size],
        architecture === 'vgg16' ? [13, 13] : [16, 16],
      );
      const dead = new Map(result.dead.map(({ layer, channels }) => [layer, channels]));
      for (const [layer, means] of result.after)
        for (const [channel, mean] of means.entries())
          if (!dead.get(layer)?.includes(channel)) assert.ok(Math.abs(mean - 1) < 1e-3, `${layer} ${mean}`);
      assertNumbersClose(logitsOf(result.model), logitsOf(model), 'logits', 1e-4);
      assert.notDeepEqual(
        weightOf(result.model, 'features.5.weight').dataSync(),
        weightOf(model, 'features.5.weight').dataSync(),
      );
      const [first] = result.before.get('features.0')!;
      assert.ok(Math.abs(first - 1) > 0.01, 'there was something to do');
      for (const each of [model, result.model]) each.dispose();
      tf.dispose(bias);
    });
  }
}

test('dead channels stay as they are and are reported', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const model = buildModel(SPEC, 3);
  const bias = weightOf(model, 'features.5.bias');
  tf.tidy(() => bias.assign(tf.tensor1d([...bias.dataSync()].map((value, i) => (i === 6 ? -1e6 : value)))));
  const result = await normalisedVgg(model, noise);
  const there = result.dead.find(({ layer }) => layer === 'features.5');
  assert.deepEqual(there, { layer: 'features.5', channels: [6] });
  assert.equal(weightOf(result.model, 'features.5.bias').dataSync()[6], -1e6);
  assert.equal(result.after.get('features.5')![6], 0);
  assertNumbersClose(logitsOf(result.model), logitsOf(model), 'logits', 1e-4);
  for (const each of [model, result.model]) each.dispose();
});

test('means are over all images, in any batches', async () => {
  const model = buildModel(SPEC, 3);
  const [three, two] = noise();
  const all = await meanActivations(model, () => [three, two]);
  const one = await meanActivations(model, async function* () {
    yield { images: Float32Array.of(...three.images, ...two.images), shape: [5, 32, 32, 3] };
  });
  assertNumbersClose(all.get('features.28')!, one.get('features.28')!, 'means');
  model.dispose();
});

test('other networks and no images are errors, and leave no tensors', async () => {
  const before = tf.memory().numTensors;
  const resnet = buildModel({ architecture: 'resnet18', width: 2, inputSize: 32 }, 1);
  await assert.rejects(normalisedVgg(resnet, noise), /Only VGG-16 and VGG-19 as built.*got resnet18/);
  const vgg = buildModel(SPEC, 1);
  const thinned = sparsified(vgg, { after: ['features.4'], fraction: 0.5 });
  await assert.rejects(normalisedVgg(thinned, noise), /vgg16 with Top-K put in/);
  await assert.rejects(
    normalisedVgg(vgg, () => []),
    /one image at least/,
  );
  for (const each of [resnet, thinned, vgg]) each.dispose();
  assert.equal(tf.memory().numTensors, before);
});
