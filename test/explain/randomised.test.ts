import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { randomise } from '../../lib/explain/randomised';
import { rankCorrelation } from '../../lib/explain/rankCorrelation';
import { buildModel } from '../../lib/models/build';
import { onEngines } from '../onEngines';
import { weightsOf } from '../train/setup';

test("Spearman's correlation: order alone counts, ties share their rank", () => {
  assert.equal(rankCorrelation([1, 2, 3], [1, 10, 1000]), 1);
  assert.equal(rankCorrelation([1, 2, 3], [5, 4, 3]), -1);
  // scipy.stats.spearmanr([1, 2, 2, 4, 0], [3, 1, 2, 5, 4]) = 0.0512989
  assert.ok(Math.abs((rankCorrelation([1, 2, 2, 4, 0], [3, 1, 2, 5, 4]) ?? 0) - 0.0512989) < 1e-6);
  assert.equal(rankCorrelation([1, 1], [1, 2]), null);
  assert.throws(() => rankCorrelation([1], [1, 2]), /not 1 and 2/);
});

onEngines(
  'layers are replaced from the logits down to that of the map; the model keeps its weights',
  async () => {
    const model = buildModel(
      { architecture: 'resnet18', variant: 'paper', width: 4, inputSize: 16, classes: 3, stemStride: 1 },
      1,
    );
    const x = tf.randomNormal<tf.Rank.R4>([2, 16, 16, 3], 0, 1, 'float32', 2);
    const before = weightsOf(model);
    const options = { layer: 'layer3.1.relu2', classes: [0, 1], seed: 9 };
    const steps = await randomise(model, x, options);
    assert.deepEqual(steps.map(({ layer }) => layer).sort(), [
      'fc',
      'layer4.0.conv1',
      'layer4.0.conv2',
      'layer4.0.downsample.0',
      'layer4.1.conv1',
      'layer4.1.conv2',
    ]);
    assert.equal(steps[0].layer, 'fc');
    for (const { correlations } of steps) {
      assert.ok(correlations.every((value) => value === null || (value >= -1 && value <= 1)));
    }
    assert.ok(
      steps.some(({ correlations }) => (correlations[0] ?? 0) < 0.9),
      'the map changes',
    );
    assert.deepEqual(weightsOf(model), before);
    const same = await randomise(model, x, { ...options, seed: 1, layers: (name) => name === 'fc' });
    assert.deepEqual(
      same.map(({ correlations }) => correlations.map((value) => Math.round(value ?? 0))),
      [[1, 1]],
    );
    x.dispose();
    model.dispose();
  },
);
