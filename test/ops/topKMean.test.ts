import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { TOP_K_MEAN_FORMS, type TopKMeanForm, topKMean } from '../../lib/ops/topKMean';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

interface MeanCase {
  label: string;
  fraction: number;
  keep: number;
  x: ReferenceArray;
  upstream: ReferenceArray;
  lowest_index_first: Record<TopKMeanForm, { y: ReferenceArray; grad_x: ReferenceArray }>;
}

const { cases } = fixture<{ cases: MeanCase[] }>('topk/mean_replacement.json');

for (const { label, fraction, keep, x, upstream, lowest_index_first } of cases) {
  for (const form of TOP_K_MEAN_FORMS) {
    onEngines(`topKMean equals the reference: ${form}, ${label}`, () => {
      tf.tidy(() => {
        const input = toTensor(x) as tf.Tensor4D;
        const expected = lowest_index_first[form];
        assertClose(topKMean(input, { fraction, form }), toTensor(expected.y), 'y');
        assertClose(topKMean(input, { count: keep, form }), toTensor(expected.y), 'y by count');
        const gradient = tf.grad((value) => topKMean(value as tf.Tensor4D, { fraction, form }));
        assertClose(gradient(input, toTensor(upstream)), toTensor(expected.grad_x), 'dx');
      });
    });
  }
}

onEngines('topKMean gradient equals finite differences', () => {
  const x = tf.tensor4d([3, -1, 0.5, 2, -4, 0.1, 0.3, 1.4, 2.5, -0.7, 1.7, 0.2], [1, 3, 2, 2]);
  for (const form of TOP_K_MEAN_FORMS) {
    assertGradients((input) => topKMean(input as tf.Tensor4D, { count: 3, form }), [x]);
  }
  x.dispose();
});

test('topKMean refuses unknown forms and bad selections', () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 2, 2, 1]);
    assert.throws(() => topKMean(x, { count: 5, form: 'authors' }), /H\*W = 4, got 5/);
    const form = 'author' as TopKMeanForm;
    assert.throws(() => topKMean(x, { count: 1, form }), /Unknown Top-K mean form "author".*"authors"/);
  });
});
