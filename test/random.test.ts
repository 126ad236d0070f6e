import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveSeed, Random } from '../lib/random';

test('derived seeds differ by seed and by path', () => {
  const seeds = new Set<number>();
  for (let seed = 0; seed < 1000; seed++) {
    for (const path of [['a'], ['b'], ['a', 0], ['a', 1]]) seeds.add(deriveSeed(seed, ...path));
  }
  assert.equal(seeds.size, 4000);
});

test('the same seed gives the same numbers, and they look uniform and normal', () => {
  const draw = (): number[] => {
    const random = new Random(7);
    return Array.from({ length: 20000 }, () => random.next());
  };
  assert.deepEqual(draw(), draw());
  const mean = draw().reduce((sum, x) => sum + x, 0) / 20000;
  assert.ok(Math.abs(mean - 0.5) < 0.01);
  const random = new Random(8);
  const normals = Array.from({ length: 20000 }, () => random.normal());
  const variance = normals.reduce((sum, x) => sum + x * x, 0) / 20000;
  assert.ok(Math.abs(variance - 1) < 0.05);
});

test('a permutation holds every number once', () => {
  const order = new Random(3).permutation(100);
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
});
