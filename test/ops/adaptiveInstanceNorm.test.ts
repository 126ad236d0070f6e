// AdaIN, the statistics it takes, and the mirrored border of its decoder.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { adaptiveInstanceNorm } from '../../lib/ops/adaptiveInstanceNorm';
import { channelStatistics } from '../../lib/ops/channelStatistics';
import { reflectionPad } from '../../lib/ops/reflectionPad';
import { Random } from '../../lib/random';
import { onEngines } from '../onEngines';
import {
  assertClose,
  assertGradients,
  assertNumbersClose,
  fixture,
  type ReferenceArray,
  toTensor,
} from '../reference';

type Shape = [number, number, number, number];

function noise(shape: Shape, seed: number): tf.Tensor4D {
  const random = new Random(seed);
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 2 * random.normal() + 1);
  return tf.tensor4d(values, shape);
}

const blended = (content: tf.Tensor, style: tf.Tensor, alpha: number): tf.Tensor4D =>
  adaptiveInstanceNorm(content as tf.Tensor4D, channelStatistics(style as tf.Tensor4D), alpha);

onEngines('AdaIN gives the content the means and spreads of the style', () => {
  tf.tidy(() => {
    const [content, style] = [noise([2, 3, 4, 3], 1), noise([2, 5, 2, 3], 2)];
    const [ours, theirs] = [channelStatistics(blended(content, style, 1)), channelStatistics(style)];
    assertNumbersClose(ours.mean.dataSync(), theirs.mean.dataSync(), 'mean', 1e-5);
    assertNumbersClose(ours.deviation.dataSync(), theirs.deviation.dataSync(), 'deviation', 1e-4);
    assertNumbersClose(blended(content, style, 0).dataSync(), content.dataSync(), 'alpha 0', 0);
    const one = tf.slice4d(style, [0, 0, 0, 0], [1, -1, -1, -1]);
    assert.deepEqual(blended(content, one, 0.3).shape, [2, 3, 4, 3], 'one style for all images');
  });
});

onEngines('gradients of AdaIN and of the mirrored border agree with differences', () => {
  tf.tidy(() => {
    const [content, style] = [noise([1, 2, 3, 2], 3), noise([1, 3, 2, 2], 4)];
    assertGradients((a, b) => blended(a, b, 0.6), [content, style], { tolerance: 1e-2 });
    assertGradients((x) => reflectionPad(x as tf.Tensor4D), [content]);
  });
});

onEngines('AdaIN, its statistics and the border leave only their results', () => {
  const [content, style] = [noise([1, 4, 4, 2], 5), noise([1, 4, 4, 2], 6)];
  const before = tf.memory().numTensors;
  const statistics = channelStatistics(style);
  assert.equal(tf.memory().numTensors, before + 2);
  const results = [adaptiveInstanceNorm(content, statistics, 0.5), reflectionPad(content)];
  assert.equal(tf.memory().numTensors, before + 4);
  tf.dispose([content, style, statistics.mean, statistics.deviation, ...results]);
});

type Reference = { alpha: number } & Record<
  | 'content'
  | 'style'
  | 'mean'
  | 'deviation'
  | 'blended'
  | 'upstream'
  | 'content_gradient'
  | 'style_gradient'
  | 'padded',
  ReferenceArray
>;

const reference = fixture<Reference>('models/adaptive_instance_norm.json');

onEngines('AdaIN, its gradients and the border equal PyTorch', () => {
  tf.tidy(() => {
    const of = (name: Exclude<keyof Reference, 'alpha'>): tf.Tensor => toTensor(reference[name]);
    const [content, style] = [of('content'), of('style')];
    const { alpha } = reference;
    const { mean, deviation } = channelStatistics(style as tf.Tensor4D);
    assertClose(mean, of('mean'), 'mean', 1e-6);
    assertClose(deviation, of('deviation'), 'deviation', 1e-6);
    assertClose(blended(content, style, alpha), of('blended'), 'blended', 2e-6);
    assertClose(reflectionPad(content as tf.Tensor4D), of('padded'), 'padded', 1e-6);
    const gradients = tf.grads((x, y) => blended(x, y, alpha))([content, style], of('upstream'));
    assertClose(gradients[0], of('content_gradient'), 'gradient of the content', 1e-5);
    assertClose(gradients[1], of('style_gradient'), 'gradient of the style', 1e-5);
  });
});

test('bad shapes and alphas are answered', () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([2, 2, 2, 3]);
    const style = channelStatistics(x);
    assert.throws(() => adaptiveInstanceNorm(x, style, 1.5), /alpha is a number from 0 to 1, not 1\.5/);
    assert.throws(() => adaptiveInstanceNorm(x, style, Number.NaN), /alpha .* not NaN/);
    const other = channelStatistics(tf.zeros([2, 2, 2, 4]));
    assert.throws(() => adaptiveInstanceNorm(x, other), /has the shape \[2, 1, 1, 3\], got \[2,1,1,4\]/);
    const three = channelStatistics(tf.zeros([3, 2, 2, 3]));
    assert.throws(() => adaptiveInstanceNorm(x, three), /got \[3,1,1,3\]/);
    assert.throws(() => channelStatistics(tf.zeros([1, 1, 1, 3])), /two positions or more, got \[1,1,1,3\]/);
    assert.throws(() => reflectionPad(tf.zeros([1, 1, 4, 3])), /two rows and columns or more.*\[1,1,4,3\]/);
  });
});
