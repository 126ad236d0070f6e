// Every metric of the benchmark on a small set of invented answers, against scikit-learn and scipy (smallTrials.py wrote both).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchmark } from '../../lib/benchmark/benchmark';
import { findDataset } from '../../lib/benchmark/datasets';
import { arrange } from '../../lib/benchmark/responses';
import { placesOf } from '../../lib/benchmark/scores';
import { measureSet } from '../../lib/benchmark/setResult';
import { readTrialFolder } from '../../lib/benchmark/trialFiles';
import { fromRoot } from '../../lib/files';
import { type Consistency, consistencyOf, HUMANS, type SetResult } from '../../lib/results/benchmark';
import { wilsonInterval } from '../../lib/results/proportion';
import { fixture } from '../reference';

type Pair = Pick<Consistency, 'observed' | 'expected' | 'kappa' | 'squaredAccuracyDifference'>;
interface ExpectedSet {
  observers: Record<string, Record<string, { accuracy: number; entropy: number; confusion: number[][] }>>;
  pairs: Record<string, Record<string, Pair>>;
  shapeBias?: Record<string, { shape: number; texture: number; conflictImages: number; value: number }>;
}
interface Expected {
  sets: Record<string, ExpectedSet>;
  scores: Record<string, Record<string, number> & { ranks: Record<string, number> }>;
}

const expected = fixture<Expected>('benchmark/trials-small/expected.json');
const trials = readTrialFolder(fromRoot('test', 'fixtures', 'benchmark', 'trials-small'));
const result = benchmark(trials, { resamples: 200 });
const HUMAN_OBSERVERS = ['subject-01', 'subject-02', 'subject-03'];

function setOf(name: string): SetResult {
  return result.sets.find(({ dataset }) => dataset === name)!;
}

function close(actual: number | null | undefined, wanted: number, what: string): void {
  assert.ok(actual != null && Math.abs(actual - wanted) < 1e-12, `${what}: ${actual} instead of ${wanted}`);
}

for (const [name, { observers, pairs, shapeBias }] of Object.entries(expected.sets)) {
  test(`${name}: accuracy, entropy and confusions of every observer and condition`, () => {
    const set = setOf(name);
    for (const [observer, conditions] of Object.entries(observers)) {
      for (const [condition, wanted] of Object.entries(conditions)) {
        const what = `${observer} ${condition}`;
        const { value, counts, interval } = set.accuracy[observer][condition];
        close(value, wanted.accuracy, what);
        assert.deepEqual(counts, { correct: Math.round(32 * wanted.accuracy), images: 32 }, what);
        assert.deepEqual(interval, wilsonInterval(counts.correct, 32), what);
        close(set.entropy[observer][condition], wanted.entropy, `entropy ${what}`);
        assert.deepEqual(set.confusion[observer][condition], wanted.confusion, `confusion ${what}`);
      }
      const all = Object.values(conditions);
      close(set.overallAccuracy[observer].all.value, meanOf(all.map(({ accuracy }) => accuracy)), observer);
    }
  });

  test(`${name}: humans together are their pooled answers, their entropy the mean of theirs`, () => {
    const set = setOf(name);
    for (const condition of Object.keys(observers[HUMAN_OBSERVERS[0]])) {
      const single = HUMAN_OBSERVERS.map((human) => observers[human][condition]);
      close(set.accuracy[HUMANS][condition].value, meanOf(single.map(({ accuracy }) => accuracy)), condition);
      close(set.entropy[HUMANS][condition], meanOf(single.map(({ entropy }) => entropy)), condition);
      assert.equal(set.accuracy[HUMANS][condition].counts.images, 96);
      const [low, high] = set.accuracy[HUMANS][condition].interval!;
      assert.ok(
        low < set.accuracy[HUMANS][condition].value! && set.accuracy[HUMANS][condition].value! < high,
      );
    }
  });

  test(`${name}: consistency of every pair, Cohen's kappa by scikit-learn`, () => {
    const set = setOf(name);
    assert.equal(Object.keys(set.consistency).length, Object.keys(pairs).length);
    for (const [key, conditions] of Object.entries(pairs)) {
      const [a, b] = key.split('|');
      for (const [condition, wanted] of Object.entries(conditions)) {
        const found = consistencyOf(set, b, a, condition)!;
        for (const what of ['observed', 'expected', 'kappa', 'squaredAccuracyDifference'] as const)
          close(found[what], wanted[what], `${what} of ${key}, ${condition}`);
      }
    }
    for (const network of ['net-a', 'net-b', 'net-c'])
      for (const condition of Object.keys(observers[network]))
        close(
          set.errorConsistency[network][condition].value,
          meanOf(HUMAN_OBSERVERS.map((human) => pairs[`${human}|${network}`][condition].kappa)),
          `${network} ${condition}`,
        );
  });

  if (shapeBias === undefined) continue;
  test('shape bias counts conflict images alone', () => {
    for (const [observer, { value, ...counts }] of Object.entries(shapeBias)) {
      const { bias, shapeShare, textureShare } = setOf(name).shapeBias![observer].overall;
      close(bias.value, value, observer);
      assert.deepEqual(bias.counts, { ...counts, images: 32 });
      close(shapeShare, counts.shape / 32, observer);
      close(textureShare, counts.texture / 32, observer);
      const byCategory = Object.values(setOf(name).shapeBias![observer].byCategory);
      assert.equal(
        byCategory.reduce((sum, part) => sum + part.bias.counts.shape, 0),
        counts.shape,
      );
      assert.equal(byCategory.length, 16);
    }
  });
}

test('the four scores and the places of the networks, twins sharing theirs', () => {
  for (const [network, { ranks, ...scores }] of Object.entries(expected.scores)) {
    const found = result.scores.find(({ observer }) => observer === network)!;
    for (const [name, wanted] of Object.entries(scores)) {
      const score = found[name as 'outOfDistributionAccuracy'];
      close(score.value, wanted, `${name} of ${network}`);
      assert.ok(
        score.interval![0] <= score.value && score.value <= score.interval![1],
        `${name} of ${network}`,
      );
    }
    const { mean, ...places } = found.ranks!;
    assert.deepEqual(places, ranks);
    close(mean, (ranks.accuracyDifference + ranks.observedConsistency + ranks.errorConsistency) / 3, network);
  }
  assert.deepEqual(placesOf([2, 1, 2, 5]), [2.5, 1, 2.5, 4]);
});

test('the condition left out counts in all, not in the benchmark', () => {
  const { all, benchmark: counted } = setOf('contrast').overallAccuracy['net-a'];
  assert.deepEqual([all.counts.images, counted?.counts.images], [96, 64]);
});

test('top five: hits over images, from known rankings', () => {
  const ranked = trials.contrast
    .filter(({ subject }) => subject === 'net-a')
    .map((trial, i) => {
      const others = ['oven', 'truck', 'knife', 'clock', 'chair', 'cat'].filter(
        (name) => name !== trial.category,
      );
      // The category is the first, the fifth, and the sixth in turn.
      const place = [0, 4, 5][i % 3];
      return { ...trial, ranking: [...others.slice(0, place), trial.category, ...others.slice(place)] };
    });
  const { topFiveAccuracy } = measureSet(arrange(findDataset('contrast'), ranked), { resamples: 2 }).result;
  assert.deepEqual(topFiveAccuracy['net-a'].counts, { correct: 64, images: 96 });
  close(topFiveAccuracy['net-a'].value, 64 / 96, 'share');
});

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
