// The committed records must be those of the committed code: otherwise a clean clone trains for an hour instead of drawing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planGrid, reasonToRun } from '../../lib/experiments/plan';
import { EXPERIMENTS } from '../../lib/experiments/registry';

for (const experiment of EXPERIMENTS) {
  test(`every cell of ${experiment.id}, profile tiny, has a valid record`, async () => {
    const planned = await planGrid({ experiment, profile: 'tiny' });
    const missing = planned.flatMap(({ cell, stored }) => {
      const reason = reasonToRun(stored);
      return reason === null ? [] : [`${cell.id}: ${reason}`];
    });
    assert.deepEqual(missing, [], `Run: npm run reproduce -- ${experiment.id}`);
  });
}
