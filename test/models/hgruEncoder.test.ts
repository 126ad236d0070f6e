import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { trainTransform } from '../../lib/data/augment';
import { useEngine } from '../../lib/engine/engine';
import { Linear } from '../../lib/layers/linear';
import { GlobalAveragePool } from '../../lib/layers/pooling';
import { type HgruStagesOptions, hgruStages } from '../../lib/models/hgruEncoder';
import { imageModel } from '../../lib/models/imageModel';
import { maskableWeights, maskedModel } from '../../lib/models/maskedModel';
import type { ImageModel } from '../../lib/models/model';
import { exportWeights, loadWeights } from '../../lib/models/weights';
import { classification } from '../../lib/objectives/classification';
import { constant } from '../../lib/objectives/schedule';
import { sgd } from '../../lib/objectives/sgd';
import { train } from '../../lib/train/train';
import { colours } from '../data/colours';
import { onEngines } from '../onEngines';
import { assertClose } from '../reference';

before(() => useEngine({ name: 'wasm', quiet: true }));

const TINY: HgruStagesOptions = { width: 2, steps: 2 };

/** The encoder with a linear classifier. */
function classifier(
  options: HgruStagesOptions = TINY,
  size = 32,
  seed = 1,
  frozenBatchNorm = false,
): ImageModel {
  const images = tf.input({ shape: [size, size, 3] });
  const stack = [new GlobalAveragePool({ name: 'pool' }), new Linear({ name: 'fc', units: 3, seed })];
  const last = hgruStages(images, options, { seed, frozenBatchNorm }).at(-1)!;
  const logits = stack.reduce<tf.SymbolicTensor>((x, layer) => layer.apply(x) as tf.SymbolicTensor, last);
  const network = tf.model({ inputs: images, outputs: logits });
  return imageModel({ architecture: 'test' }, { module: __filename, builder: 'classifier' }, network, [
    'logits',
  ]);
}

test('five maps, each of half the sides', () => {
  const images = tf.input({ shape: [64, 96, 3] });
  const maps = hgruStages(images, {}, { seed: 1 });
  assert.deepEqual(
    maps.map(({ shape }) => shape),
    [
      [null, 32, 48, 16],
      [null, 16, 24, 32],
      [null, 8, 12, 64],
      [null, 4, 6, 128],
      [null, 2, 3, 128],
    ],
  );
  tf.model({ inputs: images, outputs: maps }).dispose();
});

test('recurrent units begin at the stage that is named', () => {
  for (const [firstRecurrent, expected] of [
    [3, ['stage3.hgru', 'stage4.hgru', 'stage5.hgru']],
    [6, []],
  ] as const) {
    const model = classifier({ ...TINY, firstRecurrent });
    const units = model.network.layers.map(({ name }) => name).filter((name) => name.endsWith('hgru'));
    assert.deepEqual(units, expected);
    model.dispose();
  }
});

onEngines(
  'weights survive the way through their names; frozen norms leave the statistics alone',
  async () => {
    const [model, copy] = [classifier(), classifier(TINY, 32, 2, true)];
    const stored = new Map((await exportWeights(model)).map((tensor) => [tensor.name, tensor]));
    assert.ok(stored.has('stage3.hgru.w_gate_inh') && stored.has('stage5.hgru.bn.7.running_var'));
    loadWeights(copy, stored);
    tf.tidy(() => {
      const images = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
      const { logits } = model.forward(images);
      assertClose(copy.forward(images, { training: true }).logits, logits, 'logits', 1e-6);
      assertClose(copy.forward(images).logits, logits, 'logits after training', 1e-6);
    });
    for (const each of [model, copy]) each.dispose();
  },
);

test('it learns with the loop of training, and can be masked', async () => {
  const model = classifier();
  const { curve } = await train({
    model,
    objective: classification(),
    optimizer: sgd({ momentum: 0.9 }),
    schedule: constant(0.05),
    source: colours(24),
    transform: trainTransform({ size: 32, scale: [0.5, 1] }),
    epochs: 8,
    batchSize: 8,
    seed: 2000,
    workers: 1,
  });
  assert.ok(
    curve[7].terms.crossEntropy < 0.7 * curve[0].terms.crossEntropy,
    JSON.stringify(curve.map((r) => r.loss)),
  );
  const masked = maskedModel(model);
  assert.ok(maskableWeights(model).some(({ name }) => name === 'stage3.hgru.w_gate_exc'));
  tf.tidy(() => {
    const images = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
    assertClose(masked.forward(images).logits, model.forward(images).logits, 'logits', 0);
  });
  masked.dispose();
  model.dispose();
});

test('options that do not exist or fit are refused', () => {
  assert.throws(
    () => classifier({ step: 2 } as HgruStagesOptions),
    /option of the hGRU encoder "step".*"steps"/,
  );
  assert.throws(
    () => classifier({ recurrentKernel: 4 }),
    /recurrentKernel of the hGRU encoder must be one of 1, 3/,
  );
});
