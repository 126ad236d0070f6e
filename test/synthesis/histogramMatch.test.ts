import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchHistogram } from '../../lib/synthesis/histogramMatch';
import { assertNumbersClose, fixture } from '../reference';

interface Case {
  bins: number;
  image: number[];
  target: number[];
  matched: number[];
}

const { cases } = fixture<{ cases: Case[] }>('synthesis/histogram_match.json');

for (const [i, { bins, image, target, matched }] of cases.entries()) {
  test(`case ${i + 1}: ${image.length / 3} pixels, ${bins} bins equal numpy's`, () => {
    const found = matchHistogram(Float32Array.from(image), Float32Array.from(target), bins);
    assertNumbersClose(found, matched, 'matched', 1e-5);
  });
}

test('order stays, range and mean become those of the target', () => {
  const image = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i));
  const target = Float32Array.from({ length: 600 }, (_, i) => 10 + Math.cos(i) ** 3);
  const matched = matchHistogram(image, target);
  const red = (values: Float32Array): number[] => [...values].filter((_, i) => i % 3 === 0);
  const order = (values: number[]): number[] => [...values.keys()].sort((a, b) => values[a] - values[b]);
  assert.deepEqual(order(red(matched)), order(red(image)));
  assert.ok(Math.max(...red(matched)) <= Math.max(...red(target)) + 1e-6);
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean(red(matched)) - mean(red(target))) < 0.02);
});

test('a target of one value gives it everywhere; images without whole pixels are errors', () => {
  const image = Float32Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual([...matchHistogram(image, Float32Array.of(7, 8, 9))], [7, 8, 9, 7, 8, 9]);
  assert.throws(() => matchHistogram(image, new Float32Array(4)), /three values a pixel; got 4/);
  assert.throws(() => matchHistogram(new Float32Array(0), image), /got 0 values/);
  const holed = Float32Array.of(1, Number.NaN, 3);
  assert.throws(() => matchHistogram(holed, image), /not finite/);
  assert.throws(() => matchHistogram(image, holed), /not finite/);
  for (const bins of [0, 2.5]) assert.throws(() => matchHistogram(image, image, bins), /one bin at least/);
});
