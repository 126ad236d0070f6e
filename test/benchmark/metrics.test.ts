import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accuracy, shapeBias } from '../../lib/benchmark/metrics';

test('shape bias counts hits of shape or texture on conflict images only', () => {
  //                 shape  texture  third  same  texture  shape
  const decisions = [0, 2, 3, 1, 0, 2];
  const shapes = [0, 1, 1, 1, 1, 2];
  const textures = [1, 2, 2, 1, 0, 0];
  const metric = shapeBias(decisions, shapes, textures);
  assert.deepEqual(metric.counts, { shape: 2, texture: 2, conflictImages: 5, images: 6 });
  assert.equal(metric.value, 0.5);
  assert.ok(metric.interval !== null && metric.interval[0] < 0.5 && metric.interval[1] > 0.5);
});

test('shape bias is undefined without a hit, also when all images agree', () => {
  assert.equal(shapeBias([2, 2], [0, 1], [1, 0]).value, null);
  assert.deepEqual(shapeBias([0, 1], [0, 1], [0, 1]), {
    value: null,
    counts: { shape: 0, texture: 0, conflictImages: 0, images: 2 },
    interval: null,
  });
});

test('accuracy is the share of correct decisions', () => {
  const metric = accuracy(Int32Array.from([0, 1, 1, 0]), [0, 1, 0, 0]);
  assert.equal(metric.value, 0.75);
  assert.deepEqual(metric.counts, { correct: 3, images: 4 });
});

test('lists of different length are refused', () => {
  assert.throws(() => accuracy([1], [1, 2]), /1 decisions but 2 labels/);
  assert.throws(() => shapeBias([1], [1], []), /1 decisions but 0 texture labels/);
});
