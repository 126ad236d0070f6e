// Fréchet and kernel distances against the reference and scipy, their intervals by simulation, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeatureMatrix, partOfImage, selectImages } from '../../lib/fid/featureMatrix';
import { frechetDistance } from '../../lib/fid/frechet';
import { kernelDistance, kernelDistanceByParts } from '../../lib/fid/kernelDistance';
import { measureDistance } from '../../lib/fid/setDistance';
import { Random } from '../../lib/random';
import { assertNumbersClose, fixture, type ReferenceArray } from '../reference';

const SOURCE = { features: 'normal numbers', resize: 'none', dtype: 'float64' };

function matrixOf({ shape: [count, size], data }: ReferenceArray): FeatureMatrix {
  return { values: Float64Array.from(data), count, size };
}

interface Case {
  label: string;
  x: ReferenceArray;
  y: ReferenceArray;
  fid_symmetric_eig: number;
}

test('Fréchet distances equal the reference to 1e-6, singular covariances included', () => {
  const { cases } = fixture<{ cases: Case[] }>('topk/fid.json');
  for (const { label, x, y, fid_symmetric_eig } of cases) {
    const [a, b] = [matrixOf(x), matrixOf(y)];
    assertNumbersClose([frechetDistance(a, b)], [fid_symmetric_eig], label, 1e-6);
    assertNumbersClose([frechetDistance(b, a)], [fid_symmetric_eig], `${label}, the other way round`, 1e-6);
  }
});

test('the kernel distance equals the reference', () => {
  const { kid } = fixture<{ kid: { x: ReferenceArray; y: ReferenceArray; value: number } }>('topk/fid.json');
  assertNumbersClose(
    [kernelDistance(matrixOf(kid.x), matrixOf(kid.y))],
    [kid.value],
    'kernel distance',
    1e-8,
  );
});

test('Fréchet distances equal those of scipy', () => {
  const { cases } = fixture<{
    cases: { images: number; references: number; size: number; seed: number; value: number }[];
  }>('fid/scipy.json');
  for (const { images, references, size, seed, value } of cases) {
    const x = { values: lcg(images * size, seed), count: images, size };
    const y = {
      values: lcg(references * size, seed + 100).map((each) => 0.7 * each + 0.2),
      count: references,
      size,
    };
    assertNumbersClose([frechetDistance(x, y)], [value], `${images} and ${references} images`, 1e-6);
  }
});

/** As test/fid/frechetByScipy.py. */
function lcg(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (2 * state) / 2 ** 32 - 1;
  });
}

function normals(count: number, size: number, random: Random): FeatureMatrix {
  return { values: Float64Array.from({ length: count * size }, () => random.normal()), count, size };
}

test('intervals hold: 95 % of them cover what as many images give on average', () => {
  const size = 3;
  const real = normals(40, size, new Random(1));
  const sets = Array.from({ length: 400 }, (_, i) => normals(60, size, new Random(1000 + i)));
  for (const distance of ['frechet', 'kernel'] as const) {
    const measured = sets.map((set) => measureDistance(set, real, SOURCE, { distance }));
    const average = measured.reduce((sum, { value }) => sum + value, 0) / measured.length;
    const covered = measured.filter(({ interval }) => interval![0] <= average && average <= interval![1]);
    const share = covered.length / measured.length;
    assert.ok(share >= 0.9 && share <= 0.99, `${distance}: ${share}`);
  }
});

test('kernel distances without a part are those of the images that are left', () => {
  const [x, y] = [normals(23, 3, new Random(1)), normals(9, 3, new Random(2))];
  const { value, without } = kernelDistanceByParts(x, y, 4);
  assertNumbersClose([value], [kernelDistance(x, y)], 'all', 1e-12);
  const direct = [0, 1, 2, 3].map((part) =>
    kernelDistance(
      selectImages(x, (image) => partOfImage(image, x.count, 4) !== part),
      y,
    ),
  );
  assertNumbersClose(without, direct, 'without a part', 1e-12);
});

test('few images make a Fréchet distance too large, a kernel distance not', () => {
  const size = 4;
  const average = (count: number, of: typeof frechetDistance): number => {
    const values = Array.from({ length: 200 }, (_, i) =>
      of(normals(count, size, new Random(i)), normals(count, size, new Random(5000 + i))),
    );
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  assert.ok(average(10, frechetDistance) > 5 * average(80, frechetDistance));
  assert.ok(Math.abs(average(10, kernelDistance)) < 0.1);
});

test('a result says what it was measured by', () => {
  const [x, y] = [normals(10, 2, new Random(1)), normals(6, 2, new Random(2))];
  const { value, interval, ...rest } = measureDistance(x, y, SOURCE, { distance: 'frechet', parts: 0 });
  assert.deepEqual(rest, { ...SOURCE, n: 10, references: 6 });
  assert.equal(interval, null);
  assert.equal(value, frechetDistance(x, y));
});

test('what cannot be compared is refused', () => {
  const random = new Random(1);
  const [x, y] = [normals(5, 2, random), normals(5, 3, random)];
  assert.throws(() => frechetDistance(x, y), /2 features an image, the other 3/);
  assert.throws(() => kernelDistance(normals(1, 2, random), x), /two images or more in each, got 1/);
  const broken = { ...x, values: Float64Array.from(x.values, (value, i) => (i === 5 ? Number.NaN : value)) };
  assert.throws(() => frechetDistance(x, broken), /Feature 1 of image 2 is NaN/);
  assert.throws(() => frechetDistance(x, { ...x, count: 4 }), /are 8 numbers, not 10/);
  assert.throws(
    () => measureDistance(x, x, SOURCE, { distance: 'frechet', parts: 4 }),
    /from 2 to 2 parts of 5 images/,
  );
});
