// The committed records must be those of the committed code: otherwise a clean clone trains for an hour instead of drawing.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { planGrid, reasonToRun } from '../../lib/experiments/plan';
import { EXPERIMENTS, findExperiment } from '../../lib/experiments/registry';
import { fromRoot } from '../../lib/files';
import { RECORDS, readRecords } from '../../lib/results/record';
import { readSeedPlans, UNTIL_DECIDED } from '../../lib/results/seedPlan';

for (const experiment of EXPERIMENTS) {
  // The profile tiny always, others where they were run.
  const run = Object.keys(experiment.profiles).filter(
    (profile) => profile === 'tiny' || fs.existsSync(fromRoot('data', 'records', profile, experiment.id)),
  );
  for (const profile of run) {
    test(`every cell of ${experiment.id}, profile ${profile}, has a valid record`, async () => {
      const planned = await planGrid({ experiment, profile });
      const missing = planned.flatMap(({ cell, stored }) => {
        const reason = reasonToRun(stored);
        return reason === null ? [] : [`${cell.id}: ${reason}`];
      });
      assert.deepEqual(missing, [], `Run: npm run reproduce -- ${experiment.id} --profile ${profile}`);
    });
  }
}

for (const { experiment: id, profile, seeds } of readSeedPlans()) {
  test(`seeds that were added to ${id}, profile ${profile}, have valid records`, async () => {
    const experiment = findExperiment(id);
    const stored = new Set(
      readRecords({ folder: UNTIL_DECIDED, experiment: id, profile }).map(({ cell }) => cell.id),
    );
    const planned = await planGrid({
      experiment: {
        ...experiment,
        cells: (config) => experiment.cells(config).filter((cell) => stored.has(cell.id)),
      },
      profile,
      overrides: { seeds: [...seeds] },
      folder: UNTIL_DECIDED,
      evidenceFolder: RECORDS,
    });
    assert.equal(planned.length, stored.size);
    const invalid = planned.flatMap((cell) => reasonToRun(cell.stored) ?? []);
    assert.deepEqual(invalid, [], `Run: npm run reproduce -- ${id} --profile ${profile} --until-decided`);
  });
}
