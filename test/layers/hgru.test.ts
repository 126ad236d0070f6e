import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { HGru, type HGruArgs } from '../../lib/layers/hgru';
import { imageModel } from '../../lib/models/imageModel';
import type { ImageModel } from '../../lib/models/model';
import { exportWeights, loadWeights, type StoredTensor } from '../../lib/models/weights';
import { onEngines } from '../onEngines';
import { assertClose, fixture, type ReferenceArray, toTensor } from '../reference';

const reference = fixture<Record<string, ReferenceArray> & { state_dict: Record<string, ReferenceArray> }>(
  'locnet/hgru_cell.json',
);

/** A network of one such layer, called "cell". */
function cell(
  args: Partial<HGruArgs> = {},
  [height, width, channels] = [6, 5, 3],
): { model: ImageModel; layer: HGru } {
  const layer = new HGru({ name: 'cell', kernelSize: 3, steps: 3, ...args });
  const images = tf.input({ shape: [height, width, channels] });
  const network = tf.model({ inputs: images, outputs: layer.apply(images) as tf.SymbolicTensor });
  const origin = { module: __filename, builder: 'cell' };
  return { model: imageModel({ architecture: 'cell' }, origin, network, ['state']), layer };
}

/** The reference's state, which has no batch norms of step 0: those of step 1 stand in. */
function referenceState(): Map<string, StoredTensor> {
  const state = new Map<string, StoredTensor>();
  const put = (name: string, { shape, data }: ReferenceArray) =>
    state.set(`cell.${name}`, { name: `cell.${name}`, shape, data: Float32Array.from(data) });
  for (const [name, values] of Object.entries(reference.state_dict)) {
    if (name === 'n') continue;
    put(name, values);
    const norm = /^bn\.([4-7])\.(.*)$/.exec(name);
    if (norm !== null) put(`bn.${Number(norm[1]) - 4}.${norm[2]}`, values);
  }
  return state;
}

for (const mode of ['eval', 'train'] as const) {
  onEngines(`the layer takes PyTorch's weights as they are and gives its states (${mode})`, () => {
    const { model, layer } = cell();
    loadWeights(model, referenceState());
    tf.tidy(() => {
      const x = toTensor(reference.input) as tf.Tensor4D;
      let state = toTensor(reference.state_in) as tf.Tensor4D;
      for (const step of [1, 2]) {
        state = layer.step(x, state, step, mode === 'train');
        assertClose(state, toTensor(reference[`${mode}_state_t${step}`]), `state after step ${step}`, 5e-6);
      }
    });
    model.dispose();
  });
}

onEngines('training moves the running statistics of every step, a frozen layer leaves them alone', () => {
  for (const frozen of [false, true]) {
    const { model } = cell({ frozen });
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 6, 5, 3], 0, 1, 'float32', 1);
      const values = () => model.buffers().map(({ variable }) => variable.dataSync().join());
      const before = values();
      model.forward(x, { training: true });
      const moved = values().filter((value, i) => value !== before[i]).length;
      assert.equal(before.length, 2 * 4 * 3);
      // At step 0 the state is zero, so the mean of what the inhibition adds up stays 0.
      assert.equal(moved, frozen ? 0 : 2 * 4 * 3 - 1);
    });
    model.dispose();
  }
});

onEngines('every weight has a gradient; those of the recurrent kernels are symmetric', () => {
  for (const symmetric of [true, false]) {
    const { model } = cell({ symmetric, initialState: 'random' });
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 6, 5, 3], 0, 1, 'float32', 1);
      const weights = tf.randomNormal(x.shape, 0, 1, 'float32', 2);
      const loss = () => tf.sum(tf.mul(model.forward(x, { training: true }).state, weights)) as tf.Scalar;
      const { grads } = tf.variableGrads(loss);
      for (const { name, variable } of model.parameters()) assert.ok(grads[variable.name] != null, name);
      for (const { variable } of model.parameters().slice(0, 2)) {
        const gradient = grads[variable.name];
        const difference = tf.sub(gradient, tf.transpose(gradient, [0, 1, 3, 2]));
        const largest = tf.max(tf.abs(difference)).dataSync()[0];
        assert.ok(symmetric ? largest < 1e-6 : largest > 1e-4, `${variable.name}: ${largest}`);
      }
    });
    model.dispose();
  }
});

onEngines(
  'from zeros an image is answered alike in any batch; so it is from the random map of the seed',
  () => {
    for (const initialState of ['zeros', 'random'] as const) {
      const { model } = cell({ initialState, seed: 3 });
      tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R4>([3, 6, 5, 3], 0, 1, 'float32', 1);
        const all = model.forward(x).state;
        const one = model.forward(tf.slice(x, [1, 0, 0, 0], [1, 6, 5, 3])).state;
        assertClose(one, tf.slice(all, [1, 0, 0, 0], [1, 6, 5, 3]), initialState, 1e-6);
      });
      model.dispose();
    }
  },
);

test('the two initial states differ a little, and the random one by its seed', () => {
  const answers = tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([1, 6, 5, 3], 0, 1, 'float32', 1);
    return (['zeros', 'random'] as const).map((initialState) => {
      const { model } = cell({ initialState, seed: 3 });
      const values = model.forward(x).state.dataSync();
      model.dispose();
      return values;
    });
  });
  const difference = Math.max(...answers[0].map((value, i) => Math.abs(value - answers[1][i])));
  assert.ok(difference > 0 && difference < 0.2, `${difference}`);
});

test('initial weights: orthogonal kernels, opposite gate biases, the per-channel values of the original', async () => {
  const { model } = cell({ steps: 8, kernelSize: 5, seed: 4 });
  const stored = new Map((await exportWeights(model)).map((tensor) => [tensor.name, tensor]));
  tf.tidy(() => {
    for (const name of ['w_gate_inh', 'w_gate_exc', 'u1_gate.weight']) {
      const { shape, data } = stored.get(`cell.${name}`)!;
      const rows = tf.tensor(data, [shape[0], data.length / shape[0]]) as tf.Tensor2D;
      assertClose(tf.matMul(rows, rows, false, true), tf.eye(3), name, 1e-6);
    }
  });
  const values = (name: string) => [...stored.get(`cell.${name}`)!.data];
  assert.deepEqual(
    values('u1_gate.bias'),
    values('u2_gate.bias').map((value) => -value),
  );
  assert.ok(values('u1_gate.bias').every((value) => value >= 1 && value < 7));
  assert.deepEqual(stored.get('cell.alpha')!.shape, [3, 1, 1]);
  assert.deepEqual(
    ['alpha', 'gamma', 'kappa', 'w', 'mu', 'bn.31.weight'].map((name) => values(name)[0]),
    [0.1, 1, 0.5, 0.5, 1, 0.1].map(Math.fround),
  );
  model.dispose();
});

test('a network with it survives JSON; wrong options are refused', async () => {
  const before = tf.memory().numTensors;
  const { model } = cell({ steps: 2, initialState: 'random', seed: 5 });
  const json = JSON.parse(model.network.toJSON() as string);
  const copy = (await tf.models.modelFromJSON(json)) as tf.LayersModel;
  tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([1, 6, 5, 3], 0, 1, 'float32', 1);
    assertClose(copy.predict(x) as tf.Tensor, model.forward(x).state, 'state', 0);
  });
  model.dispose();
  copy.dispose();
  assert.equal(tf.memory().numTensors, before);
  assert.throws(() => new HGru({ kernelSize: 4 }), /kernelSize of HGru is an odd whole number from 1, not 4/);
  assert.throws(() => new HGru({ kernelSize: 3, steps: 0 }), /steps of HGru is a whole number from 1, not 0/);
  assert.throws(
    () => new HGru({ kernelSize: 3, initialState: 'ones' as 'zeros' }),
    /"zeros" or "random", not "ones"/,
  );
});

test('one value a channel cannot train, and the error names the layer', () => {
  const { model } = cell({}, [1, 1, 3]);
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 1, 1, 3]);
    assert.throws(
      () => model.forward(x, { training: true }),
      /batch norms of cell cannot train on shape \[1,1,1,3\]/,
    );
  });
  model.dispose();
});
