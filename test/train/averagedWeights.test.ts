// The moving average of weights against the reference; weights come back after its use.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { averageWeights } from '../../lib/train/averagedWeights';
import { onEngines } from '../onEngines';
import { assertNumbersClose, fixture, type ReferenceArray } from '../reference';

onEngines('the average over four values of a weight equals the reference', async () => {
  const reference = fixture<{ w0: ReferenceArray; grads: ReferenceArray[]; ema_after_4: ReferenceArray }>(
    'topk/optimisers.json',
  );
  const variable = tf.tidy(() => tf.variable(tf.tensor1d(reference.w0.data), true));
  const parameters = [{ name: 'w', variable }];
  const average = averageWeights(parameters, { decay: 0.999 });
  // The reference takes its gradients for the values that the weight goes through.
  for (const { data } of reference.grads) {
    tf.tidy(() => variable.assign(tf.tensor1d(data)));
    average.update();
  }
  const trained = variable.dataSync().slice();
  await average.during(async () => {
    assertNumbersClose(variable.dataSync(), reference.ema_after_4.data, 'average', 1e-6);
  });
  assertNumbersClose(variable.dataSync(), trained, 'weights afterwards', 0);
  await assert.rejects(
    average.during(async () => {
      throw new Error('no picture');
    }),
    /no picture/,
  );
  assertNumbersClose(variable.dataSync(), trained, 'weights after a failure', 0);
  average.load(average.state());
  assertNumbersClose(average.state()[0].tensor.dataSync(), reference.ema_after_4.data, 'loaded', 1e-6);
  assert.throws(() => average.load([]), /lack "w"/);
  const other = tf.zeros([2]);
  assert.throws(() => average.load([{ name: 'w', tensor: other }]), /has shape \[2\], the weight \[6\]/);
  assert.throws(() => averageWeights(parameters, { decay: 1 }), /below 1, got 1/);
  tf.dispose([other, variable]);
  average.dispose();
});
