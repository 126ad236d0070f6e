import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkAnswers } from '../../../lib/benchmark/measures/answers';
import { metricsByCategory } from '../../../lib/benchmark/measures/byCategory';
import { biasMetrics } from '../../../lib/benchmark/measures/metrics';
import { meanReciprocalRank, randomReciprocalRank } from '../../../lib/benchmark/measures/reciprocalRank';
import {
  accuracyLeft,
  reliance,
  relianceArea,
  whyNoReliance,
} from '../../../lib/benchmark/measures/reliance';
import { Random } from '../../../lib/random';
import { simulate } from './simulatedAnswers';

function near(actual: number | null | undefined, expected: number): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) < 1e-12,
    `${actual} is not ${expected}`,
  );
}

/** Two classes of ten images: 18 right as they are, 13 and 9 at the levels of a suppression. */
const labels = Array.from({ length: 20 }, (_, image) => image % 2);
const wrongAt = (...images: number[]): number[] =>
  labels.map((label, image) => (images.includes(image) ? 1 - label : label));
const PAIRED = {
  labels,
  original: wrongAt(0, 1),
  suppressed: { weak: wrongAt(0, 1, 2, 3, 4, 5, 6), strong: wrongAt(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) },
  classes: 2,
};

test('the accuracy that is left is what is above chance, of what was above chance', () => {
  const { value, counts, interval } = accuracyLeft(PAIRED, 'weak');
  near(value, (13 / 20 - 0.5) / (18 / 20 - 0.5));
  assert.deepEqual(counts, { images: 20, classes: 2, original: 18, suppressed: 13, both: 13 });
  assert.ok(interval !== null && interval[0] < 0.375 && interval[1] > 0.375, `${interval}`);
  near(accuracyLeft(PAIRED, 'strong').value, (9 / 20 - 0.5) / 0.4);
});

test('reliance is what is not left, and its interval that of what is left, turned round', () => {
  const left = accuracyLeft(PAIRED, 'weak', { seed: 3 });
  const lost = reliance(PAIRED, 'weak', { seed: 3 });
  near(lost.value, 0.625);
  assert.deepEqual(lost.interval, [1 - left.interval![1], 1 - left.interval![0]]);
});

test('the area under the reliance is by trapezoids from 0, and of one level that level', () => {
  // Reliances 0.625 and 1.125.
  const area = relianceArea(PAIRED);
  near(area.value, (0.625 + 1.125 / 2) / 1.5);
  assert.deepEqual(area.counts, {
    images: 20,
    classes: 2,
    original: 18,
    'level.weak': 13,
    'level.strong': 9,
  });
  near(relianceArea({ ...PAIRED, suppressed: { weak: PAIRED.suppressed.weak } }).value, 0.625);
  const nothing = labels.map(() => 0);
  near(relianceArea({ ...PAIRED, suppressed: { a: nothing, b: nothing, c: nothing } }).value, 1);
});

test('without an accuracy above chance there is no reliance, and words say why', () => {
  const guesses = wrongAt(0, 1, 2, 3, 4, 5, 6, 7);
  const { value, interval, counts } = accuracyLeft({ ...PAIRED, original: guesses }, 'weak');
  assert.deepEqual([value, interval, counts.original], [null, null, 12]);
  assert.equal(relianceArea({ ...PAIRED, original: guesses }).value, null);
  assert.match(
    whyNoReliance({ ...PAIRED, original: guesses }) ?? '',
    /right on 12 of 20 original images, which may be chance \(one in 2\)/,
  );
  assert.equal(whyNoReliance(PAIRED), null);
  assert.match(whyNoReliance({ labels: [], original: [], classes: 2 }) ?? '', /right on 0 of 0/);
});

test('answers and labels that do not pair are refused', () => {
  assert.throws(
    () => accuracyLeft({ ...PAIRED, suppressed: { weak: [1] } }, 'weak'),
    /1 decisions but 20 labels/,
  );
});

test('mean reciprocal ranks, and those of answers at random', () => {
  const { value, counts } = meanReciprocalRank([1, 2, 4, 1], 4);
  near(value, (1 + 1 / 2 + 1 / 4 + 1) / 4);
  assert.deepEqual(counts, { images: 4, classes: 4, 'rank.1': 2, 'rank.2': 1, 'rank.4': 1 });
  assert.deepEqual(meanReciprocalRank([], 4), {
    value: null,
    counts: { images: 0, classes: 4 },
    interval: null,
  });
  near(randomReciprocalRank(4), (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4);
  assert.throws(
    () => meanReciprocalRank([1, 5], 4),
    /Image 1 has the rank 5; ranks among 4 classes are 1 to 4/,
  );
  assert.equal(meanReciprocalRank([1], 4).interval, null, 'one image has no interval');
});

/** Three classes; the last image shows one class alone. */
const CONFLICT: NetworkAnswers = {
  classes: ['bear', 'cat', 'dog'],
  labels: [0, 1, 0, 1],
  original: { decisions: [0, 1, 0, 0], shapeRanks: [1, 1, 1, 2] },
  conflict: {
    shapeLabels: [0, 0, 1, 2],
    textureLabels: [1, 2, 0, 2],
    decisions: [0, 2, 2, 2],
    shapeRanks: [1, 3, 2, 1],
    textureRanks: [2, 1, 3, 1],
  },
  exact: { outline: { decisions: [0, 0, 1, 1], shapeRanks: [1, 2, 2, 1] } },
  suppressed: { grey: { '0.5': { decisions: [0, 1, 0, 0], shapeRanks: [1, 1, 1, 2] } } },
};

test('conflict images are measured by shape bias and by two ranks, without those whose cues agree', () => {
  const metrics = biasMetrics(CONFLICT);
  assert.deepEqual(metrics['shape-bias'].counts, { shape: 1, texture: 1, conflictImages: 3, images: 4 });
  near(metrics['rank-shape'].value, (1 + 1 / 3 + 1 / 2) / 3);
  near(metrics['rank-texture'].value, (1 / 2 + 1 + 1 / 3) / 3);
  assert.equal(metrics['rank-shape'].counts.images, 3);
});

test('every set has its measures, by names that say suppression and level', () => {
  assert.deepEqual(Object.keys(biasMetrics(CONFLICT)).sort(), [
    'accuracy.exact.outline',
    'accuracy.grey.0.5',
    'area.grey',
    'exact.outline',
    'left.grey.0.5',
    'original',
    'rank-shape',
    'rank-texture',
    'shape-bias',
  ]);
  const { conflict: _, ...without } = CONFLICT;
  assert.equal(biasMetrics({ ...without, conflict: null })['shape-bias'], undefined);
});

test('by category: each class over its own images, the texture by its own class', () => {
  const byCategory = metricsByCategory(CONFLICT);
  assert.deepEqual(Object.keys(byCategory), ['bear', 'cat', 'dog']);
  assert.deepEqual(byCategory.bear.original.counts, { correct: 2, images: 2 });
  assert.deepEqual(byCategory.bear['shape-bias'].counts, {
    shape: 1,
    texture: 1,
    conflictImages: 2,
    images: 2,
  });
  near(byCategory.bear['rank-texture'].value, 1 / 3);
  near(byCategory.dog['rank-texture'].value, 1);
  assert.equal(byCategory.dog.original.value, null, 'no original image of it');
  assert.equal(byCategory.cat['left.grey.0.5'].value, null, 'one right of two may be chance');
});

test('measures depend on the seed of their intervals alone, and on nothing else', () => {
  const answers = simulate({
    classes: 4,
    perClass: 20,
    accuracy: 0.8,
    left: { blur: { '3': 0.5 } },
    seed: 1,
  });
  assert.deepEqual(biasMetrics(answers), biasMetrics(JSON.parse(JSON.stringify(answers))));
  const [one, other] = [0, 1].map((seed) => biasMetrics(answers, { seed })['left.blur.3']);
  assert.equal(one.value, other.value);
  assert.notDeepEqual(one.interval, other.interval);
});

const NETWORKS = 400;
/** Of 400 intervals of 95 %, this many hold the truth in all but one of 200 such tests. */
const LEAST = 368;

const TRUTHS = [
  { accuracy: 0.5, left: [0.9, 0.5] },
  { accuracy: 0.9, left: [1, 0.95] },
  { accuracy: 0.99, left: [0.5, 0] },
  { accuracy: 0.99, left: [1, 1] },
];

for (const { accuracy, left } of TRUTHS) {
  test(`95 % intervals hold the truth: accuracy ${accuracy}, left ${left.join(' and ')}`, () => {
    const truth = {
      'left.blur.a': left[0],
      'left.blur.b': left[1],
      'area.blur': 1 - (left[0] + left[1] / 2) / 1.5,
    };
    const held = { 'left.blur.a': 0, 'left.blur.b': 0, 'area.blur': 0 };
    const names = Object.keys(truth) as (keyof typeof truth)[];
    for (let seed = 0; seed < NETWORKS; seed++) {
      const levels = { blur: { a: left[0], b: left[1] } };
      const metrics = biasMetrics(simulate({ classes: 8, perClass: 10, accuracy, left: levels, seed }), {
        resamples: 400,
      });
      for (const name of names) {
        const interval = metrics[name].interval;
        if (interval !== null && interval[0] <= truth[name] && truth[name] <= interval[1]) held[name]++;
      }
    }
    for (const name of names) assert.ok(held[name] >= LEAST, `${name}: ${held[name]} of ${NETWORKS}`);
  });
}

test('95 % intervals of mean reciprocal ranks hold the truth, also where nearly every image has the first rank', () => {
  for (const first of [0.3, 0.9, 0.99]) {
    // The first rank, or one of the fifteen others.
    const truth = first + ((1 - first) * (16 * randomReciprocalRank(16) - 1)) / 15;
    let held = 0;
    for (let seed = 0; seed < NETWORKS; seed++) {
      const random = new Random(seed);
      const ranks = Array.from({ length: 80 }, () => (random.next() < first ? 1 : 2 + random.integer(15)));
      const { interval } = meanReciprocalRank(ranks, 16, { seed, resamples: 400 });
      if (interval !== null && interval[0] <= truth && truth <= interval[1]) held++;
    }
    assert.ok(held >= LEAST, `${first}: ${held} of ${NETWORKS}`);
  }
});
