// Losses of texture synthesis equal the authors', with their gradients.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { gramLoss, gramMatrix, LOSS_WEIGHT, matchingLoss, selected } from '../../lib/synthesis/textureLoss';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

interface Synthesis {
  topk: number;
  reverse: boolean;
  gram: ReferenceArray;
  target_gram: ReferenceArray;
  loss: number;
  grad: ReferenceArray;
}

interface Reference {
  activation: ReferenceArray;
  target_activation: ReferenceArray;
  weight: number;
  factor: number;
  texture_synthesis: Synthesis[];
  reconstruction_supplement: {
    topk: number;
    masked_target: ReferenceArray;
    loss: number;
    grad: ReferenceArray;
  };
}

const reference = fixture<Reference>('topk/gram.json');
const { texture_synthesis: syntheses, reconstruction_supplement: supplement } = reference;

type Loss = (x: tf.Tensor) => tf.Scalar;

/** Value and gradient, in units of their largest: they are of the order of a million. */
function assertLoss(loss: Loss, x: tf.Tensor, expected: { loss: number; grad: ReferenceArray }): void {
  const { value, grad } = tf.valueAndGrad(loss)(x);
  assertClose(tf.div(value, expected.loss), tf.scalar(1), 'loss', 2e-6);
  const gradient = toTensor(expected.grad);
  const largest = tf.max(tf.abs(gradient));
  assertClose(tf.div(grad, largest), tf.div(gradient, largest), 'gradient', 5e-6);
}

for (const expected of syntheses) {
  const { topk: fraction, reverse } = expected;
  onEngines(`Gram loss of ${reverse ? 'all but the strongest' : 'the strongest'} ${100 * fraction} %`, () =>
    tf.tidy(() => {
      const strength = { fraction, reverse };
      const [x, target] = [reference.activation, reference.target_activation].map(
        (array) => toTensor(array) as tf.Tensor4D,
      );
      const gram = gramMatrix(selected(target, strength));
      assertClose(gram, toTensor(expected.target_gram), 'Gram matrix of the target', 1e-6);
      assertClose(gramMatrix(selected(x, strength)), toTensor(expected.gram), 'Gram matrix', 1e-6);
      assertLoss((input) => gramLoss(selected(input as tf.Tensor4D, strength), gram), x, expected);
    }),
  );
}

onEngines('matching loss with a mask on the target alone', () =>
  tf.tidy(() => {
    const [x, target] = [reference.activation, reference.target_activation].map(
      (array) => toTensor(array) as tf.Tensor4D,
    );
    const masked = selected(target, { fraction: supplement.topk });
    assertClose(masked, toTensor(supplement.masked_target), 'masked target', 1e-6);
    assertLoss((input) => matchingLoss(input as tf.Tensor4D, masked), x, supplement);
  }),
);

onEngines('gradients of the Gram matrix by finite differences', () => {
  const x = tf.randomNormal([1, 2, 3, 2], 0, 1, 'float32', 1);
  assertGradients((input) => gramMatrix(input as tf.Tensor4D), [x]);
  x.dispose();
});

test('the weight is the authors', () => {
  assert.equal(LOSS_WEIGHT, reference.weight * reference.factor);
});

test('several images, and targets of another shape, are errors that name the shapes', () =>
  tf.tidy(() => {
    assert.throws(
      () => gramMatrix(tf.zeros([2, 3, 3, 1])),
      /of one image, got activations of shape \[2,3,3,1\]/,
    );
    assert.throws(
      () => gramLoss(tf.zeros([1, 3, 3, 2]), tf.zeros([3, 3])),
      /The target has the shape \[3,3\], what is compared with it \[2,2\]/,
    );
    assert.throws(
      () => matchingLoss(tf.zeros([1, 3, 3, 2]), tf.zeros([1, 3, 3, 1])),
      /\[1,3,3,1\].*\[1,3,3,2\]/,
    );
  }));
