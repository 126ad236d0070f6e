import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { SelfAttention } from '../../lib/layers/selfAttention';
import { Gelu, LayerNorm, PositionEmbedding, PositionwiseLinear } from '../../lib/layers/transformer';
import { onEngines } from '../onEngines';
import { assertClose, fixture, type ReferenceArray, toTensor } from '../reference';

interface Pass {
  state: Record<string, ReferenceArray>;
  x: ReferenceArray;
  y: ReferenceArray;
  upstream: ReferenceArray;
  dx: ReferenceArray;
  gradients: Record<string, ReferenceArray>;
}

const passes = fixture<Record<'layer_norm' | 'attention', Pass>>('locnet/transformer.json');

/** A layer over tokens equals PyTorch's: outputs and all gradients. */
function assertLayer(layer: tf.layers.Layer, pass: Pass): void {
  tf.tidy(() => {
    const x = toTensor(pass.x);
    layer.build(x.shape);
    const names = Object.keys(pass.state);
    assert.deepEqual(
      layer.weights.map(({ originalName }) => originalName.split('/').at(-1)),
      names,
    );
    layer.setWeights(names.map((name) => toTensor(pass.state[name], 'weight')));
    assertClose(layer.apply(x) as tf.Tensor, toTensor(pass.y), 'y', 5e-6);
    const upstream = toTensor(pass.upstream);
    const loss = (input: tf.Tensor) => tf.sum(tf.mul(layer.apply(input) as tf.Tensor, upstream)) as tf.Scalar;
    assertClose(tf.grad(loss)(x), toTensor(pass.dx), 'dx', 2e-5);
    const { grads } = tf.variableGrads(() => loss(x));
    for (const [i, name] of names.entries()) {
      const gradient = grads[(layer.weights[i].read() as tf.Variable).name];
      assertClose(gradient, toTensor(pass.gradients[name], 'weight'), `gradient of ${name}`, 2e-5);
    }
  });
  for (const weight of layer.weights) weight.dispose();
}

onEngines('LayerNorm equals the reference', () => assertLayer(new LayerNorm(), passes.layer_norm));

onEngines('SelfAttention equals the reference', () =>
  assertLayer(new SelfAttention({ heads: 2 }), passes.attention),
);

onEngines('over a map, attention and linear layers see its positions as tokens', () => {
  const map = tf.randomNormal([2, 2, 3, 4], 0, 1, 'float32', 1);
  for (const layer of [
    new SelfAttention({ heads: 2, seed: 1 }),
    new PositionwiseLinear({ units: 5, seed: 1 }),
  ]) {
    tf.tidy(() => {
      const y = layer.apply(map) as tf.Tensor;
      const tokens = layer.call(tf.reshape(map, [2, 6, 4]), {}) as tf.Tensor;
      assert.deepEqual(y.shape, layer.computeOutputShape(map.shape));
      assertClose(y, tf.reshape(tokens, y.shape), layer.name, 1e-6);
    });
    for (const weight of layer.weights) weight.dispose();
  }
  map.dispose();
});

onEngines('a network of these layers survives JSON', async () => {
  const stack = [
    new PositionEmbedding({ seed: 1 }),
    new LayerNorm({ epsilon: 1e-3 }),
    new SelfAttention({ heads: 2, seed: 2 }),
    new PositionwiseLinear({ units: 6, seed: 3 }),
    new Gelu(),
  ];
  const images = tf.input({ shape: [2, 3, 4] });
  const y = stack.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, images);
  const network = tf.model({ inputs: images, outputs: y });
  const copy = (await tf.models.modelFromJSON(JSON.parse(network.toJSON() as string))) as tf.LayersModel;
  tf.tidy(() => {
    const x = tf.randomNormal([2, 2, 3, 4], 0, 1, 'float32', 1);
    assertClose(copy.predict(x) as tf.Tensor, network.predict(x) as tf.Tensor, 'y', 0);
    assert.deepEqual(network.outputs[0].shape, [null, 2, 3, 6]);
  });
  for (const model of [network, copy]) model.dispose();
});

test('initial weights: Xavier-uniform projections, zero biases, small position vectors', () => {
  const attention = new SelfAttention({ heads: 2, seed: 1 });
  const position = new PositionEmbedding({ seed: 1 });
  attention.build([null, 4, 4, 32]);
  position.build([null, 4, 4, 32]);
  const [inWeight, inBias, outWeight, outBias] = attention.weights.map((weight) => weight.read().dataSync());
  const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));
  const bound = Math.sqrt(6 / 128);
  assert.ok(largest(inWeight) < bound && largest(inWeight) > 0.98 * bound);
  assert.ok(largest(outWeight) < 1 / Math.sqrt(32));
  assert.equal(largest(inBias) + largest(outBias), 0);
  const vectors = Array.from(position.weights[0].read().dataSync());
  const deviation = Math.sqrt(vectors.reduce((sum, value) => sum + value * value, 0) / vectors.length);
  assert.ok(Math.abs(deviation - 0.02) < 0.002, `${deviation}`);
  for (const weight of [...attention.weights, ...position.weights]) weight.dispose();
});

test('heads that do not divide the channels are refused, naming the layer', () => {
  const layer = new SelfAttention({ name: 'attn', heads: 3 });
  assert.throws(() => layer.build([null, 4, 4, 8]), /attn cannot divide 8 channels into 3 heads/);
});
