// Grad-CAM against the reference networks, and against finite differences.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { enlargeMaps, gradCam } from '../../lib/explain/gradCam';
import { saliency } from '../../lib/explain/saliency';
import { buildModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { loadWeights } from '../../lib/models/weights';
import { hashImage, hashWeights } from '../models/hashWeights';
import { onEngines } from '../onEngines';
import { assertNumbersClose, fixture, type ReferenceArray } from '../reference';

interface CamReference {
  cam_raw: ReferenceArray;
  heatmap_sub4: ReferenceArray;
}

interface FullReference {
  gradcam: { target_class: number; shallow: CamReference; deep: CamReference };
  saliency_max_abs_input_grad_sub4: ReferenceArray;
}

const LAYERS = {
  resnet50: { shallow: 'layer1.2.relu3', deep: 'layer4.2.relu3' },
  autoencoder: { shallow: 'down_blocks.0.2.relu3', deep: 'down_blocks.3.2.relu3' },
} as const;

function every4th(values: Float32Array): number[] {
  return Array.from({ length: 256 }, (_, i) => values[4 * (64 * Math.floor(i / 16) + (i % 16))]);
}

for (const [name, file] of [
  ['resnet50', 'full_resnet50_16_64'],
  ['autoencoder', 'full_autoencoder_64'],
] as const) {
  test(`maps and saliency of ${name} at full width equal the reference`, async () => {
    await useEngine({ name: 'wasm', quiet: true });
    const reference = fixture<FullReference>(`locnet/${file}.json`);
    const model = buildModel({ architecture: name, inputSize: 64 }, 1);
    loadWeights(model, hashWeights(name));
    const image = tf.tensor4d(hashImage(), [1, 64, 64, 3]);
    const classes = [reference.gradcam.target_class];
    for (const depth of ['shallow', 'deep'] as const) {
      const { cam_raw, heatmap_sub4 } = reference.gradcam[depth];
      const maps = await gradCam(model, image, { layer: LAYERS[name][depth], classes });
      assert.deepEqual([maps.height, maps.width], cam_raw.shape.slice(2));
      const [low, high] = [Math.min(...cam_raw.data), Math.max(...cam_raw.data)];
      const scaled = cam_raw.data.map((value) => (value - low) / (1e-7 + high - low));
      assertNumbersClose(maps.values, scaled, `${depth} map`, 1e-4);
      const enlarged = await enlargeMaps(maps, 64, 64);
      assertNumbersClose(every4th(enlarged.values), heatmap_sub4.data, `${depth} heat map`, 1e-4);
    }
    const map = await saliency(model, image, classes);
    const expected = reference.saliency_max_abs_input_grad_sub4.data;
    const largest = Math.max(...expected);
    assertNumbersClose(
      every4th(map).map((value) => value / largest),
      expected.map((value) => value / largest),
      'saliency',
      1e-4,
    );
    image.dispose();
    model.dispose();
  });
}

function small(classes = 3): ImageModel {
  return buildModel(
    { architecture: 'resnet18', variant: 'paper', width: 2, inputSize: 16, classes, stemStride: 1 },
    3,
  );
}

function images(count: number): tf.Tensor4D {
  return tf.randomNormal([count, 16, 16, 3], 0, 1, 'float32', 1);
}

onEngines('the gradient counts every branch behind the layer: by finite differences', async () => {
  const model = small();
  const x = images(1);
  // The first block's shortcut goes around its convolutions, so its input reaches the logits on two ways.
  const layer = model.network.getLayer('relu');
  const call = layer.call.bind(layer);
  const logitWith = (channel: number, by: number): number =>
    tf.tidy(() => {
      layer.call = (inputs, kwargs) => {
        const y = call(inputs, kwargs) as tf.Tensor;
        const shift = tf.oneHot(tf.tensor1d([channel], 'int32'), y.shape[3] as number).reshape([1, 1, 1, -1]);
        return tf.add(y, tf.mul(shift, by));
      };
      try {
        return model.forward(x).logits.dataSync()[1];
      } finally {
        layer.call = call;
      }
    });
  // Raising a whole channel by h changes the logit by h times the sum of its gradient, the weight times the positions.
  const weights = [0, 1].map(
    (channel) => (logitWith(channel, 0.01) - logitWith(channel, -0.01)) / 0.02 / 256,
  );
  const activation = tf.tidy(() => {
    const toLayer = tf.model({ inputs: model.network.inputs, outputs: layer.output as tf.SymbolicTensor });
    return (toLayer.apply(x) as tf.Tensor).dataSync();
  });
  const raw = Array.from({ length: 256 }, (_, i) =>
    Math.max(0, weights[0] * activation[2 * i] + weights[1] * activation[2 * i + 1]),
  );
  const [low, high] = [Math.min(...raw), Math.max(...raw)];
  const { values } = await gradCam(model, x, { layer: 'relu', classes: [1] });
  assertNumbersClose(
    values,
    raw.map((value) => (value - low) / (high - low + 1e-7)),
    'map',
    0.02,
  );
  x.dispose();
  model.dispose();
});

onEngines('images of a batch have maps of their own, each for its class', async () => {
  const model = small();
  const x = images(3);
  const together = await gradCam(model, x, { layer: 'layer2.1.relu2', classes: [0, 1, 2] });
  const pixels = together.height * together.width;
  for (const image of [0, 1, 2]) {
    const one = tf.slice(x, [image, 0, 0, 0], [1, 16, 16, 3]);
    const alone = await gradCam(model, one, { layer: 'layer2.1.relu2', classes: [image] });
    const own = together.values.subarray(image * pixels, (image + 1) * pixels);
    assertNumbersClose(own, alone.values, `image ${image}`, 1e-4);
    one.dispose();
  }
  x.dispose();
  model.dispose();
});

onEngines('a constant map gives zeros', async () => {
  const model = small();
  for (const { name, variable } of model.parameters()) {
    if (name.startsWith('fc')) tf.tidy(() => variable.assign(tf.zeros(variable.shape)));
  }
  const x = images(2);
  const maps = await gradCam(model, x, { layer: 'layer1.0.relu2', classes: [0, 0] });
  assert.ok(maps.values.every((value) => value === 0));
  const enlarged = await enlargeMaps(maps, 16, 16);
  assert.ok(enlarged.values.every((value) => value === 0));
  x.dispose();
  model.dispose();
});

onEngines('what cannot be asked is named, and the network is as it was', async () => {
  const model = small();
  const x = images(1);
  const before = model.forward(x).logits;
  const cam = (layer: string, classes: number[]) => gradCam(model, x, { layer, classes });
  await assert.rejects(cam('layer4.1.relu', [0]), /Unknown layer "layer4\.1\.relu".*"layer4\.1\.relu\d"/);
  await assert.rejects(cam('fc', [0]), /Layer "fc" gives \[,3\], no map/);
  await assert.rejects(cam('relu', [3]), /classes 0 to 2, not 3/);
  await assert.rejects(cam('relu', [0, 1]), /a class for each of the 1 images, got 2/);
  const wrong = tf.zeros<tf.Rank.R4>([1, 8, 8, 3]);
  await assert.rejects(
    gradCam(model, wrong, { layer: 'relu', classes: [0] }),
    /takes images of shape \[N, 16, 16, 3\]/,
  );
  await assert.rejects(saliency(model, wrong, [0]), /takes images of shape/);
  const none = tf.zeros<tf.Rank.R4>([0, 16, 16, 3]);
  await assert.rejects(gradCam(model, none, { layer: 'relu', classes: [] }), /no image to explain/);
  const after = model.forward(x).logits;
  assert.deepEqual(after.dataSync(), before.dataSync());
  tf.dispose([before, after, wrong, none, x]);
  model.dispose();
});

test('a layer of the decoder, which no logit depends on, is refused', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const model = buildModel({ architecture: 'autoencoder', width: 2, inputSize: 32 }, 1);
  const x = tf.zeros<tf.Rank.R4>([1, 32, 32, 3]);
  const layer = model.network.layers.find(({ name }) => name.startsWith('up_blocks'))!.name;
  const before = tf.memory().numTensors;
  await assert.rejects(gradCam(model, x, { layer, classes: [0] }), /"up_blocks.*does not lead to the logits/);
  assert.equal(tf.memory().numTensors, before);
  x.dispose();
  model.dispose();
});

onEngines('a network whose weights are not numbers is refused, and leaves no tensors', async () => {
  const model = small();
  const weight = model.parameters().find(({ name }) => name.startsWith('layer4.1'))!.variable;
  tf.tidy(() => weight.assign(tf.fill(weight.shape, Number.NaN)));
  const x = images(1);
  const before = tf.memory().numTensors;
  await assert.rejects(gradCam(model, x, { layer: 'relu', classes: [0] }), /"relu" gives no finite map/);
  assert.equal(tf.memory().numTensors, before);
  x.dispose();
  model.dispose();
});
