// torchvision's networks: names, shapes and sizes are torchvision's, answers PyTorch's for the same weights.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { loadModel } from '../../lib/benchmark/loadModel';
import { useEngine } from '../../lib/engine/engine';
import { AveragePool, MaxPool } from '../../lib/layers/pooling';
import { buildModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { writeSafetensors } from '../../lib/models/safetensors';
import { summary } from '../../lib/models/summary';
import { exportWeights } from '../../lib/models/weights';
import { assertNumbersClose, fixture } from '../reference';
import { type Entry, hashedWeights, hashImage } from './hashWeights';

/** Architectures here, and torchvision's names of them. */
const NETWORKS = {
  'torchvision-resnet18': 'resnet18',
  resnet50: 'resnet50',
  alexnet: 'alexnet',
  vgg16: 'vgg16',
} as const;

interface Meta {
  total_params: number;
  state_dict: Entry[];
}

let folder: string;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-torchvision-'));
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

const { logits } = fixture<{ logits: Record<string, number[]> }>('models/logits.json');

for (const [architecture, name] of Object.entries(NETWORKS)) {
  test(`${architecture} at full width: a file of torchvision's shapes loads, and gives PyTorch's logits`, async () => {
    const meta = fixture<Meta>(`models/${name}.json`);
    const entries = meta.state_dict.filter(([entry]) => !entry.endsWith('num_batches_tracked'));
    const weights = hashedWeights(meta.state_dict);
    const file = path.join(folder, `${name}.safetensors`);
    writeSafetensors(file, [...weights.values()]);
    const tensors = tf.memory().numTensors;
    const { model } = loadModel(file, { spec: { architecture, classes: 1000 } });
    const counted = model.parameters().reduce((sum, { variable }) => sum + variable.size, 0);
    assert.equal(counted, meta.total_params);
    const shapes = (await exportWeights(model)).map(({ name: weight, shape }): Entry => [weight, [...shape]]);
    assert.deepEqual(sorted(shapes), sorted(entries));
    const answer = answerTo(model, hashImage(224), 224);
    assertNumbersClose(answer, logits[name], 'logits', 1e-4);
    model.dispose();
    assert.equal(tf.memory().numTensors, tensors);
    fs.rmSync(file);
  });
}

function sorted(entries: readonly Entry[]): Entry[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

function answerTo(model: ImageModel, image: Float32Array, side: number): Float32Array {
  return tf.tidy(
    () =>
      model
        .forward(tf.tensor4d(image, [1, side, side, 3]))
        .logits.dataSync()
        .slice() as Float32Array,
  );
}

const NARROW = { width: 2, inputSize: 64, classes: 16 };

test('VGG-19 is VGG-16 and three convolutions: 143,667,240 parameters at full width', () => {
  const size = (architecture: string): number => {
    const model = buildModel({ architecture, ...NARROW }, 0);
    const { parameters } = summary(model).at(-1)!;
    model.dispose();
    return parameters;
  };
  const more = (width: number): number => {
    const convolution = (filters: number): number => 9 * filters * filters + filters;
    return convolution(4 * width) + 2 * convolution(8 * width);
  };
  assert.equal(size('vgg19') - size('vgg16'), more(NARROW.width));
  assert.equal(138_357_544 + more(64), 143_667_240);
});

test('pooling is the maximum or the mean, and the weights do not depend on it', async () => {
  const largest = buildModel({ architecture: 'vgg16', ...NARROW }, 3);
  const mean = buildModel({ architecture: 'vgg16', ...NARROW, pooling: 'average' }, 3);
  assert.ok(largest.network.getLayer('features.4') instanceof MaxPool);
  assert.ok(mean.network.getLayer('features.4') instanceof AveragePool);
  assert.deepEqual(await exportWeights(mean), await exportWeights(largest));
  const image = hashImage(64);
  assert.notDeepEqual(answerTo(mean, image, 64), answerTo(largest, image, 64));
  largest.dispose();
  mean.dispose();
});

test('initial weights of VGG are drawn as torchvision draws them', async () => {
  const model = buildModel({ architecture: 'vgg16', ...NARROW, width: 8 }, 1);
  const stored = new Map((await exportWeights(model)).map(({ name, data }) => [name, data]));
  for (const [name, data] of stored)
    if (name.endsWith('bias'))
      assert.ok(
        data.every((value) => value === 0),
        name,
      );
  const deviation = (name: string): number => {
    const data = stored.get(name)!;
    return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  };
  // fan-out: 9 positions of 64 filters; and 0.01 at full width, so 0.01 * sqrt(8) at an eighth of it.
  assert.ok(Math.abs(deviation('features.24.weight') / Math.sqrt(2 / (9 * 64)) - 1) < 0.03);
  assert.ok(Math.abs(deviation('classifier.0.weight') / (0.01 * Math.sqrt(8)) - 1) < 0.01);
  model.dispose();
});

for (const { spec, message } of [
  {
    spec: { architecture: 'alexnet', inputSize: 62 },
    message: /inputSize 62 is too small for AlexNet.*at least 63/,
  },
  {
    spec: { architecture: 'alexnet', inputSize: 34, stemStride: 2 },
    message: /too small for AlexNet with a stem of stride 2.*at least 35/,
  },
  {
    spec: { architecture: 'alexnet', stemStride: 3 },
    message: /stemStride of alexnet must be one of 2, 4, got 3/,
  },
  { spec: { architecture: 'vgg16', inputSize: 100 }, message: /a multiple of 32 pixels/ },
  {
    spec: { architecture: 'vgg19', pooling: 'mean' },
    message: /pooling of vgg19 must be one of "max", "average"/,
  },
  { spec: { architecture: 'vgg19', poling: 'max' }, message: /"poling".*pooling/s },
]) {
  test(`${JSON.stringify(spec)} is refused`, () => {
    const tensors = tf.memory().numTensors;
    assert.throws(() => buildModel({ ...spec, width: 1 }, 0), message);
    assert.equal(tf.memory().numTensors, tensors);
  });
}

test('the smallest images that AlexNet takes', () => {
  for (const [inputSize, stemStride] of [
    [63, 4],
    [35, 2],
  ] as const) {
    const model = buildModel({ architecture: 'alexnet', width: 1, classes: 3, inputSize, stemStride }, 0);
    const logits = answerTo(model, new Float32Array(inputSize * inputSize * 3), inputSize);
    assert.equal(logits.length, 3);
    model.dispose();
  }
});
