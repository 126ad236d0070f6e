import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { AdaptiveAveragePool } from '../../lib/layers/adaptiveAveragePool';
import { adaptiveAveragePool } from '../../lib/ops/adaptiveAveragePool';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

interface Case {
  size: number;
  x: ReferenceArray;
  y: ReferenceArray;
  upstream: ReferenceArray;
  dx: ReferenceArray;
}

const { cases } = fixture<{ cases: Case[] }>('models/adaptive_average_pool.json');

for (const { size, x, y, upstream, dx } of cases) {
  onEngines(`adaptive pooling of ${x.shape.slice(2).join(' x ')} to ${size} equals the reference`, () =>
    tf.tidy(() => {
      const input = toTensor(x) as tf.Tensor4D;
      assertClose(adaptiveAveragePool(input, size), toTensor(y), 'y', 1e-6);
      const gradient = tf.grad((image: tf.Tensor) => adaptiveAveragePool(image as tf.Tensor4D, size));
      assertClose(gradient(input, toTensor(upstream)), toTensor(dx), 'dx', 1e-6);
    }),
  );
}

onEngines('gradients of adaptive pooling by finite differences', () => {
  const x = tf.randomNormal([2, 3, 5, 2], 0, 1, 'float32', 1);
  assertGradients((image) => adaptiveAveragePool(image as tf.Tensor4D, 4), [x]);
  x.dispose();
});

test('the layer is the op, and survives JSON', () => {
  const layer = new AdaptiveAveragePool({ name: 'avgpool', size: 3 });
  const again = AdaptiveAveragePool.fromConfig(AdaptiveAveragePool, layer.getConfig()) as AdaptiveAveragePool;
  assert.deepEqual(again.computeOutputShape([null, 7, 5, 2]), [null, 3, 3, 2]);
  tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([1, 7, 5, 2], 0, 1, 'float32', 2);
    assertClose(again.apply(x) as tf.Tensor, adaptiveAveragePool(x, 3), 'y', 0);
  });
});

test('a size that is no whole number above 0 is an error', () => {
  for (const size of [0, 1.5, Number.NaN]) {
    assert.throws(
      () => adaptiveAveragePool(tf.zeros([1, 2, 2, 1]), size),
      /a whole number above 0, got (0|1\.5|NaN)/,
    );
  }
});
