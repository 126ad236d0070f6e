import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../lib/random';
import { biasCorrectedInterval } from '../../lib/results/bootstrap';
import { type Interval, wilsonInterval } from '../../lib/results/proportion';
import {
  contrast,
  detectable,
  difference,
  intervalOf,
  mean,
  meanContrast,
  meanInterval,
  runsNeeded,
  sampleDeviation,
  summarise,
  twoSidedP,
} from '../../lib/results/statistics';

function near(actual: number | null | undefined, expected: number, tolerance: number): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) <= tolerance,
    `${actual} is not ${expected}`,
  );
}

function nearInterval(actual: Interval | null, expected: Interval, tolerance: number): void {
  near(actual?.[0], expected[0], tolerance);
  near(actual?.[1], expected[1], tolerance);
}

test('mean and sample deviation by hand', () => {
  assert.equal(mean([1, 2, 6]), 3);
  near(sampleDeviation([1, 2, 6]), Math.sqrt(7), 1e-12);
  assert.equal(sampleDeviation([1]), null);
  assert.throws(() => mean([]), /no values/);
});

// Expected numbers from here on: scipy 1.17.1 (stats.t.interval, stats.binomtest(...).proportion_ci(method='wilson'), stats.norm).
test("Student's interval of a mean", () => {
  nearInterval(meanInterval([1, 2, 6]), [-3.572411, 9.572411], 1e-5);
  nearInterval(meanInterval([1, 2], 0.9), [-1.656876, 4.656876], 1e-5);
  assert.equal(meanInterval([1]), null);
  assert.equal(meanInterval([]), null);
  assert.deepEqual(meanInterval([2, 2]), [2, 2]);
});

test("Welch's difference against the comparison derived from the report's Table 1 (Code-Spec, stylised, IN-S1)", () => {
  const found = difference(
    { mean: 67.2, deviation: 1.8, count: 3 },
    { mean: 70.1, deviation: 1.3, count: 3 },
  );
  assert.ok(found !== null);
  near(found.value / found.standardError, 2.262, 5e-4);
  near(found.degreesOfFreedom, 3.64, 5e-3);
  near(twoSidedP(found), 0.0931, 5e-5);
  assert.equal(difference(summarise([1]), summarise([2, 3])), null);
});

test('without any spread an interval is a point, and p undefined', () => {
  const found = difference(summarise([1, 1]), summarise([2, 2]));
  assert.ok(found !== null);
  assert.deepEqual(intervalOf(found), [1, 1]);
  assert.equal(twoSidedP(found), null);
  assert.equal(detectable(found), 0);
  assert.equal(found.degreesOfFreedom, Number.POSITIVE_INFINITY);
});

test('a pooled difference is the mean of its differences, its degrees of freedom by Welch and Satterthwaite', () => {
  const groups = [
    [1, 2, 3],
    [4, 6, 8],
    [0, 0, 3],
    [1, 1, 1],
  ].map(summarise);
  const parts = [difference(groups[0], groups[1]), difference(groups[2], groups[3])].map((part) => part!);
  const pooled = meanContrast(parts);
  near(pooled?.value, (4 + 0) / 2, 1e-12);
  // v = w^2 s^2 / n with w = 1/2: 1/12, 4/12, 3/12, 0.
  near(pooled?.standardError, Math.sqrt(8 / 12), 1e-12);
  near(pooled?.degreesOfFreedom, 64 / ((1 + 16 + 9) / 2), 1e-12);
  assert.equal(contrast([]), null);
  assert.equal(meanContrast([]), null);
});

const DRAWS = 10_000;
const LEAST = 0.94;

/** Share of simulated samples whose interval holds the truth, 0. */
function coverage(draw: (random: Random) => Interval | null): number {
  const random = new Random(1);
  let covered = 0;
  for (let i = 0; i < DRAWS; i++) {
    const interval = draw(random);
    if (interval !== null && interval[0] <= 0 && interval[1] >= 0) covered++;
  }
  return covered / DRAWS;
}

function sample(random: Random, count: number, deviation: number): ReturnType<typeof summarise> {
  return summarise(Array.from({ length: count }, () => deviation * random.normal()));
}

for (const seeds of [2, 3, 5, 10]) {
  test(`95 % intervals over ${seeds} seeds hold the truth in at least 94 of 100 cases`, () => {
    const found: Record<string, number> = {
      mean: coverage((random) => meanInterval(Array.from({ length: seeds }, () => random.normal()))),
    };
    for (const ratio of [1, 2]) {
      found[`difference, spreads 1 : ${ratio}`] = coverage((random) =>
        intervalOf(difference(sample(random, seeds, 1), sample(random, seeds, ratio))!),
      );
      found[`pooled over two subsets, spreads 1 : ${ratio}`] = coverage((random) =>
        intervalOf(
          meanContrast(
            [1, ratio].map((spread) => difference(sample(random, seeds, 1), sample(random, seeds, spread))!),
          )!,
        ),
      );
    }
    for (const [what, share] of Object.entries(found))
      assert.ok(share >= LEAST && share <= 0.99, `${what}: ${share}`);
  });
}

test('where one group spreads four times as much as the others, pooled intervals over three seeds come to 93 or more', () => {
  const share = coverage((random) =>
    intervalOf(
      meanContrast([1, 4].map((spread) => difference(sample(random, 3, 1), sample(random, 3, spread))!))!,
    ),
  );
  assert.ok(share >= 0.93, String(share));
});

test('a difference of the detectable size is told from 0 in about 80 of 100 cases, and needs the seeds that there are', () => {
  for (const seeds of [3, 5, 10]) {
    const known = difference(
      { mean: 0, deviation: 1, count: seeds },
      { mean: 0, deviation: 1, count: seeds },
    )!;
    const size = detectable(known);
    const missed = coverage((random) => {
      const [low, high] = intervalOf(difference(sample(random, seeds, 1), sample(random, seeds, 1))!);
      return [low + size, high + size];
    });
    near(1 - missed, 0.8, 0.025);
    assert.equal(runsNeeded(size * 1.0001, known), seeds);
    assert.equal(runsNeeded(-size * 0.9999, known), seeds + 1);
  }
  const known = difference({ mean: 0, deviation: 1, count: 5 }, { mean: 0, deviation: 1, count: 5 })!;
  assert.equal(runsNeeded(0.001, known), null);
  assert.ok(detectable(known, { power: 0.9 }) > detectable(known));
  // The size follows the spread.
  const wide = { mean: 0, deviation: 3, count: 5 };
  near(detectable(difference(wide, wide)!), 3 * detectable(known), 1e-9);
  assert.ok(detectable(meanContrast([difference(wide, wide)!, known])!) > detectable(known));
  // From thirty runs on by the formula: 1.0 sqrt(2 / 30), 58 degrees of freedom, t of 2.0017 and 0.8481.
  const many = { mean: 0, deviation: 1, count: 30 };
  near(detectable(difference(many, many)!), (2.00172 + 0.84816) * Math.sqrt(2 / 30), 1e-4);
});

test("Wilson's interval of a share", () => {
  nearInterval(wilsonInterval(80, 400), [0.163737, 0.24197], 1e-6);
  nearInterval(wilsonInterval(1, 10), [0.017876, 0.40415], 1e-6);
  nearInterval(wilsonInterval(0, 20), [0, 0.161125], 1e-6);
  nearInterval(wilsonInterval(20, 20), [0.838875, 1], 1e-6);
  nearInterval(wilsonInterval(5, 10, 0.9), [0.269272, 0.730728], 1e-6);
  assert.equal(wilsonInterval(0, 0), null);
});

test("Wilson's intervals hold the truth in about 95 of 100 cases, for few images and rare hits too", () => {
  for (const [images, share] of [
    [20, 0.1],
    [50, 0.5],
    [160, 0.0625],
    [500, 0.9],
  ]) {
    const covered = coverage((random) => {
      let hits = 0;
      for (let i = 0; i < images; i++) if (random.next() < share) hits++;
      const [low, high] = wilsonInterval(hits, images)!;
      return [low - share, high - share];
    });
    assert.ok(covered >= 0.93 && covered <= 0.98, `${share} of ${images}: ${covered}`);
  }
});

test('a bias-corrected interval: percentiles where measured is the median, moved where it is not', () => {
  const resampled = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
  nearInterval(biasCorrectedInterval(resampled, 0.5), [0.025, 0.975], 1e-9);
  // z0 = Phi^-1(0.6) = 0.253347: Phi(2 z0 -+ 1.959964) = Phi(-1.453270), Phi(2.466658).
  nearInterval(biasCorrectedInterval(resampled, 0.6), [0.073075, 0.993181], 2e-3);
  assert.deepEqual(biasCorrectedInterval([3, 3, 3], 3), [3, 3]);
  nearInterval(biasCorrectedInterval([1, 2, Number.NaN, 3], 2, 0.5), [1.5, 2.5], 0.2);
  assert.equal(biasCorrectedInterval([Number.NaN], 2), null);
  assert.ok(biasCorrectedInterval([1, 2, 3], 9)!.every(Number.isFinite));
});

test('bias-corrected intervals of a skewed statistic, the variance of 30, hold the truth more often than percentiles', () => {
  const resamples = 200;
  let [corrected, plain] = [0, 0];
  const random = new Random(2);
  for (let i = 0; i < 400; i++) {
    const values = Array.from({ length: 30 }, () => random.normal());
    const draws = Array.from(
      { length: resamples },
      () => sampleDeviation(values.map(() => random.pick(values)))! ** 2,
    );
    const measured = sampleDeviation(values)! ** 2;
    const covers = ([low, high]: Interval): number => (low <= 1 && high >= 1 ? 1 : 0);
    const sorted = [...draws].sort((a, b) => a - b);
    corrected += covers(biasCorrectedInterval(draws, measured)!);
    plain += covers([sorted[5], sorted[194]]);
  }
  assert.ok(corrected > plain, `${corrected} and ${plain} of 400`);
  assert.ok(corrected / 400 > 0.86, `${corrected} of 400`);
});
