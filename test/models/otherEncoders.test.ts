// LocNet on other encoders: shapes, training steps that learn both tasks, weights written and read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import { exportWeights, loadWeights } from '../../lib/models/weights';
import { jointLoss } from '../../lib/objectives/jointLoss';
import { sgd } from '../../lib/objectives/sgd';
import { Random } from '../../lib/random';
import { trainStep } from '../../lib/train/step';
import { onEngines } from '../onEngines';

const SPECS = {
  hgru: {
    architecture: 'hgru-autoencoder',
    width: 4,
    inputSize: 32,
    classes: 4,
    firstRecurrent: 4,
    steps: 2,
  },
  transformer: {
    architecture: 'transformer-autoencoder',
    width: 16,
    inputSize: 32,
    classes: 4,
    blocks: 1,
    heads: 2,
    hidden: 16,
  },
};

for (const [name, spec] of Object.entries(SPECS)) {
  onEngines(
    `the ${name} encoder learns class and depth`,
    async () => {
      const model = buildModel(spec, 1);
      const learner = {
        model,
        objective: jointLoss({ beta: 5, epochs: 1, stepsPerEpoch: 1 }),
        optimizer: sgd({ momentum: 0.9 }).start(model.parameters()),
      };
      const random = new Random(3);
      const batch = {
        images: Float32Array.from({ length: 8 * 32 * 32 * 3 }, () => random.normal()),
        labels: Int32Array.from({ length: 8 }, (_, i) => i % 4),
        shape: [8, 32, 32, 3] as [number, number, number, number],
        targets: { depth: Float32Array.from({ length: 8 * 32 * 32 }, () => random.next()) },
      };
      const losses: number[] = [];
      for (let step = 0; step < 6; step++) {
        const { terms } = await trainStep(learner, batch, { learningRate: 0.02, step });
        losses.push(terms.crossEntropy + 5 * terms.squaredError);
      }
      assert.ok(losses[5] < losses[0], losses.join(' '));
      const outputs = tf.tidy(() => model.forward(tf.zeros([2, 32, 32, 3])));
      assert.deepEqual(outputs.logits.shape, [2, 4]);
      assert.deepEqual(outputs.depth.shape, [2, 32, 32, 1]);
      tf.dispose(outputs);
      learner.optimizer.dispose();
      model.dispose();
    },
    { plain: false },
  );
}

test('their weights are written and read', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  for (const spec of Object.values(SPECS)) {
    const [written, read] = [buildModel(spec, 1), buildModel(spec, 2)];
    const stored = await exportWeights(written);
    loadWeights(read, new Map(stored.map((tensor) => [tensor.name, tensor])));
    assert.deepEqual(await exportWeights(read), stored);
    written.dispose();
    read.dispose();
  }
});

test('what does not fit is named', () => {
  assert.throws(() => buildModel({ ...SPECS.hgru, inputSize: 40 }, 1), /multiple of 32 pixels/);
  assert.throws(
    () => buildModel({ ...SPECS.transformer, patchSize: 5 }, 1),
    /patchSize.*one of 4, 8, 16, 32/,
  );
  assert.throws(() => buildModel({ ...SPECS.transformer, heads: 3 }, 1), /heads/);
});
