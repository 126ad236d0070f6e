import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../lib/random';
import {
  bootstrapMean,
  bootstrapProportion,
  bootstrapShare,
  mean,
  sampleDeviation,
  studentTwoSided,
  summarise,
  welchTest,
} from '../../lib/results/statistics';

function near(actual: number | undefined, expected: number, tolerance: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

test('mean and sample deviation by hand', () => {
  assert.equal(mean([1, 2, 6]), 3);
  near(sampleDeviation([1, 2, 6]) ?? Number.NaN, Math.sqrt(7), 1e-12);
  assert.equal(sampleDeviation([1]), null);
  assert.throws(() => mean([]), /no values/);
});

test("Student's two-sided p against tabulated quantiles", () => {
  near(studentTwoSided(12.7062, 1), 0.05, 1e-6);
  near(studentTwoSided(2.22814, 10), 0.05, 1e-6);
  near(studentTwoSided(-2.22814, 10), 0.05, 1e-6);
  near(studentTwoSided(1.97196, 200), 0.05, 1e-5);
  near(studentTwoSided(0, 5), 1, 1e-12);
});

test("Welch's test against the comparison derived from the report's Table 1 (Code-Spec, stylised, IN-S1)", () => {
  const result = welchTest(
    { mean: 67.2, deviation: 1.8, count: 3 },
    { mean: 70.1, deviation: 1.3, count: 3 },
  );
  near(result?.t, 2.262, 5e-4);
  near(result?.degreesOfFreedom, 3.64, 5e-3);
  near(result?.p, 0.0931, 5e-5);
  assert.equal(welchTest(summarise([1]), summarise([2, 3])), null);
  assert.equal(welchTest(summarise([1, 1]), summarise([2, 2])), null);
});

test('bootstrap intervals are seeded, and as wide as theory says', () => {
  assert.deepEqual(bootstrapMean([1, 2, 3], { seed: 4 }), bootstrapMean([1, 2, 3], { seed: 4 }));
  assert.equal(bootstrapMean([1]), null);
  const [low, high] = bootstrapProportion(80, 400) ?? [];
  // Normal approximation: 0.2 -+ 1.96 * sqrt(0.2 * 0.8 / 400) = 0.2 -+ 0.0392.
  near(low, 0.1608, 0.006);
  near(high, 0.2392, 0.006);
  assert.equal(bootstrapProportion(0, 0), null);
  assert.deepEqual(bootstrapProportion(5, 5), [1, 1]);
});

test('the interval of a share ignores what is neither', () => {
  const [low, high] = bootstrapShare(50, 150, 1000) ?? [];
  // Given 200 hits: 0.25 -+ 1.96 * sqrt(0.25 * 0.75 / 200) = 0.25 -+ 0.060.
  near(low, 0.19, 0.01);
  near(high, 0.31, 0.01);
  assert.equal(bootstrapShare(0, 0, 10), null);
});

test('95 % intervals of a mean of 40 cover the truth in about 95 of 100 cases', () => {
  const random = new Random(1);
  let covered = 0;
  for (let i = 0; i < 200; i++) {
    const values = Array.from({ length: 40 }, () => random.normal());
    const interval = bootstrapMean(values, { seed: i, resamples: 400 });
    if (interval !== null && interval[0] <= 0 && interval[1] >= 0) covered++;
  }
  assert.ok(covered >= 178 && covered <= 198, `${covered} of 200`);
});
