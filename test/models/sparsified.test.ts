// Top-K put into networks that exist: what it computes, that weights are shared, and that it is freed.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { loadModel } from '../../lib/benchmark/loadModel';
import { hashModel, saveModel } from '../../lib/benchmark/saveModel';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import type { ImageModel, ModelSpec } from '../../lib/models/model';
import { PLACEMENTS } from '../../lib/models/placements';
import { selectedCounts, sparsified } from '../../lib/models/sparsified';
import { type Selection, topK } from '../../lib/ops/topK';
import { assertClose } from '../reference';

const ALEXNET: ModelSpec = { architecture: 'alexnet', width: 2, inputSize: 64, classes: 3, stemStride: 2 };

before(() => useEngine({ name: 'wasm', quiet: true }));

function images(side = 64): tf.Tensor4D {
  return tf.randomNormal([2, side, side, 3], 0, 1, 'float32', 3);
}

function logits(model: ImageModel, x: tf.Tensor4D): tf.Tensor {
  return model.forward(x).logits;
}

/** Layer by layer, with Top-K by hand. */
function byHand(
  model: ImageModel,
  x: tf.Tensor4D,
  after: readonly string[],
  options: Selection & { reverse?: boolean },
): tf.Tensor {
  return model.network.layers.slice(1).reduce<tf.Tensor>((y, layer) => {
    const output = layer.call(y, {}) as tf.Tensor | tf.Tensor[];
    const map = Array.isArray(output) ? output[0] : output;
    return after.includes(layer.name) ? topK(map as tf.Tensor4D, options) : map;
  }, x);
}

for (const reverse of [false, true]) {
  test(`Top-K ${reverse ? 'reversed ' : ''}behind five layers of AlexNet is Top-K by hand; the network itself stays`, () => {
    const model = buildModel(ALEXNET, 1);
    const after = PLACEMENTS.alexnet;
    const before = tf.memory().numTensors;
    const sparse = sparsified(model, { after, fraction: 0.2, reverse });
    tf.tidy(() => {
      const x = images();
      const plain = logits(model, x);
      assertClose(logits(sparse, x), byHand(model, x, after, { fraction: 0.2, reverse }), 'logits', 1e-6);
      assertClose(logits(model, x), plain, 'the network itself', 0);
      assert.notDeepEqual(logits(sparse, x).arraySync(), plain.arraySync());
      assertClose(byHand(model, x, [], {}), plain, 'by hand without Top-K', 1e-6);
    });
    assert.deepEqual(
      sparse.parameters().map(({ variable }) => variable.id),
      model.parameters().map(({ variable }) => variable.id),
      'weights are shared',
    );
    sparse.dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.tidy(() => assert.equal(logits(model, images()).shape[1], 3, 'still alive'));
    model.dispose();
  });
}

test('all positions pass at a fraction of 1', () => {
  const model = buildModel({ architecture: 'resnet18', width: 2, inputSize: 32 }, 1);
  const whole = sparsified(model, { after: ['layer2.1.relu2'], fraction: 1 });
  tf.tidy(() => {
    const x = images(32);
    assertClose(logits(whole, x), logits(model, x), 'logits', 0);
  });
  const trained = buildModel(
    { architecture: 'resnet18', width: 2, inputSize: 32, activation: 'topk', topKFraction: 0.2 },
    1,
  );
  const inserted = sparsified(model, { after: ['layer2.1.relu2'], fraction: 0.2 });
  tf.tidy(() => {
    const x = images(32);
    assertClose(logits(inserted, x), logits(trained, x), 'as the network that is built with it', 0);
  });
  for (const each of [whole, inserted, trained, model]) each.dispose();
});

test('networks of two outputs, with skip connections: names and shapes stay', () => {
  const model = buildModel({ architecture: 'unet', width: 2, inputSize: 32, classes: 3 }, 1);
  const layer = model.network.layers.find(({ name }) => name.includes('down_blocks.1'))!.name;
  const sparse = sparsified(model, { after: [layer], fraction: 0.1 });
  tf.tidy(() => {
    const outputs = sparse.forward(images(32));
    assert.deepEqual(Object.keys(outputs), ['logits', 'depth']);
    assert.deepEqual(outputs.depth.shape, [2, 32, 32, 1]);
  });
  sparse.dispose();
  model.dispose();
});

test('k of each layer at 224 pixels equals the authors', () => {
  const expected: Readonly<Record<string, readonly [number, number[]][]>> = {
    alexnet: [
      [0.05, [36, 8, 8, 8, 1]],
      [0.1, [72, 16, 16, 16, 3]],
      [0.2, [145, 33, 33, 33, 7]],
      [0.3, [218, 50, 50, 50, 10]],
      [0.4, [291, 67, 67, 67, 14]],
      [0.5, [364, 84, 84, 84, 18]],
    ],
    vgg16: [
      [0.05, [627, 156, 39, 9, 2]],
      [0.1, [1254, 313, 78, 19, 4]],
      [0.2, [2508, 627, 156, 39, 9]],
      [0.3, [3763, 940, 235, 58, 14]],
      [0.4, [5017, 1254, 313, 78, 19]],
      [0.5, [6272, 1568, 392, 98, 24]],
    ],
  };
  for (const architecture of ['alexnet', 'vgg16'] as const) {
    const model = buildModel({ architecture, width: 1, classes: 2 }, 0);
    for (const [fraction, counts] of expected[architecture]) {
      const found = selectedCounts(model, { after: PLACEMENTS[architecture], fraction });
      assert.deepEqual(Object.values(found), counts, `${architecture} ${fraction}`);
    }
    model.dispose();
  }
});

test('saved with its Top-K and loaded again it is the same network; the base may go first', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-sparsified-'));
  const file = path.join(folder, 'sparse.safetensors');
  const before = tf.memory().numTensors;
  const model = buildModel(ALEXNET, 1);
  const sparse = sparsified(model, { after: ['features.5', 'features.12'], fraction: 0.1 });
  const hash = await hashModel(model);
  model.dispose();
  assert.notEqual(await hashModel(sparse), hash);
  await saveModel(file, sparse, ['bear', 'cat', 'dog']);
  const loaded = loadModel(file);
  assert.equal(await hashModel(loaded.model), await hashModel(sparse));
  tf.tidy(() => {
    const x = images();
    assertClose(logits(loaded.model, x), logits(sparse, x), 'logits', 0);
  });
  loaded.model.dispose();
  sparse.dispose();
  assert.equal(tf.memory().numTensors, before);
  fs.rmSync(folder, { recursive: true });
});

test('what cannot be put in is an error, and leaves nothing', () => {
  const model = buildModel(ALEXNET, 1);
  const before = tf.memory().numTensors;
  const refused = (after: readonly string[], fraction: number, message: RegExp): void => {
    assert.throws(() => sparsified(model, { after, fraction }), message);
  };
  refused(['features.55'], 0.1, /Unknown layer "features\.55"\. Did you mean "features\.5"/);
  refused(['classifier.1'], 0.1, /the output of the layer "classifier\.1" is \[N, 128\]/);
  refused(['features.5', 'features.5'], 0.1, /"features\.5" is named twice/);
  refused([], 0.1, /at least one layer/);
  const sparse = sparsified(model, { after: ['features.5'], fraction: 0.1 });
  assert.throws(() => sparsified(sparse, { after: ['features.2'], fraction: 0.1 }), /Top-K put in already/);
  sparse.dispose();
  for (const fraction of [0, 1.5, Number.NaN]) refused(['features.5'], fraction, /must be in \(0, 1\], got/);
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
  const half = { ...ALEXNET, sparseAfter: 'features.5' };
  assert.throws(() => buildModel(half, 1), /takes sparseAfter .* sparseFraction/);
  assert.throws(
    () => buildModel({ ...half, sparseFraction: 0.1, sparseAfter: 'feature.5' }, 1),
    /Unknown layer "feature\.5"/,
  );
  assert.ok(tf.memory().numTensors <= before, 'nothing is left behind');
});
