import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { BatchNorm2d } from '../../lib/layers/batchNorm2d';
import { Conv2d } from '../../lib/layers/conv2d';
import { Linear } from '../../lib/layers/linear';
import { AveragePool, FlattenChannelsFirst, GlobalAveragePool } from '../../lib/layers/pooling';
import { TopK, TopKMean } from '../../lib/layers/topK';
import { onEngines } from '../onEngines';
import { assertClose, fixture, type ReferenceArray, toTensor } from '../reference';

interface BatchNormPass {
  state_before: Record<string, ReferenceArray>;
  inputs: [ReferenceArray];
  y: ReferenceArray;
  buffers_after: Record<string, ReferenceArray>;
}

const BUFFERS = ['running_mean', 'running_var'];

/** A layer that has been built for the reference's input and holds its state. */
function batchNormLike(pass: BatchNormPass, frozen = false): { layer: BatchNorm2d; x: tf.Tensor } {
  const layer = new BatchNorm2d({ frozen });
  const x = toTensor(pass.inputs[0]);
  layer.build(x.shape);
  const state = ['weight', 'bias', ...BUFFERS].map((name) => toTensor(pass.state_before[name]));
  layer.setWeights(state);
  tf.dispose(state);
  return { layer, x };
}

function assertBuffers(layer: tf.layers.Layer, expected: Record<string, ReferenceArray>): void {
  for (const [i, name] of BUFFERS.entries()) {
    assertClose(layer.nonTrainableWeights[i].read(), toTensor(expected[name]), name);
  }
}

onEngines(
  'BatchNorm2d equals the reference: outputs and running statistics, in training and evaluation',
  () => {
    const passes = fixture<Record<string, BatchNormPass>>('topk/batchnorm2d.json');
    for (const [name, training] of [
      ['train', true],
      ['eval_after_train', false],
    ] as const) {
      const { layer, x } = batchNormLike(passes[name]);
      tf.tidy(() => {
        assertClose(layer.apply(x, { training }) as tf.Tensor, toTensor(passes[name].y), `${name} y`);
        assertBuffers(layer, passes[name].buffers_after);
      });
      x.dispose();
      free(layer);
    }
  },
);

onEngines('a frozen BatchNorm2d trains by its running statistics and leaves them alone', () => {
  const pass = fixture<Record<string, BatchNormPass>>('topk/batchnorm2d.json').eval_after_train;
  const { layer, x } = batchNormLike(pass, true);
  tf.tidy(() => {
    assertClose(layer.apply(x, { training: true }) as tf.Tensor, toTensor(pass.y), 'y');
    assertBuffers(layer, pass.state_before);
  });
  x.dispose();
  free(layer);
});

onEngines('FlattenChannelsFirst flattens in the order of PyTorch', () => {
  const x = tf.tensor4d([0, 10, 1, 11, 2, 12, 3, 13], [1, 2, 2, 2]); // the tens digit is the channel
  const y = new FlattenChannelsFirst().apply(x) as tf.Tensor;
  assert.deepEqual([...y.dataSync()], [0, 1, 2, 3, 10, 11, 12, 13]);
  tf.dispose([x, y]);
});

test('a batch norm over one value a channel cannot train, and says so', () => {
  const layer = new BatchNorm2d({ name: 'bn' });
  const x = tf.zeros([1, 1, 1, 3]);
  layer.build(x.shape);
  assert.throws(() => layer.apply(x, { training: true }), /bn cannot train on shape \[1,1,1,3\]/);
  x.dispose();
  free(layer);
});

test('initial weights follow the seed and stay within 1 / sqrt(fan-in)', () => {
  const weightsOf = (seed: number) => {
    const layer = new Conv2d({ filters: 8, kernelSize: 3, seed });
    layer.build([null, 8, 8, 4]);
    const values = layer.weights[0].read().dataSync();
    free(layer);
    return values;
  };
  assert.deepEqual(weightsOf(1), weightsOf(1));
  assert.notDeepEqual(weightsOf(1), weightsOf(2));
  const largest = Math.max(...weightsOf(1).map(Math.abs));
  assert.ok(largest < 1 / 6 && largest > 0.98 / 6, `largest initial weight ${largest}`);
});

onEngines('a network of these layers survives JSON', async () => {
  const stack = [
    new Conv2d({ filters: 4, kernelSize: 3, stride: 2, padding: 1, useBias: true, seed: 3 }),
    new BatchNorm2d({ frozen: true }),
    new TopK({ fraction: 0.5, reverse: true }),
    new TopKMean({ count: 3, form: 'authors' }),
    new AveragePool({ size: 2 }),
    new FlattenChannelsFirst(),
    new Linear({ units: 2, seed: 4 }),
  ];
  const images = tf.input({ shape: [8, 8, 3] });
  const network = tf.model({ inputs: images, outputs: through(images, stack) });
  const copy = (await tf.models.modelFromJSON(JSON.parse(network.toJSON() as string))) as tf.LayersModel;
  const pooled = tf.model({ inputs: images, outputs: through(images, [new GlobalAveragePool()]) });
  tf.tidy(() => {
    const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 1);
    assertClose(copy.predict(x) as tf.Tensor, network.predict(x) as tf.Tensor, 'logits', 0);
    assertClose(pooled.predict(x) as tf.Tensor, tf.mean(x, [1, 2]), 'pooled');
    const shapes = (model: tf.LayersModel) => model.layers.map(({ outputShape }) => outputShape);
    assert.deepEqual(shapes(copy), shapes(network));
    assert.deepEqual((network.predict(x) as tf.Tensor).shape, [2, 2]);
  });
  for (const model of [network, copy]) model.dispose();
});

/** A layer that was never part of a network cannot dispose itself. */
function free(layer: tf.layers.Layer): void {
  for (const weight of layer.weights) weight.dispose();
}

function through(x: tf.SymbolicTensor, layers: tf.layers.Layer[]): tf.SymbolicTensor {
  return layers.reduce((y, layer) => layer.apply(y) as tf.SymbolicTensor, x);
}
