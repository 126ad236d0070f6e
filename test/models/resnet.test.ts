import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { architectures, buildModel } from '../../lib/models/build';
import { imageModel } from '../../lib/models/imageModel';
import type { ImageModel, ModelSpec, NamedWeight } from '../../lib/models/model';
import { basicBlock } from '../../lib/models/resnet';
import { loadWeights, type StoredTensor } from '../../lib/models/weights';
import { crossEntropy } from '../../lib/objectives/crossEntropy';
import { sgd } from '../../lib/objectives/sgd';
import { onEngines } from '../onEngines';
import { assertClose, fixture, type ReferenceArray, toTensor } from '../reference';

const TINY: ModelSpec = { architecture: 'resnet18', width: 2, inputSize: 32 };

interface BlockPass {
  state_before: Record<string, ReferenceArray>;
  inputs: [ReferenceArray];
  y: ReferenceArray;
  upstream: ReferenceArray;
  grad_inputs: [ReferenceArray];
  grad_params: Record<string, ReferenceArray>;
  buffers_after: Record<string, ReferenceArray>;
}

const passes = fixture<Record<'train' | 'eval', BlockPass>>('topk/resnet_basicblock.json');

for (const training of [true, false]) {
  const pass = passes[training ? 'train' : 'eval'];
  onEngines(`basicBlock equals the reference in ${training ? 'training' : 'evaluation'}`, () => {
    const block = referenceBlock(pass);
    tf.tidy(() => {
      const x = toTensor(pass.inputs[0]) as tf.Tensor4D;
      const upstream = toTensor(pass.upstream);
      const forward = (input: tf.Tensor) => block.forward(input as tf.Tensor4D, { training }).y;
      const lossOf = (input: tf.Tensor) => tf.sum(tf.mul(forward(input), upstream)) as tf.Scalar;

      const parameters = block.parameters();
      const { grads } = tf.variableGrads(
        () => lossOf(x),
        parameters.map(({ variable }) => variable),
      );
      for (const { name, variable } of parameters) {
        const expected = toTensor(pass.grad_params[name], 'weight');
        assertClose(grads[variable.name], expected, `gradient of ${name}`, 2e-5);
      }
      for (const { name, variable } of block.buffers()) {
        assertClose(variable, toTensor(pass.buffers_after[name]), name);
      }
      assertClose(forward(x), toTensor(pass.y), 'y');
      assertClose(tf.grad(lossOf)(x), toTensor(pass.grad_inputs[0]), 'dx', 2e-5);
    });
    block.dispose();
  });
}

/** A block with the reference's state, as a model with the output `y`. */
function referenceBlock({ state_before: state, inputs }: BlockPass): ImageModel {
  const [, channels, height, width] = inputs[0].shape;
  const filters = state['bn1.weight'].shape[0];
  const images = tf.input({ shape: [height, width, channels] });
  const network = tf.model({
    inputs: images,
    outputs: basicBlock(images, '', { filters, stride: 2 }, { seed: 0 }),
  });
  const block = imageModel({ architecture: 'block' }, { module: __filename, builder: 'block' }, network, [
    'y',
  ]);
  const stored = Object.entries(state).map(([name, { shape, data }]): [string, StoredTensor] => [
    name,
    { name, shape, data: Float32Array.from(data) },
  ]);
  loadWeights(block, new Map(stored));
  return block;
}

test('parameter counts equal the report', () => {
  for (const [variant, expected] of [
    ['code', 11_419_722],
    ['paper', 11_173_962],
  ] as const) {
    const model = buildModel({ architecture: 'resnet18', variant }, 0);
    assert.equal(countOf(model.parameters()), expected);
    assert.equal(countOf(model.buffers()), 2 * 4800);
    model.dispose();
  }
});

test('the code variant keeps its 25,088 classifier inputs at both stem strides', () => {
  for (const stemStride of [1, 2]) {
    const model = buildModel({ architecture: 'resnet18', variant: 'code', stemStride }, 0);
    assert.deepEqual(model.network.getLayer('flatten').outputShape, [null, 25088]);
    assert.deepEqual(model.network.getLayer('layer2.1.relu2').outputShape, [
      null,
      112 / stemStride,
      112 / stemStride,
      128,
    ]);
    model.dispose();
  }
});

test('weights have the names of torchvision', () => {
  const model = buildModel(TINY, 0);
  const names = [...model.parameters(), ...model.buffers()].map(({ name }) => name);
  for (const name of [
    'conv1.weight',
    'bn1.running_mean',
    'layer1.0.conv1.weight',
    'layer2.0.downsample.0.weight',
    'layer2.0.downsample.1.running_var',
    'layer4.1.bn2.bias',
    'fc.weight',
    'fc.bias',
  ]) {
    assert.ok(names.includes(name), name);
  }
  assert.equal(new Set(names).size, names.length);
  assert.equal(names.length, 62 + 40);
  model.dispose();
});

test('models of the same seed start alike, whatever their activation, and live side by side', () => {
  const before = tf.memory().numTensors;
  const [plain, sparse, other] = [
    buildModel(TINY, 1),
    buildModel({ ...TINY, activation: 'topk' }, 1),
    buildModel(TINY, 2),
  ];
  const namesOf = (model: ImageModel) => model.parameters().map(({ name }) => name);
  assert.deepEqual(namesOf(plain), namesOf(sparse));
  for (const [i, { name, variable }] of plain.parameters().entries()) {
    assertClose(sparse.parameters()[i].variable, variable, name, 0);
  }
  const first = (model: ImageModel) => model.parameters()[0].variable.dataSync();
  assert.notDeepEqual(first(plain), first(other));
  for (const model of [plain, sparse, other]) model.dispose();
  assert.equal(tf.memory().numTensors, before);
});

test('the activation follows the second stage and keeps its share of every map', () => {
  const model = buildModel({ ...TINY, activation: 'topk', topKFraction: 0.25 }, 0);
  const activation = model.network.getLayer('activation');
  const input = activation.input as tf.SymbolicTensor;
  assert.equal(input.sourceLayer.name, 'layer2.1.relu2');
  const sparse = tf.model({ inputs: model.network.inputs, outputs: activation.output });
  tf.tidy(() => {
    const y = sparse.predict(tf.randomNormal([2, 32, 32, 3])) as tf.Tensor;
    const counts = tf.sum(tf.cast(tf.notEqual(y, 0), 'int32'), [1, 2]).dataSync();
    assert.deepEqual(y.shape, [2, 8, 8, 4]);
    assert.ok(Math.max(...counts) <= 16);
  });
  model.dispose();
});

onEngines('training lowers the loss, moves the running statistics and leaves no tensors', () => {
  for (const activation of ['none', 'topk', 'topk-mean']) {
    const model = buildModel({ ...TINY, classes: 4, activation }, 3);
    const parameters = model.parameters();
    const optimizer = sgd({ momentum: 0.9 }).start(parameters);
    const images = tf.randomNormal<tf.Rank.R4>([4, 32, 32, 3], 0, 1, 'float32', 1);
    const labels = tf.tensor1d([0, 1, 2, 3], 'int32');
    const losses: number[] = [];
    const tensors: number[] = [];
    for (let step = 0; step < 4; step++) {
      const { value, grads } = tf.variableGrads(
        () => crossEntropy(model.forward(images, { training: true }).logits as tf.Tensor2D, labels),
        parameters.map(({ variable }) => variable),
      );
      const gradients = Object.fromEntries(
        parameters.map(({ name, variable }) => [name, grads[variable.name]]),
      );
      optimizer.apply(gradients, 0.05);
      losses.push(value.dataSync()[0]);
      tf.dispose([value, grads]);
      tensors.push(tf.memory().numTensors);
    }
    assert.ok(losses[3] < losses[0], `losses ${losses}`);
    assert.equal(tensors[3], tensors[0]);
    const [runningMean] = model.buffers();
    assert.ok(runningMean.variable.dataSync().some((value) => value !== 0));
    optimizer.dispose();
    model.dispose();
    tf.dispose([images, labels]);
  }
});

test('a model says what is wrong with a spec and with images', () => {
  const build = (spec: Record<string, string | number | boolean>) => () =>
    buildModel({ ...TINY, ...spec }, 0);
  assert.deepEqual(architectures(), [
    'resnet18',
    'torchvision-resnet18',
    'resnet50',
    'alexnet',
    'vgg16',
    'vgg19',
    'autoencoder',
    'unet',
    'hgru-autoencoder',
    'transformer-autoencoder',
    'fastgan-generator',
  ]);
  assert.throws(
    build({ architecture: 'resnet19' }),
    /Unknown architecture "resnet19"\. Did you mean "resnet18"/,
  );
  assert.throws(build({ witdh: 3 }), /Unknown option of resnet18 "witdh"\. Did you mean "width"/);
  assert.throws(build({ width: 0.5 }), /width of resnet18 must be a whole number from 1 to 1024, got 0\.5/);
  assert.throws(
    build({ activation: 'top-k' }),
    /activation .* one of "none", "topk", "topk-mean", got "top-k"/,
  );
  assert.throws(build({ topKFraction: 0 }), /topKFraction .* above 0 up to 1, got 0/);
  assert.throws(
    build({ inputSize: 16, variant: 'code' }),
    /too small for variant "code": the last map is 1x1/,
  );
  const model = buildModel(TINY, 0);
  const images = tf.zeros<tf.Rank.R4>([1, 16, 32, 3]);
  assert.throws(() => model.forward(images), /images of shape \[N, 32, 32, 3\], got \[1,16,32,3\]/);
  images.dispose();
  model.dispose();
});

function countOf(weights: NamedWeight[]): number {
  return weights.reduce((count, { variable }) => count + variable.size, 0);
}
