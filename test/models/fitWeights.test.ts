// Weights of a file against a network: timm's names, and one report of all that does not fit.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import { fitWeights } from '../../lib/models/fitWeights';
import type { ImageModel } from '../../lib/models/model';
import { exportWeights, type StoredTensor } from '../../lib/models/weights';

const VGG = { architecture: 'vgg16', width: 1, inputSize: 32, classes: 3 };

let model: ImageModel;
let weights: Map<string, StoredTensor>;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  model = buildModel(VGG, 1);
  weights = new Map((await exportWeights(model)).map((tensor) => [tensor.name, tensor]));
});

/** The weights after some were changed: renamed, reshaped, or (null) left out. */
function changed(changes: Record<string, Partial<StoredTensor> | null>): Map<string, StoredTensor> {
  const tensors = [...weights.values()].flatMap((tensor) => {
    const change = changes[tensor.name];
    return change === null ? [] : [{ ...tensor, ...change }];
  });
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

test('weights of the network itself are passed on as they are', () => {
  assert.deepEqual(fitWeights(model, weights, 'file'), weights);
  const counted = new Map([
    ...weights,
    ['bn.num_batches_tracked', { name: 'bn.num_batches_tracked', shape: [], data: Float32Array.of(1) }],
  ]);
  assert.deepEqual(fitWeights(model, counted, 'file'), weights);
});

test("timm's VGG, whose classifier are convolutions, becomes torchvision's", () => {
  const timm = changed({
    'classifier.0.weight': { name: 'pre_logits.fc1.weight', shape: [64, 8, 7, 7] },
    'classifier.0.bias': { name: 'pre_logits.fc1.bias' },
    'classifier.3.weight': { name: 'pre_logits.fc2.weight', shape: [64, 64, 1, 1] },
    'classifier.3.bias': { name: 'pre_logits.fc2.bias' },
    'classifier.6.weight': { name: 'head.fc.weight' },
    'classifier.6.bias': { name: 'head.fc.bias' },
  });
  assert.ok(timm.has('head.fc.weight'));
  assert.deepEqual(Object.fromEntries(fitWeights(model, timm, 'file')), Object.fromEntries(weights));
});

test('one message says all that does not fit', () => {
  const wrong = changed({
    'features.0.weight': null,
    'features.2.bias': { name: 'feature.2.bias' },
    'classifier.6.weight': { shape: [64, 3] },
    'classifier.6.bias': { shape: [3, 1] },
  });
  wrong.set('aux.logits.scale', { name: 'aux.logits.scale', shape: [1], data: Float32Array.of(1) });
  assert.throws(() => fitWeights(model, wrong, 'vgg.safetensors'), {
    message: [
      'Cannot load vgg.safetensors: its weights are not those of this vgg16.',
      '  missing (2):',
      '    features.0.weight [1, 3, 3, 3]',
      '    features.2.bias [1]',
      '  of another shape (2):',
      "    classifier.6.weight is [64, 3], the network's [3, 64]",
      "    classifier.6.bias is [3, 1], the network's [3]",
      '  not of this network (2):',
      '    feature.2.bias (features.2.bias?)',
      '    aux.logits.scale',
    ].join('\n'),
  });
});

test('long lists are cut, with their length', () => {
  const none = new Map<string, StoredTensor>();
  assert.throws(() => fitWeights(model, none, 'empty'), /missing \(32\):\n(?:.*\n){6} {4}and 26 more$/);
});

test('a convolution whose numbers do not fill the linear layer keeps its shape in the report', () => {
  const other = changed({ 'classifier.3.weight': { shape: [32, 64, 2, 1] } });
  assert.throws(
    () => fitWeights(model, other, 'file'),
    /of another shape \(1\):\n {4}classifier\.3\.weight is \[32, 64, 2, 1\], the network's \[64, 64\]$/,
  );
});
