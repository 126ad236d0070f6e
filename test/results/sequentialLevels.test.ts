import assert from 'node:assert/strict';
import { test } from 'node:test';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { Random } from '../../lib/random';
import { levelsOfLooks, spentLevel } from '../../lib/results/sequentialLevels';

const bounds = (levels: readonly number[]): number[] =>
  levels.map((level) => normalQuantile(1 - level / 2, 0, 1));

test('bounds are those of the published tables', () => {
  // Lan and DeMets with O'Brien and Fleming's spending, five equal looks, two-sided 5 %: Reboussin et al. 2000, Table 1.
  const published = [4.8769, 3.3569, 2.6803, 2.2898, 2.031];
  bounds(levelsOfLooks([1, 2, 3, 4, 5])).forEach((bound, look) => {
    assert.ok(Math.abs(bound - published[look]) < 5e-4, `look ${look + 1}: ${bound}`);
  });
});

test('one look spends all; what is spent rises to the level', () => {
  assert.ok(Math.abs(levelsOfLooks([7])[0] - 0.05) < 1e-9);
  assert.ok(Math.abs(spentLevel(1, 0.05) - 0.05) < 1e-12);
  const spent = [0.1, 0.3, 0.6, 1].map((share) => spentLevel(share));
  assert.deepEqual(
    spent,
    [...spent].sort((a, b) => a - b),
  );
});

test('looks at 5, 10 and 20: under no effect 5 % of walks cross a bound', () => {
  const looks = [5, 10, 20];
  const limits = bounds(levelsOfLooks(looks));
  const random = new Random(3);
  const studies = 40_000;
  let crossed = 0;
  for (let study = 0; study < studies; study++) {
    let [sum, from, decided] = [0, 0, false];
    looks.forEach((count, look) => {
      sum += Math.sqrt(count - from) * random.normal();
      from = count;
      decided ||= Math.abs(sum / Math.sqrt(count)) > limits[look];
    });
    if (decided) crossed++;
  }
  // Four standard errors of a share of 5 % in 40,000.
  assert.ok(Math.abs(crossed / studies - 0.05) < 0.0044, `${crossed / studies}`);
});
