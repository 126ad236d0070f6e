import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareGroups, pool } from '../../lib/results/comparisons';
import { coverages, newSeedPlan } from '../../lib/results/seedPlan';
import { seedsNeeded } from '../../lib/results/seedsNeeded';
import { runsNeeded } from '../../lib/results/statistics';

test('under a plan the seeds needed are by the intervals of its last look, else by the level of the rule', () => {
  const plan = newSeedPlan('topk-training', 'tiny', [0, 1, 2, 3, 4]);
  const [, second, last] = coverages(plan);
  const group = (values: number[]) => ({ runs: [], values });
  const where = { subset: 's1', metric: 'accuracy.original' };
  const found = compareGroups(where, group([1, 4, 2, 6, 3]), group([5, 3, 7, 4, 8]), second);
  assert.ok(found);
  const evidence = { ...pool([found]), name: 'pooled', claimed: 3 };
  assert.equal(seedsNeeded(evidence, plan), runsNeeded(3, evidence.contrast, { level: last }));
  assert.equal(seedsNeeded(evidence), runsNeeded(3, evidence.contrast, { level: second }));
  const strict = { ...evidence, level: 0.999 };
  assert.equal(seedsNeeded(strict), runsNeeded(3, evidence.contrast, { level: 0.999 }));
  const together = { ...evidence, level: 1 - (1 - second) / 12 };
  assert.equal(seedsNeeded(together, plan), runsNeeded(3, evidence.contrast, { level: 1 - (1 - last) / 12 }));
  assert.ok((seedsNeeded(evidence, plan) as number) < (seedsNeeded(evidence) as number));
});
