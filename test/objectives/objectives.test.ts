import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import type { NamedWeight } from '../../lib/models/model';
import { classification } from '../../lib/objectives/classification';
import { crossEntropy } from '../../lib/objectives/crossEntropy';
import { buildSchedule, type ScheduleSpec } from '../../lib/objectives/schedule';
import { sgd } from '../../lib/objectives/sgd';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, assertNumbersClose, fixture, type ReferenceArray } from '../reference';

interface OptimiserReference {
  w0: ReferenceArray;
  grads: ReferenceArray[];
  sgd_cs_lr01_m09_wd5e4: ReferenceArray[];
  sgd_ps_lr01: ReferenceArray[];
  cosine_lr_per_epoch_T50: number[];
}

const reference = fixture<OptimiserReference>('topk/optimisers.json');
const CODE_SPEC = sgd({ momentum: 0.9, weightDecay: 5e-4 });
const PAPER_SPEC = sgd();

function parameter(): NamedWeight {
  return { name: 'w', variable: tf.tidy(() => tf.variable(tf.tensor1d(reference.w0.data))) };
}

for (const [label, choice, expected] of [
  ['Code-Spec', CODE_SPEC, reference.sgd_cs_lr01_m09_wd5e4],
  ['Paper-Spec', PAPER_SPEC, reference.sgd_ps_lr01],
] as const) {
  onEngines(`sgd equals the reference, ${label}, also when resumed half-way`, () => {
    tf.tidy(() => {
      const w = parameter();
      let optimizer = choice.start([w]);
      for (const [step, { data }] of reference.grads.entries()) {
        optimizer.apply({ w: tf.tensor1d(data) }, 0.1);
        assertClose(w.variable, tf.tensor1d(expected[step].data), `step ${step}`, 1e-6);
        const resumed = choice.start([w]);
        resumed.load(optimizer.state());
        optimizer.dispose();
        optimizer = resumed;
      }
      optimizer.dispose();
      w.variable.dispose();
    });
  });
}

interface NesterovReference {
  kernel: number[];
  bias: number[];
  steps: Record<'kernelGradient' | 'biasGradient' | 'kernel' | 'bias', number[]>[];
}

onEngines("Nesterov's rule, where only kernels decay, equals the reference", () => {
  const { kernel, bias, steps } = fixture<NesterovReference>('locnet/sgdNesterov.json');
  tf.tidy(() => {
    const weights: NamedWeight[] = [
      { name: 'fc.weight', variable: tf.variable(tf.tensor2d(kernel, [2, 3])) },
      { name: 'fc.bias', variable: tf.variable(tf.tensor1d(bias)) },
    ];
    const choice = sgd({ momentum: 0.875, weightDecay: 0.05, decay: 'kernels', nesterov: true });
    const optimizer = choice.start(weights);
    for (const [step, expected] of steps.entries()) {
      optimizer.apply(
        {
          'fc.weight': tf.tensor2d(expected.kernelGradient, [2, 3]),
          'fc.bias': tf.tensor1d(expected.biasGradient),
        },
        0.1,
      );
      assertNumbersClose(weights[0].variable.dataSync(), expected.kernel, `kernel, step ${step}`, 1e-6);
      assertNumbersClose(weights[1].variable.dataSync(), expected.bias, `bias, step ${step}`, 1e-6);
    }
    optimizer.dispose();
    for (const { variable } of weights) variable.dispose();
  });
  assert.throws(() => sgd({ nesterov: true }), /nesterov of sgd needs a momentum above 0/);
});

test('the cosine schedule equals the reference', () => {
  const schedule = buildSchedule({ name: 'cosine', base: 0.1, total: 50 });
  const rates = reference.cosine_lr_per_epoch_T50.map((_, epoch) => schedule(epoch));
  assertNumbersClose(rates, reference.cosine_lr_per_epoch_T50, 'rate', 1e-10);
  assert.equal(schedule(50), 0);
  assert.equal(schedule(80), 0);
});

test('schedules compose', () => {
  const spec: ScheduleSpec = {
    name: 'sequence',
    phases: [
      { steps: 2, schedule: { name: 'linear', from: 0, to: 1, total: 2 } },
      { steps: 2, schedule: { name: 'constant', value: 5 } },
      { steps: 2, schedule: { name: 'cosine', base: 2, total: 2 } },
    ],
  };
  const rates = [0, 1, 2, 3, 4, 5, 6, 9].map(buildSchedule(spec));
  assertNumbersClose(rates, [0, 0.5, 5, 5, 2, 1, 0, 0], 'rate', 1e-12);
});

test('a ramp goes down as well as up, and each phase counts its own steps', () => {
  const ramp = buildSchedule({ name: 'linear', from: 4, to: 1, total: 3 });
  assertNumbersClose([0, 1, 2, 3, 7].map(ramp), [4, 3, 2, 1, 1], 'rate', 1e-12);
  const phases = [
    { steps: 1, schedule: { name: 'constant', value: 9 } },
    { steps: 3, schedule: { name: 'linear', from: 4, to: 1, total: 3 } },
    { steps: 1, schedule: { name: 'constant', value: 0 } },
  ] as const;
  const rates = [0, 1, 2, 3, 4].map(buildSchedule({ name: 'sequence', phases }));
  assertNumbersClose(rates, [9, 4, 3, 2, 0], 'rate', 1e-12);
});

onEngines('crossEntropy: values, stability and gradients', () => {
  tf.tidy(() => {
    const logits = tf.tensor2d([1, 2, 3, -1, 0.5, 0], [2, 3]);
    const labels = tf.tensor1d([2, 0], 'int32');
    const byHand = [
      -Math.log(Math.exp(3) / (Math.exp(1) + Math.exp(2) + Math.exp(3))),
      -Math.log(Math.exp(-1) / (Math.exp(-1) + Math.exp(0.5) + 1)),
    ];
    const loss = crossEntropy(logits, labels);
    assert.equal(loss.rank, 0);
    assertNumbersClose(loss.dataSync(), [(byHand[0] + byHand[1]) / 2], 'loss', 1e-6);
    assertGradients((input) => crossEntropy(input as tf.Tensor2D, labels), [logits], { tolerance: 1e-3 });
    const huge = tf.tensor2d([1e4, -1e4, 0, 1e4, -1e4, 0], [2, 3]);
    assertNumbersClose(crossEntropy(huge, labels).dataSync(), [5000], 'huge logits');
    const gradient = tf.grad((input) => crossEntropy(input as tf.Tensor2D, labels))(huge);
    assertNumbersClose(gradient.dataSync(), [0.5, 0, -0.5, 0, 0, 0], 'gradient of huge logits');
  });
});

onEngines('objectives and optimizers leave no tensors', () => {
  const [logits, labels] = [tf.zeros([2, 3]), tf.tensor1d([0, 1], 'int32')];
  const images = tf.zeros<tf.Rank.R4>([2, 1, 1, 3]);
  const terms = classification().terms({ logits }, { images, labels, targets: {} });
  assert.deepEqual(Object.keys(terms), ['crossEntropy']);
  assertNumbersClose(terms.crossEntropy.dataSync(), [Math.log(3)], 'loss', 1e-6);
  const w = parameter();
  const optimizer = sgd({ momentum: 0.9 }).start([w]);
  const gradient = tf.ones([6]);
  optimizer.apply({ w: gradient }, 0.1);
  optimizer.apply({ w: gradient }, 0.1);
  optimizer.dispose();
  tf.dispose([logits, labels, images, terms, w.variable, gradient]);
});

test('bad specs, shapes, gradients and states are answered', () => {
  const schedule = (spec: object) => () => buildSchedule(spec as ScheduleSpec);
  assert.throws(schedule({ name: 'cosin', base: 1 }), /Unknown schedule "cosin"\. Did you mean "cosine"/);
  assert.throws(schedule({ name: 'cosine', base: 1, totl: 2 }), /Unknown option of cosine schedule "totl"/);
  assert.throws(
    schedule({ name: 'cosine', base: 1 }),
    /Option total of cosine schedule must be a whole number/,
  );
  assert.throws(schedule({ name: 'sequence', phases: [] }), /at least one phase/);
  assert.throws(() => classification({ smothing: 0.1 } as object), /Unknown option .*"smothing"/);
  assert.throws(() => classification({ smoothing: 2 }), /smoothing of cross-entropy .* got 2/);
  assert.throws(
    () => sgd({ momentm: 0.9 } as object),
    /Unknown option of sgd "momentm"\. Did you mean "momentum"/,
  );
  assert.throws(() => sgd({ momentum: 2 }), /momentum of sgd .* got 2/);
  tf.tidy(() => {
    const w = parameter();
    const optimizer = sgd({ momentum: 0.9 }).start([w]);
    assert.throws(() => optimizer.apply({}, 0.1), /no gradient for "w"/);
    const gradient = tf.zeros([6]);
    assert.throws(() => optimizer.apply({ w: gradient, v: gradient }, 0.1), /gradient for "v"/);
    const state = (name: string, size: number) => [{ name, tensor: tf.zeros([size]) }];
    assert.throws(() => optimizer.load(state('velocity.v', 6)), /"velocity\.v", which belongs to no/);
    assert.throws(() => optimizer.load(state('velocity.w', 5)), /"velocity\.w" has shape \[5\]/);
    assert.throws(() => sgd().start([w]).load(state('velocity.w', 6)), /without momentum keeps none/);
    const v: NamedWeight = { ...w, name: 'v' };
    const two = sgd({ momentum: 0.9 }).start([w, v]);
    assert.throws(() => two.load(state('velocity.w', 6)), /Optimizer state lacks "velocity\.v"/);
    const labels = tf.tensor1d([0], 'int32');
    assert.throws(() => crossEntropy(tf.zeros([2, 3]), labels), /got \[2,3\] and \[1\]/);
    const square = tf.zeros([1, 1], 'int32') as unknown as tf.Tensor1D;
    assert.throws(() => crossEntropy(tf.zeros([1, 3]), square), /got \[1,3\] and \[1,1\]/);
    const row = tf.zeros([1]) as unknown as tf.Tensor2D;
    assert.throws(() => crossEntropy(row, labels), /got \[1\] and \[1\]/);
    w.variable.dispose();
  });
});
