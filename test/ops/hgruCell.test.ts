import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { batchNorm, batchNormEvaluation } from '../../lib/ops/batchNorm';
import { type HgruNorm, type HgruWeights, hgruStep, symmetricKernel } from '../../lib/ops/hgruCell';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

interface HgruFixture extends Record<`${'eval' | 'train'}_state_t${1 | 2}`, ReferenceArray> {
  bn_eps: number;
  state_dict: Record<string, ReferenceArray>;
  input: ReferenceArray;
  state_in: ReferenceArray;
}

const reference = fixture<HgruFixture>('locnet/hgru_cell.json');

function referenceWeights(): HgruWeights {
  const kernel = (name: string) => toTensor(reference.state_dict[name], 'weight') as tf.Tensor4D;
  const channel = (name: string) => tf.tensor1d(reference.state_dict[name].data);
  return {
    gate1: { kernel: kernel('u1_gate.weight'), bias: channel('u1_gate.bias') },
    gate2: { kernel: kernel('u2_gate.weight'), bias: channel('u2_gate.bias') },
    inhibition: kernel('w_gate_inh'),
    excitation: kernel('w_gate_exc'),
    alpha: channel('alpha'),
    gamma: channel('gamma'),
    kappa: channel('kappa'),
    omega: channel('w'),
    mu: channel('mu'),
  };
}

/** The reference's batch norms of a step. */
function referenceNorm(step: number, training: boolean): HgruNorm {
  return (map, which) => {
    const stored = (name: string) => tf.tensor1d(reference.state_dict[`bn.${4 * step + which}.${name}`].data);
    const options = { epsilon: reference.bn_eps };
    if (training) return batchNorm(map, stored('weight'), stored('bias'), options).y;
    const statistics = { mean: stored('running_mean'), variance: stored('running_var') };
    return batchNormEvaluation(map, stored('weight'), stored('bias'), statistics, options);
  };
}

for (const mode of ['eval', 'train'] as const) {
  onEngines(`hgruStep equals the reference over two steps (${mode})`, () => {
    tf.tidy(() => {
      const [x, weights] = [toTensor(reference.input) as tf.Tensor4D, referenceWeights()];
      let state = toTensor(reference.state_in) as tf.Tensor4D;
      for (const step of [1, 2] as const) {
        state = hgruStep(x, state, weights, referenceNorm(step, mode === 'train'));
        assertClose(state, toTensor(reference[`${mode}_state_t${step}`]), `state after step ${step}`, 5e-6);
      }
    });
  });
}

const drawn = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

onEngines('hgruStep gradients equal finite differences', () => {
  tf.tidy(() => {
    const shapes = [
      [1, 3, 3, 2],
      [1, 3, 3, 2],
      [1, 1, 2, 2],
      [1, 1, 2, 2],
      [3, 3, 2, 2],
      [3, 3, 2, 2],
    ];
    const inputs = [
      ...shapes.map((shape, i) => tf.mul(drawn(shape, i + 1), 0.5)),
      // The inputs of all three relus stay away from their kink.
      tf.tensor1d([0.3, 0.2]),
      tf.tensor1d([0.05, -0.05]),
      tf.tensor1d([1, 1.5]),
      tf.tensor1d([0.1, 0.05]),
      tf.tensor1d([1, 2]),
      tf.tensor1d([0.3, -0.2]),
      tf.tensor1d([-0.4, 0.1]),
    ];
    inputs[0] = tf.add(tf.abs(inputs[0]), 4);
    inputs[1] = tf.abs(inputs[1]);
    inputs[4] = tf.abs(inputs[4]);
    const step = (...given: tf.Tensor[]): tf.Tensor => {
      const [x, state, kernel1, kernel2, inhibition, excitation] = given as tf.Tensor4D[];
      const [alpha, gamma, kappa, omega, mu, bias1, bias2] = given.slice(6) as tf.Tensor1D[];
      const weights = {
        gate1: { kernel: kernel1, bias: bias1 },
        gate2: { kernel: kernel2, bias: bias2 },
        ...{
          inhibition: tf.mul<tf.Tensor4D>(inhibition, 0.2),
          excitation: tf.mul<tf.Tensor4D>(excitation, 0.2),
        },
        ...{ alpha, gamma, kappa, omega, mu },
      };
      return hgruStep(x, state, weights, (map, which) => (which === 1 ? tf.add(map, 0.3) : map));
    };
    assertGradients(step, inputs);
  });
});

onEngines('a symmetric kernel passes its values and the symmetric half of its gradient', () => {
  tf.tidy(() => {
    const [kernel, dy] = [drawn([3, 3, 2, 2], 1), drawn([3, 3, 2, 2], 2)];
    const f = (k: tf.Tensor) => symmetricKernel(k as tf.Tensor4D);
    assertClose(f(kernel), kernel, 'values', 0);
    const expected = tf.mul(tf.add(dy, tf.transpose(dy, [0, 1, 3, 2])), 0.5);
    assertClose(tf.grad(f)(kernel, dy), expected, 'gradient', 1e-6);
  });
});

test('shapes that do not fit are refused by name', () => {
  const weights = referenceWeights();
  const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 3]);
  const run = (given: Partial<HgruWeights>, state: tf.Tensor4D = x) =>
    hgruStep(x, state, { ...weights, ...given }, (map) => map);
  assert.throws(() => run({}, tf.zeros([1, 4, 5, 3])), /one shape, got \[1,4,4,3\] and \[1,4,5,3\]/);
  assert.throws(
    () => run({ inhibition: tf.zeros([2, 2, 3, 3]) }),
    /inhibition kernel of hGRU over 3 channels must be .* odd k, got \[2,2,3,3\]/,
  );
  assert.throws(() => run({ excitation: tf.zeros([3, 3, 3, 4]) }), /excitation kernel .*got \[3,3,3,4\]/);
  assert.throws(() => symmetricKernel(tf.zeros([3, 3, 2, 4])), /kernel \[3,3,2,4\] of 2 and 4/);
});
