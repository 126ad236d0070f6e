// The published answers of humans against the toolbox's own numbers (test/fixtures/benchmark/humans.json).
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { before, test } from 'node:test';
import { benchmark } from '../../lib/benchmark/benchmark';
import { CATEGORIES } from '../../lib/benchmark/categories';
import { DATASETS } from '../../lib/benchmark/datasets';
import { placesOf } from '../../lib/benchmark/scores';
import { readTrialFolder } from '../../lib/benchmark/trialFiles';
import { fromRoot } from '../../lib/files';
import { type BenchmarkResult, consistencyOf, HUMANS, type SetResult } from '../../lib/results/benchmark';
import { fixture } from '../reference';

const FOLDER = process.env.GESTALT_HUMAN_DATA ?? fromRoot('..', 'shared', 'data', 'human-data');
const skip = fs.existsSync(FOLDER) ? false : 'the published answers of humans are not on this machine';

type Numbers = Record<string, number>;
interface ReferenceSet {
  accuracy: Record<
    string,
    Record<string, { n: number; correct: number; accuracy: number; entropyBits?: number }>
  >;
  accuracyPerCategory: Numbers;
  confusion: number[][];
  errorConsistency: Record<string, Record<string, [number, number, number, number]>>;
  errorConsistencyLineplot?: Numbers | null;
  benchmark: Numbers;
  shapeBias?: Record<string, { overall: Numbers; byShapeCategory: Record<string, Numbers> }>;
  shapeBiasBoxplotHumans?: Numbers;
}
interface Reference {
  sets: Record<string, ReferenceSet>;
  results: Record<string, Numbers & { rank?: Numbers }>;
}

const reference = fixture<Reference>('benchmark/humans.json');
let result: BenchmarkResult;
const setOf = (name: string): SetResult => {
  const found = result.sets.find(({ dataset }) => dataset === name);
  assert.ok(found, name);
  return found;
};
const close = (actual: number | null | undefined, expected: number, what: string): void => {
  assert.ok(
    actual != null && Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} instead of ${expected}`,
  );
};

before(() => {
  if (!skip) result = benchmark(readTrialFolder(FOLDER), { resamples: 20 });
});

for (const [name, expected] of Object.entries(reference.sets)) {
  test(`${name}: humans' accuracy and entropy`, { skip }, () => {
    const set = setOf(name);
    for (const [observer, conditions] of Object.entries(expected.accuracy)) {
      for (const [condition, { n, correct, accuracy, entropyBits }] of Object.entries(conditions)) {
        const what = `${observer} ${condition}`;
        const overall = set.overallAccuracy[observer];
        const metric =
          condition === 'all'
            ? overall.all
            : condition === 'benchmark'
              ? overall.benchmark
              : set.accuracy[observer][condition];
        assert.deepEqual(metric?.counts, { correct, images: n }, what);
        close(metric?.value, accuracy, what);
        if (entropyBits === undefined) continue;
        const bits = set.entropy[observer][condition === 'all' ? '0' : condition];
        close(bits, entropyBits, `entropy ${what}`);
      }
    }
  });

  test(`${name}: confusions of humans`, { skip }, () => {
    const tables = Object.values(setOf(name).confusion[HUMANS]);
    const count = (row: number, column: number): number =>
      tables.reduce((sum, table) => sum + table[row][column], 0);
    for (const [column, category] of CATEGORIES.entries()) {
      const presented = Array.from({ length: 17 }, (_, row) => count(row, column)).reduce((a, b) => a + b);
      for (const [row, percents] of expected.confusion.entries()) {
        close((100 * count(row, column)) / presented, percents[column], `row ${row}, ${category}`);
      }
      close(count(column + 1, column) / presented, expected.accuracyPerCategory[category], category);
    }
  });

  test(`${name}: consistency between humans`, { skip }, () => {
    const set = setOf(name);
    for (const [condition, pairs] of Object.entries(expected.errorConsistency)) {
      if (condition === 'modelModel') continue;
      const own = condition === 'all' ? undefined : condition;
      for (const [pair, [chance, observed, kappa, difference]] of Object.entries(pairs)) {
        const [a, b] = pair.split('|');
        const found = consistencyOf(set, a, b, own);
        close(found?.expected, chance, `expected ${pair} ${condition}`);
        close(found?.observed, observed, `observed ${pair} ${condition}`);
        close(found?.kappa, kappa, `kappa ${pair} ${condition}`);
        close(found?.squaredAccuracyDifference, difference, `difference ${pair} ${condition}`);
      }
    }
    for (const [condition, kappa] of Object.entries(expected.errorConsistencyLineplot ?? {})) {
      close(set.errorConsistency[HUMANS][condition].value, kappa, `mean kappa ${condition}`);
    }
  });
}

test('cue-conflict: shape bias of humans, together, alone and by category', { skip }, () => {
  const { shapeBias } = setOf('cue-conflict');
  const expected = reference.sets['cue-conflict'];
  for (const [observer, { overall, byShapeCategory }] of Object.entries(expected.shapeBias!)) {
    const found = shapeBias![observer];
    const pairs = [
      [found.overall, overall, observer] as const,
      ...Object.entries(byShapeCategory).map(
        ([category, numbers]) => [found.byCategory[category], numbers, `${observer} ${category}`] as const,
      ),
    ];
    for (const [decisions, numbers, what] of pairs) {
      assert.deepEqual(
        decisions.bias.counts,
        {
          shape: numbers.nShape,
          texture: numbers.nTexture,
          conflictImages: numbers.nConflict,
          images: numbers.n,
        },
        what,
      );
      close(decisions.bias.value, numbers.shapeBias, what);
      close(decisions.shapeShare, numbers.fractionCorrectShape, what);
      close(decisions.textureShare, numbers.fractionCorrectTexture, what);
    }
  }
});

test('scores of humans over nine sets equal the toolbox, over all 17 its published numbers', { skip }, () => {
  const trials = readTrialFolder(FOLDER);
  const nine = Object.fromEntries(Object.keys(reference.sets).map((name) => [name, trials[name]]));
  const scoresOf = (from: BenchmarkResult) => from.scores.find(({ observer }) => observer === HUMANS)!;
  const found = scoresOf(benchmark(nine, { resamples: 2 }));
  const expected = reference.results.humans;
  close(found.outOfDistributionAccuracy.value, expected.oodAccuracy, 'accuracy');
  close(found.accuracyDifference?.value, expected.accuracyDifference, 'accuracy difference');
  close(found.observedConsistency?.value, expected.observedConsistency, 'observed consistency');
  close(found.errorConsistency?.value, expected.errorConsistency, 'error consistency');
  const all = scoresOf(result);
  const rounded = (value: number | undefined): string => (value ?? Number.NaN).toFixed(4);
  assert.equal(all.sets, DATASETS.length);
  assert.equal(rounded(all.outOfDistributionAccuracy.value), '0.7228');
  assert.equal(rounded(all.accuracyDifference?.value), '0.0066');
  assert.equal(rounded(all.observedConsistency?.value), '0.8085');
  assert.equal(rounded(all.errorConsistency?.value), '0.4312');
  assert.equal(
    result.sets.reduce((sum, set) => sum + set.overallAccuracy[HUMANS].all.counts.images, 0),
    85_120,
  );
});

test("a human in a network's place gets the toolbox's averages over the others", { skip }, () => {
  const trials = readTrialFolder(FOLDER).colour;
  const renamed = trials.map((trial) =>
    trial.subject === 'subject-04' ? { ...trial, subject: 'net' } : trial,
  );
  const { sets, scores } = benchmark({ colour: renamed }, { resamples: 20 });
  const pairs = reference.sets.colour.errorConsistency.bw;
  const kappas = ['01', '02', '03'].map((human) => pairs[`subject-${human}|subject-04`][2]);
  const expected = kappas.reduce((a, b) => a + b) / 3;
  close(sets[0].errorConsistency.net.bw.value, expected, 'line plot');
  const score = scores.find(({ observer }) => observer === 'net');
  close(score?.errorConsistency?.value, expected, 'score: colour has one counting condition');
  assert.deepEqual(score?.ranks, {
    outOfDistributionAccuracy: 1,
    accuracyDifference: 1,
    observedConsistency: 1,
    errorConsistency: 1,
    mean: 1,
  });
});

test('places of networks equal those of the reference, ties shared', () => {
  const networks = Object.values(reference.results).filter(({ rank }) => rank !== undefined);
  const columns = [
    ['accuracyDifference', 1],
    ['observedConsistency', -1],
    ['errorConsistency', -1],
    ['oodAccuracy', -1],
  ] as const;
  for (const [column, sign] of columns) {
    const places = placesOf(networks.map((network) => sign * network[column]));
    assert.deepEqual(
      places,
      networks.map(({ rank }) => (rank as unknown as Numbers)[column]),
      column,
    );
  }
  assert.deepEqual(placesOf([3, 1, 1, 2]), [4, 1.5, 1.5, 3]);
});
