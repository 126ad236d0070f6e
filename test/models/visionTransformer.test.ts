import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { imageModel } from '../../lib/models/imageModel';
import type { ImageModel } from '../../lib/models/model';
import {
  transformerBlock,
  type VisionTransformerOptions,
  visionTransformer,
} from '../../lib/models/visionTransformer';
import { exportWeights, loadWeights, type StoredTensor } from '../../lib/models/weights';
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

const passes = fixture<Record<'block' | 'encoder', Pass>>('locnet/transformer.json');
const REFERENCE = { patchSize: 4, width: 8, blocks: 2, heads: 2, hidden: 12 };

function modelOf(shape: tf.Shape, build: (x: tf.SymbolicTensor) => tf.SymbolicTensor): ImageModel {
  const images = tf.input({ shape });
  const network = tf.model({ inputs: images, outputs: build(images) });
  return imageModel({ architecture: 'test' }, { module: __filename, builder: 'test' }, network, ['y']);
}

function encoder(shape: tf.Shape, options: VisionTransformerOptions = REFERENCE, seed = 0): ImageModel {
  return modelOf(shape, (x) => visionTransformer(x, options, { seed }));
}

function load(model: ImageModel, state: Pass['state'], prefix = ''): void {
  const stored = Object.entries(state).map(([name, { shape, data }]): [string, StoredTensor] => [
    prefix + name,
    { name: prefix + name, shape, data: Float32Array.from(data) },
  ]);
  loadWeights(model, new Map(stored));
}

/** Output and all gradients; `layout` turns the reference's arrays into maps. */
function assertPass(
  model: ImageModel,
  pass: Pass,
  layout: (array: ReferenceArray) => tf.Tensor,
  prefix = '',
): void {
  load(model, pass.state, prefix);
  tf.tidy(() => {
    const x = layout(pass.x);
    const forward = (input: tf.Tensor) => model.forward(input as tf.Tensor4D, { training: true }).y;
    assertClose(forward(x), layout(pass.y), 'y', 1e-5);
    const loss = (input: tf.Tensor) => tf.sum(tf.mul(forward(input), layout(pass.upstream))) as tf.Scalar;
    assertClose(tf.grad(loss)(x), layout(pass.dx), 'dx', 5e-5);
    const { grads } = tf.variableGrads(() => loss(x));
    for (const { name, variable } of model.parameters()) {
      const expected = toTensor(pass.gradients[name.slice(prefix.length)], 'weight');
      assertClose(grads[variable.name], expected, `gradient of ${name}`, 5e-5);
    }
  });
  model.dispose();
}

onEngines("a block equals PyTorch's TransformerEncoderLayer with norm first", () => {
  const model = modelOf([2, 3, 8], (x) => transformerBlock(x, 'block.', REFERENCE, { seed: 0 }));
  const asMap = (array: ReferenceArray) => tf.reshape(toTensor(array), [2, 2, 3, 8]);
  assertPass(model, passes.block, asMap, 'block.');
});

onEngines("the encoder equals PyTorch's TransformerEncoder behind patches and positions", () => {
  assertPass(encoder([8, 12, 3]), passes.encoder, (array) => toTensor(array));
});

test("names and shapes of the weights are PyTorch's", async () => {
  const model = encoder([8, 12, 3]);
  const shapes = Object.fromEntries((await exportWeights(model)).map(({ name, shape }) => [name, shape]));
  const expected = Object.entries(passes.encoder.state).map(([name, { shape }]) => [name, shape]);
  assert.deepEqual(shapes, Object.fromEntries(expected));
  assert.deepEqual(model.buffers(), []);
  model.dispose();
});

test('the map has one vector a patch; the seed decides the initial weights', () => {
  const before = tf.memory().numTensors;
  const [one, other] = [encoder([64, 64, 3], {}, 1), encoder([64, 64, 3], {}, 2)];
  assert.deepEqual(one.network.outputs[0].shape, [null, 4, 4, 64]);
  const first = (model: ImageModel) => model.parameters()[0].variable.dataSync();
  assert.notDeepEqual(first(one), first(other));
  for (const model of [one, other]) model.dispose();
  assert.equal(tf.memory().numTensors, before);
});

test('images that are no multiples of the patch, widths and unknown options are refused', () => {
  const build = (options: object, shape = [8, 12, 3]) => encoder(shape, { ...REFERENCE, ...options });
  assert.throws(() => build({}, [8, 10, 3]), /Images of 8 x 10 cannot be cut into patches of 4 pixels/);
  assert.throws(() => build({ heads: 3 }), /width of 8 cannot be divided into 3 heads/);
  assert.throws(() => build({ head: 2 }), /option of the vision transformer "head".*"heads"/);
});
