import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { largestMask, selectedCount, topK, topKMask } from '../../lib/ops/topK';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

interface TopKCase {
  label: string;
  fraction: number;
  keep: number;
  reverse: boolean;
  x: ReferenceArray;
  upstream: ReferenceArray;
  lowest_index_first: { mask: ReferenceArray; y: ReferenceArray; grad_x: ReferenceArray };
}

const { cases } = fixture<{ cases: TopKCase[] }>('topk/topk_layer.json');

for (const { label, fraction, keep, reverse, x, upstream, lowest_index_first: expected } of cases) {
  onEngines(`topK equals the reference: ${label}`, () => {
    tf.tidy(() => {
      const input = toTensor(x) as tf.Tensor4D;
      const options = { fraction, reverse };
      assert.equal(selectedCount(input, options), keep);
      assertClose(topKMask(input, options), toTensor(expected.mask), 'mask', 0);
      assertClose(topK(input, options), toTensor(expected.y), 'y');
      assertClose(topK(input, { count: keep, reverse }), toTensor(expected.y), 'y by count');
      const gradient = tf.grad((value) => topK(value as tf.Tensor4D, options));
      assertClose(gradient(input, toTensor(upstream)), toTensor(expected.grad_x), 'dx');
    });
  });
}

onEngines('topK keeps exactly k positions of many equal values, the first ones', () => {
  tf.tidy(() => {
    const input = tf.relu(tf.randomNormal<tf.Rank.R4>([3, 9, 7, 5], -1, 1, 'float32', 4));
    const rounded = tf.round(tf.mul(input, 2)) as tf.Tensor4D; // few distinct values, mostly zeros
    for (const count of [1, 2, 31, 62, 63]) {
      const mask = topKMask(rounded, { count });
      assertClose(tf.sum(mask, [1, 2]), tf.fill([3, 5], count), 'selected positions', 0);
      assertClose(mask, referenceMask(rounded, count), `mask for k = ${count}`, 0);
      assertClose(
        largestMask(rounded, count),
        referenceMask(rounded, count),
        `composed mask, k = ${count}`,
        0,
      );
    }
  });
});

onEngines('topK gradient equals finite differences; its mask has none', () => {
  const x = tf.tensor4d([3, -1, 0.5, 2, -4, 0.1, 0.3, 1.4, 2.5, -0.7, 1.7, 0.2], [1, 3, 2, 2]);
  assertGradients((input) => topK(input as tf.Tensor4D, { count: 2 }), [x]);
  const gradient = tf.grad((input) => topKMask(input as tf.Tensor4D, { count: 2 }))(x);
  assert.ok(gradient.dataSync().every((value) => value === 0));
  tf.dispose([x, gradient]);
});

onEngines('topK leaves no tensors behind, with and without gradients', () => {
  const x = tf.randomNormal<tf.Rank.R4>([2, 4, 4, 3]);
  topK(x, { fraction: 0.2 }).dispose();
  topKMask(x, { fraction: 0.2 }).dispose();
  tf.grad((input) => topK(input as tf.Tensor4D, { fraction: 0.2, reverse: true }))(x).dispose();
  x.dispose();
});

test('topK refuses bad selections, naming shape and value', () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([2, 3, 4, 5]);
    assert.throws(() => topK(x, { count: 0 }), /from 1 to H\*W = 12, got 0 \(shape \[2,3,4,5\]\)/);
    assert.throws(() => topK(x, { count: 13 }), /from 1 to H\*W = 12, got 13/);
    assert.throws(() => topK(x, { count: 1.5 }), /integer.*got 1\.5/);
    assert.throws(() => topK(x, { fraction: 0 }), /fraction must be in \(0, 1\], got 0/);
    assert.throws(() => topK(x, { fraction: 1.1 }), /got 1\.1/);
    assert.throws(() => topK(x, { fraction: Number.NaN }), /got NaN/);
    assert.throws(() => topK(x, {}), /either a fraction or a count/);
    assert.throws(() => topK(x, { fraction: 0.5, count: 2 }), /either a fraction or a count/);
    const matrix = tf.zeros([3, 4]) as unknown as tf.Tensor4D;
    assert.throws(() => topK(matrix, { count: 1 }), /\[N, H, W, C\], not one of shape \[3,4\]/);
  });
});

/** By sorting on the host: larger magnitude first, then lower index. */
function referenceMask(x: tf.Tensor4D, k: number): tf.Tensor {
  const [images, height, width, channels] = x.shape;
  const values = x.dataSync();
  const mask = new Float32Array(values.length);
  for (let n = 0; n < images; n++) {
    for (let c = 0; c < channels; c++) {
      const at = (position: number) => (n * height * width + position) * channels + c;
      const order = Array.from({ length: height * width }, (_, position) => position);
      order.sort((a, b) => Math.abs(values[at(b)]) - Math.abs(values[at(a)]) || a - b);
      for (const position of order.slice(0, k)) mask[at(position)] = 1;
    }
  }
  return tf.tensor(mask, x.shape);
}
