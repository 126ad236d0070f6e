// The networks of LocNet: sizes, names, and the full-width networks against the authors' own on one image.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import type { ImageModel, ModelSpec } from '../../lib/models/model';
import { type SummaryRow, summary } from '../../lib/models/summary';
import { exportWeights, loadWeights } from '../../lib/models/weights';
import { onEngines } from '../onEngines';
import { assertNumbersClose, fixture, type ReferenceArray } from '../reference';
import { architecture, hashImage, hashWeights } from './hashWeights';

const NETWORKS = ['resnet50', 'autoencoder', 'unet'] as const;
const SMALL = { width: 2, inputSize: 32 };

function small(architecture: string, options: object = {}): ImageModel {
  return buildModel({ architecture, ...SMALL, ...options }, 1);
}

for (const name of NETWORKS) {
  test(`${name} of full width has the weights of the reference, by name and shape`, async () => {
    await useEngine({ name: 'wasm', quiet: true });
    const { entries, parameters } = architecture(name);
    const expected = entries.filter(([entry]) => !entry.endsWith('num_batches_tracked'));
    // Shapes of another width follow from the same rule, so the small network stands for the large one.
    const model = small(name);
    const names = [...model.parameters(), ...model.buffers()].map((weight) => weight.name);
    assert.deepEqual([...names].sort(), expected.map(([entry]) => entry).sort());
    model.dispose();
    const trained = expected.filter(([entry]) => !/running_(mean|var)$/.test(entry));
    const count = trained.reduce(
      (sum, [, shape]) => sum + shape.reduce((product, side) => product * side, 1),
      0,
    );
    assert.equal(count, parameters);
  });
}

interface FullFixture {
  logits: ReferenceArray;
  depth_sub4?: ReferenceArray;
  probe: Record<string, number[]>;
}

for (const [name, file] of [
  ['resnet50', 'full_resnet50_16_64'],
  ['autoencoder', 'full_autoencoder_64'],
] as const) {
  test(`${name} of full width answers as the reference`, async () => {
    await useEngine({ name: 'wasm', quiet: true });
    const reference = fixture<FullFixture>(`locnet/${file}.json`);
    const weights = hashWeights(name);
    for (const [entry, values] of Object.entries(reference.probe)) {
      assertNumbersClose(weights.get(entry)?.data.subarray(0, values.length) ?? [], values, entry, 1e-6);
    }
    const model = buildModel({ architecture: name, inputSize: 64 }, 1);
    loadWeights(model, weights);
    const parameters = model.parameters().reduce((sum, { variable }) => sum + variable.size, 0);
    assert.equal(parameters, architecture(name).parameters);
    const { logits, depth } = tf.tidy(() => model.forward(tf.tensor4d(hashImage(), [1, 64, 64, 3])));
    assertNumbersClose(await logits.data(), reference.logits.data, 'logits', 1e-4);
    if (depth !== undefined) {
      const values = await depth.data();
      const every4th = Array.from(
        { length: 256 },
        (_, i) => values[4 * (64 * Math.floor(i / 16) + (i % 16))],
      );
      assertNumbersClose(every4th, reference.depth_sub4?.data ?? [], 'depth', 1e-4);
    }
    tf.dispose([logits, depth ?? []]);
    model.dispose();
  });
}

test('the summary counts what the reference counts', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  for (const name of ['resnet50', 'autoencoder'] as const) {
    const model = buildModel({ architecture: name, width: 16 }, 1);
    const rows = summary(model);
    const { macs, parameters } = rows.at(-1) as SummaryRow;
    // Work falls with the square of the width, but for the first and the last layer, which meet 3 and 1 channels.
    assert.ok(Math.abs(macs / architecture(name).macs - 1 / 16) < 0.01, `${name}: ${macs}`);
    const counted = model.parameters().reduce((total, { variable }) => total + variable.size, 0);
    assert.equal(parameters, counted);
    model.dispose();
  }
  const full = buildModel({ architecture: 'resnet50' }, 1);
  assert.equal(summary(full).at(-1)?.macs, architecture('resnet50').macs);
  assert.deepEqual(
    summary(full).map(({ stage, output }) => `${stage} ${output}`),
    [
      'conv1 112 x 112 x 64',
      'bn1 112 x 112 x 64',
      'relu 112 x 112 x 64',
      'maxpool 56 x 56 x 64',
      'layer1 56 x 56 x 256',
      'layer2 28 x 28 x 512',
      'layer3 14 x 14 x 1024',
      'layer4 7 x 7 x 2048',
      'avg_pool 2048',
      'fc 16',
      'total ',
    ],
  );
  full.dispose();
});

onEngines('an encoder starts from the same weights in every network', async () => {
  const [resnet, autoencoder, unet] = NETWORKS.map((name) => small(name));
  const first = (model: ImageModel, name: string): number[] => {
    const found = model.parameters().find((weight) => weight.name === name);
    return Array.from(found?.variable.dataSync().slice(0, 8) ?? []);
  };
  assert.deepEqual(
    first(resnet, 'layer3.2.conv2.weight'),
    first(autoencoder, 'down_blocks.2.2.conv2.weight'),
  );
  assert.deepEqual(first(resnet, 'fc.weight'), first(unet, 'classifier.weight'));
  assert.deepEqual(first(autoencoder, 'out.weight'), first(unet, 'out.weight'));
  for (const model of [resnet, autoencoder, unet]) model.dispose();
});

onEngines('outputs have the shape of the image, the U-Net ends in a sigmoid', () => {
  const images = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
  for (const [model, name, channels] of [
    [small('autoencoder'), 'depth', 1],
    [small('autoencoder', { paints: 'image', upsampling: 'bilinear', encoderDropout: 0.1 }), 'image', 3],
    [small('unet'), 'depth', 1],
  ] as const) {
    const outputs = model.forward(images);
    assert.deepEqual(outputs.logits.shape, [2, 16]);
    assert.deepEqual(outputs[name].shape, [2, 32, 32, channels]);
    if (model.spec.architecture === 'unet') {
      const values = outputs.depth.dataSync();
      assert.ok(values.every((value) => value > 0 && value < 1));
    }
    tf.dispose(outputs);
    model.dispose();
  }
  images.dispose();
});

onEngines('cut skips change the depth of the U-Net and not its logits', () => {
  const images = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
  const [whole, cut, exchanged] = ['none', 'zero', 'exchange'].map((skipAblation) =>
    small('unet', { skipAblation }),
  );
  const answers = [whole, cut, exchanged].map((model) => model.forward(images));
  for (const other of answers.slice(1)) {
    assertNumbersClose(other.logits.dataSync(), answers[0].logits.dataSync(), 'logits', 1e-6);
    assert.notDeepEqual(other.depth.dataSync(), answers[0].depth.dataSync());
  }
  const alone = tf.slice(images, [0, 0, 0, 0], [1, 32, 32, 3]);
  assert.throws(() => exchanged.forward(alone), /two images or more/);
  tf.dispose([images, alone, answers]);
  for (const model of [whole, cut, exchanged]) model.dispose();
});

test('weights are written and read again', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const [written, read] = [1, 2].map((seed) => buildModel({ architecture: 'autoencoder', ...SMALL }, seed));
  const stored = await exportWeights(written);
  loadWeights(read, new Map(stored.map((tensor) => [tensor.name, tensor])));
  assert.deepEqual(await exportWeights(read), stored);
  const narrow = buildModel({ architecture: 'autoencoder', width: 1, inputSize: 32 }, 1);
  assert.throws(
    () => loadWeights(narrow, new Map(stored.map((tensor) => [tensor.name, tensor]))),
    /"input_block.0.weight" has shape \[2,3,7,7\], the model needs \[1,3,7,7\]/,
  );
  for (const model of [written, read, narrow]) model.dispose();
});

test('options that do not fit are named', () => {
  const build = (spec: Partial<ModelSpec>) => () =>
    buildModel({ architecture: 'unet', ...SMALL, ...spec }, 1);
  assert.throws(build({ inputSize: 48 }), /inputSize of unet must be a multiple of 32 pixels.*got 48/);
  assert.throws(build({ skips: true }), /skipAblation/);
  assert.throws(build({ paints: 'normals' }), /"depth", "image"/);
});
