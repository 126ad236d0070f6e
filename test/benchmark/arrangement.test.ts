// Trials side by side, pairs of observers, and draws of images.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addCounts, pairValues } from '../../lib/benchmark/consistency';
import { findDataset } from '../../lib/benchmark/datasets';
import { accuracy } from '../../lib/benchmark/metrics';
import { resampledShares, sampleCondition } from '../../lib/benchmark/resampling';
import { arrange } from '../../lib/benchmark/responses';
import type { Trial } from '../../lib/benchmark/trials';
import { deriveSeed, Random } from '../../lib/random';

const EDGE = findDataset('edge');

function trial(subject: string, image: string, more: Partial<Trial> = {}): Trial {
  const same = { session: '1', trial: 1, responseTime: null, condition: '0', imageName: image };
  return { ...same, subject, image, response: 'cat', category: 'cat', ...more };
}

test('images in the order of their names, humans first, whatever the order of the trials', () => {
  const responses: Record<string, string> = { a: 'cat', b: 'dog', c: 'na', d: 'bear' };
  const trials = ['net-b', 'subject-02', 'net-a', 'subject-01'].flatMap((subject) =>
    ['c', 'a', 'd', 'b'].map((image) => trial(subject, image, { response: responses[image] })),
  );
  const { images, categories, conditions, observers } = arrange(EDGE, trials);
  assert.deepEqual(images, ['a', 'b', 'c', 'd']);
  assert.deepEqual([...categories], [7, 7, 7, 7]);
  assert.deepEqual([...conditions], [0, 0, 0, 0]);
  assert.deepEqual(
    observers.map(({ name, human }) => [name, human]),
    [
      ['subject-01', true],
      ['subject-02', true],
      ['net-a', false],
      ['net-b', false],
    ],
  );
  for (const { answers } of observers) assert.deepEqual([...answers], [8, 11, 0, 2]);
  assert.throws(() => arrange(EDGE, []), /no trials of edge/);
});

test('the first five are known only where every answer has a ranking', () => {
  const ranking = ['dog', 'bear', 'oven', 'boat', 'cat', 'car'];
  const later = ['dog', 'bear', 'oven', 'boat', 'car', 'cat'];
  const [all, some, none] = arrange(EDGE, [
    trial('all', 'a', { ranking }),
    trial('all', 'b', { ranking: later }),
    trial('some', 'a', { ranking }),
    trial('some', 'b'),
    trial('unranked', 'a'),
    trial('unranked', 'b'),
  ]).observers;
  assert.deepEqual([...(all.inTopFive as Uint8Array)], [1, 0]);
  assert.equal(some.inTopFive, undefined);
  assert.equal(none.inTopFive, undefined);
});

test('who lacks an answer is named, and where the other gave it', () => {
  const source = 'edge/b.csv, line 4';
  const both = (first: string[], second: string[]) => () =>
    arrange(EDGE, [
      ...first.map((image) => trial('a', image)),
      ...second.map((image) => trial('b', image, { source })),
    ]);
  assert.throws(both(['x', 'y', 'z'], ['x', 'y']), /b has no answer to z\. /);
  assert.throws(
    both(['x', 'y'], ['x', 'y', 'z']),
    /a has no answer to z \(answered by the other in edge\/b\.csv, line 4\)\. /,
  );
  assert.throws(both(['w', 'x'], ['x', 'y']), /b has no answer to w\. /);
  assert.throws(both(['x', 'y'], ['w', 'x']), /a has no answer to w \(answered/);
});

test('one image cannot be of two conditions, or of two categories', () => {
  const contrast = findDataset('contrast');
  const with_ = (more: Partial<Trial>) => () =>
    arrange(contrast, [
      trial('a', 'x', { condition: 'c50' }),
      trial('b', 'x', { condition: 'c50', ...more }),
    ]);
  assert.throws(with_({ condition: 'c30' }), /x as cat in condition c50, b as cat in c30/);
  assert.throws(with_({ category: 'dog' }), /x as cat in condition c50, b as dog in c50/);
  assert.equal(with_({})().images.length, 1);
});

test('two who are always right agree wholly, though chance would have it so', () => {
  const always = pairValues({ both: 5, onlyFirst: 0, onlySecond: 0, neither: 0 });
  assert.deepEqual(always, { observed: 1, expected: 1, kappa: 1, squaredAccuracyDifference: 0 });
  const parts = [
    { both: 1, onlyFirst: 2, onlySecond: 3, neither: 4 },
    { both: 10, onlyFirst: 20, onlySecond: 30, neither: 40 },
  ];
  assert.deepEqual(addCounts(parts), { both: 11, onlyFirst: 22, onlySecond: 33, neither: 44 });
  assert.equal(accuracy([], []).value, null);
});

test('a resample draws as many images as there are, for all observers the same', () => {
  const right: Record<string, string> = { a: 'cat', b: 'dog', c: 'cat', d: 'na', e: 'cat' };
  const trials = ['subject-01', 'net'].flatMap((subject) =>
    Object.keys(right).map((image) =>
      trial(subject, image, { response: subject === 'net' ? 'cat' : right[image] }),
    ),
  );
  const { places, correct, pairs } = sampleCondition(arrange(EDGE, trials), '0', [[0, 1]], {
    seed: 3,
    resamples: 50,
  });
  assert.deepEqual([...places], [0, 1, 2, 3, 4]);
  const { measured, resampled } = pairs.get('0,1')!;
  assert.deepEqual(measured, { both: 3, onlyFirst: 0, onlySecond: 2, neither: 0 });
  assert.equal(resampled.length, 50);
  const random = new Random(deriveSeed(3, 'edge', '0'));
  for (const [r, counts] of resampled.entries()) {
    const drawn = Array.from({ length: 5 }, () => 'abcde'[random.integer(5)]);
    const hits = drawn.filter((image) => right[image] === 'cat').length;
    assert.deepEqual([correct[0][r], correct[1][r]], [hits, 5]);
    assert.deepEqual(counts, { both: hits, onlyFirst: 0, onlySecond: 5 - hits, neither: 0 });
  }
});

test('resampled shares: of the decisions for either cue; none of a cue, and no decision at all', () => {
  const [shape, texture, nothing] = [
    { shape: 3, texture: 0 },
    { shape: 0, texture: 1 },
    { shape: 0, texture: 0 },
  ];
  assert.equal(resampledShares([shape]).length, 1000);
  assert.deepEqual([...resampledShares([shape, shape], { resamples: 3 })], [1, 1, 1]);
  assert.deepEqual([...resampledShares([texture, texture], { resamples: 2 })], [0, 0]);
  assert.deepEqual([...resampledShares([nothing], { resamples: 2 })], [Number.NaN, Number.NaN]);
  // Two images: both the first, both the second, or one of each, 3 of 4 decisions for the shape.
  const mixed = resampledShares([shape, texture], { resamples: 400 });
  for (const [share, times] of [
    [1, 100],
    [0, 100],
    [0.75, 200],
  ])
    assert.ok(Math.abs(mixed.filter((value) => value === share).length - times) < 40, `${share}`);
});
