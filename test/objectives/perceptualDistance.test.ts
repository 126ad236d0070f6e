// LPIPS' head against the reference, forward and backward.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { perceptualDistance } from '../../lib/objectives/perceptualDistance';
import { onEngines } from '../onEngines';
import { assertClose, assertNumbersClose, fixture, type ReferenceArray, toTensor } from '../reference';

interface Fixture {
  features_a: ReferenceArray[];
  features_b: ReferenceArray[];
  linear_weights: ReferenceArray[];
  distance_per_image: ReferenceArray;
  sum: number;
  grad_features_a: ReferenceArray[];
}

onEngines('the perceptual distance equals the reference, forward and backward', () => {
  const reference = fixture<Fixture>('topk/lpips_head.json');
  tf.tidy(() => {
    const [a, b] = [reference.features_a, reference.features_b].map((layers) =>
      layers.map((features) => toTensor(features) as tf.Tensor4D),
    );
    const weights = reference.linear_weights.map(({ data }) => tf.tensor1d(data));
    const distances = perceptualDistance(a, b, weights);
    assertNumbersClose(distances.dataSync(), reference.distance_per_image.data, 'distances');
    const gradients = tf.grads((...layers) =>
      tf.sum(perceptualDistance(layers as tf.Tensor4D[], b, weights)),
    )(a);
    for (const [layer, expected] of reference.grad_features_a.entries()) {
      assertClose(gradients[layer], toTensor(expected), `gradient of layer ${layer}`, 2e-5);
    }
    assertNumbersClose(perceptualDistance(a, a, weights).dataSync(), [0, 0], 'to itself', 0);
    assert.throws(() => perceptualDistance(a, b.slice(1), weights), /got 2, 1 and 2/);
    assert.throws(() => perceptualDistance(a, [...b].reverse(), weights), /Layer 0 has features of shapes/);
  });
});
