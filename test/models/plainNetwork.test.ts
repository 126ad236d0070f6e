import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildAlexNet } from '../../lib/models/alexnet';
import type { ImageModel } from '../../lib/models/model';
import { buildVgg } from '../../lib/models/vgg';

function shapeOf(model: ImageModel, weight: string): number[] {
  return model.parameters().find(({ name }) => name === weight)!.variable.shape;
}

test('hidden layers have 64 times the width in units, or as many as are asked for', () => {
  const small = { inputSize: 64, classes: 16, width: 2 };
  const models = [
    buildAlexNet({ architecture: 'alexnet', ...small, stemStride: 2 }, 1),
    buildAlexNet({ architecture: 'alexnet', ...small, stemStride: 2, hidden: 8 }, 1),
    buildVgg({ architecture: 'vgg16', ...small, hidden: 8 }, 1),
  ];
  const shapes = models.map((model) =>
    ['classifier.1.weight', 'classifier.0.weight']
      .filter((name) => model.parameters().some((weight) => weight.name === name))
      .map((name) => shapeOf(model, name)),
  );
  assert.deepEqual(shapes, [[[6 * 6 * 8, 128]], [[6 * 6 * 8, 8]], [[7 * 7 * 16, 8]]]);
  for (const model of models) model.dispose();
  assert.throws(() => buildVgg({ architecture: 'vgg16', ...small, hidden: 0 }, 1), /hidden.*whole number/);
});
