// Hinge losses against the reference, with their gradients.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { discriminatorHinge, drawMargins, generatorHinge } from '../../lib/objectives/hinge';
import { onEngines } from '../onEngines';
import { assertClose, assertNumbersClose, fixture, type ReferenceArray, toTensor } from '../reference';

interface Loss {
  pred: ReferenceArray;
  uniform: ReferenceArray;
  loss: number;
  grad: ReferenceArray;
}

onEngines('hinge losses equal the reference', () => {
  const reference = fixture<Record<'d_real' | 'd_fake' | 'g', Loss>>('topk/hinge_losses.json');
  tf.tidy(() => {
    const check = (name: 'd_real' | 'd_fake' | 'g', loss: (logits: tf.Tensor) => tf.Scalar): void => {
      const { pred, loss: expected, grad } = reference[name];
      const { value, grad: gradient } = tf.valueAndGrad((logits) => loss(logits))(toTensor(pred));
      assertNumbersClose(value.dataSync(), [expected], name);
      assertClose(gradient, toTensor(grad), `gradient of ${name}`);
    };
    const margins = (name: 'd_real' | 'd_fake') =>
      Float32Array.from((toTensor(reference[name].uniform) as tf.Tensor4D).dataSync(), (u) => 0.8 + 0.2 * u);
    check('d_real', (logits) => discriminatorHinge(logits, margins('d_real'), 'real'));
    check('d_fake', (logits) => discriminatorHinge(logits, margins('d_fake'), 'generated'));
    check('g', generatorHinge);
    assert.throws(
      () => discriminatorHinge(tf.zeros([3]), new Float32Array(2), 'real'),
      /3 logits take as many/,
    );
  });
});

onEngines('margins lie between 0.8 and 1 and follow from the seed', () => {
  const margins = drawMargins(1000, 5);
  assert.deepEqual(drawMargins(1000, 5), margins);
  assert.ok(margins.every((margin) => margin >= 0.8 && margin <= 1));
  assert.ok(Math.abs(margins.reduce((sum, margin) => sum + margin, 0) / 1000 - 0.9) < 0.01);
});
