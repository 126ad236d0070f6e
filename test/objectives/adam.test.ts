import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import type { NamedWeight } from '../../lib/models/model';
import { adam } from '../../lib/objectives/adam';
import { onEngines } from '../onEngines';
import { assertClose, fixture, type ReferenceArray } from '../reference';

interface AdamReference {
  w0: ReferenceArray;
  grads: ReferenceArray[];
  adam_lr2e4_b05_0999: ReferenceArray[];
}

const reference = fixture<AdamReference>('topk/optimisers.json');
const LEARNING_RATE = 2e-4;

function parameter(name = 'w'): NamedWeight {
  return { name, variable: tf.tidy(() => tf.variable(tf.tensor1d(reference.w0.data))) };
}

onEngines('adam equals the reference, also when resumed after every step', () => {
  const choice = adam({ beta1: 0.5 });
  const w = parameter();
  let optimizer = choice.start([w]);
  for (const [step, { data }] of reference.grads.entries()) {
    const gradient = tf.tensor1d(data);
    optimizer.apply({ w: gradient }, LEARNING_RATE);
    const expected = tf.tensor1d(reference.adam_lr2e4_b05_0999[step].data);
    assertClose(w.variable, expected, `step ${step}`, 3e-7);
    const resumed = choice.start([w]);
    resumed.load(optimizer.state());
    optimizer.dispose();
    optimizer = resumed;
    tf.dispose([gradient, expected]);
  }
  assert.deepEqual(
    optimizer.state().map(({ name }) => name),
    ['mean.w', 'square.w', 'steps'],
  );
  assert.equal(optimizer.state()[2].tensor.dataSync()[0], 4);
  optimizer.load(optimizer.state());
  assert.equal(optimizer.state().length, 3, 'its own state is copied before it is freed');
  optimizer.load([]);
  assert.deepEqual(optimizer.state(), [], 'an empty state is that of a new optimizer');
  optimizer.dispose();
  w.variable.dispose();
});

onEngines('adam gathers no tensors over steps, and frees all', () => {
  const [w, v] = [parameter(), parameter('v')];
  const optimizer = adam().start([w, v]);
  const gradient = tf.ones([6]);
  optimizer.apply({ w: gradient, v: gradient }, 0.1);
  const after = tf.memory().numTensors;
  for (let step = 0; step < 3; step++) optimizer.apply({ w: gradient, v: gradient }, 0.1);
  assert.equal(tf.memory().numTensors, after);
  optimizer.dispose();
  tf.dispose([w.variable, v.variable, gradient]);
});

test('bad options, gradients and states of adam are answered', () => {
  assert.throws(() => adam({ beta: 0.9 } as object), /Unknown option of adam "beta"\. Did you mean "beta1"/);
  assert.throws(() => adam({ beta1: 1 }), /beta1 of adam must be a number from 0 .*got 1/);
  assert.throws(() => adam({ epsilon: 0 }), /epsilon of adam .*got 0/);
  tf.tidy(() => {
    const w = parameter();
    const optimizer = adam().start([w]);
    const gradient = tf.zeros([6]);
    assert.throws(() => optimizer.apply({}, 0.1), /no gradient for "w"/);
    assert.throws(() => optimizer.apply({ w: gradient, v: gradient }, 0.1), /gradient for "v"/);
    const part = (name: string, shape: number[]) => ({ name, tensor: tf.zeros(shape) });
    assert.throws(() => optimizer.load([part('velocity.w', [6])]), /"velocity\.w", which belongs to no/);
    assert.throws(() => optimizer.load([part('mean.w', [5])]), /"mean\.w" has shape \[5\], expected \[6\]/);
    assert.throws(() => optimizer.load([part('mean.w', [6])]), /Optimizer state lacks "steps"/);
    assert.throws(
      () => optimizer.load([part('steps', []), part('mean.w', [6])]),
      /Optimizer state lacks "square\.w"/,
    );
    assert.deepEqual(optimizer.state(), [], 'what is refused changes nothing');
    w.variable.dispose();
  });
});
