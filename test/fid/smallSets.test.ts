// Fréchet distances by the number of images: they fall with it, and their line leads nearer to the truth.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureMatrix } from '../../lib/fid/featureMatrix';
import { distancesByCount, extrapolate } from '../../lib/fid/smallSets';
import { Random } from '../../lib/random';
import { assertNumbersClose } from '../reference';

function normals(count: number, size: number, seed: number): FeatureMatrix {
  const random = new Random(seed);
  return { values: Float64Array.from({ length: count * size }, () => random.normal()), count, size };
}

test('sets of one distribution: distances fall with the number of images, the extrapolated one is nearest to 0', () => {
  const [generated, real] = [normals(800, 6, 1), normals(4000, 6, 2)];
  const counts = [50, 100, 200, 400];
  const distances = distancesByCount(generated, real, { counts, seed: 3 });
  const means = distances.map(({ values }) => values.reduce((sum, value) => sum + value, 0) / values.length);
  for (let i = 1; i < means.length; i++) assert.ok(means[i] < means[i - 1], means.join(' '));
  const { value, slope } = extrapolate(distances);
  assert.ok(Math.abs(value) < means[means.length - 1] / 2, `${value}`);
  assert.ok(slope > 0);
  assert.deepEqual(distancesByCount(generated, real, { counts, seed: 3 }), distances);
});

test('a line through points of a line is that line', () => {
  const distances = [10, 20, 40].map((n) => ({ n, values: [3 + 7 / n] }));
  const { value, slope } = extrapolate(distances);
  assertNumbersClose([value, slope], [3, 7], 'line', 1e-12);
});

test('counts beyond the images, and one count alone, are refused', () => {
  const set = normals(10, 2, 1);
  assert.throws(() => distancesByCount(set, set, { counts: [5, 11] }), /from 2 to 10, not 11/);
  assert.throws(() => distancesByCount(set, set, { counts: [1] }), /not 1/);
  assert.throws(() => extrapolate([{ n: 5, values: [1, 2] }]), /two numbers of images or more/);
});
