import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import {
  newSeedPlan,
  readSeedPlan,
  readSeedPlans,
  seedPlanFile,
  UNTIL_DECIDED,
  withClaims,
  writeSeedPlan,
} from '../../lib/results/seedPlan';

test('looks are at the own seeds, twice and four times as many; further ones follow the greatest', () => {
  const { seeds, looks } = newSeedPlan('x', 'tiny', [0, 4]);
  assert.deepEqual(looks, [2, 4, 8]);
  assert.deepEqual(seeds, [0, 4, 5, 6, 7, 8, 9, 10]);
  assert.throws(() => newSeedPlan('x', 'tiny', [3]), /x \(tiny\) has 1 seed/);
});

test('a plan is read as it was written; a damaged one is named by file and field', (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-plan-'));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const plan = withClaims(newSeedPlan('x', 'tiny', [0, 1]), ['D1', 'D1'], '2026-01-02');
  const file = seedPlanFile('tiny', 'x', folder);
  assert.equal(readSeedPlan(file), null);
  writeSeedPlan(plan, folder);
  assert.deepEqual(readSeedPlan(file), plan);
  assert.deepEqual(readSeedPlans(folder), [plan]);
  const refuses = (change: object, expected: RegExp): void => {
    fs.writeFileSync(file, JSON.stringify({ ...plan, ...change }));
    assert.throws(() => readSeedPlan(file), expected);
  };
  refuses({ looks: [2, 'four', 8] }, /x\.plan\.json: field "looks\.1" must be a whole number/);
  refuses({ looks: [4, 2, 8] }, /x\.plan\.json: "looks" must rise/);
  refuses({ looks: [2, 4] }, /"looks" must rise from 2 or more to the number of "seeds"/);
  refuses({ seeds: [0, 0, 1, 2, 3, 4, 5, 6] }, /none comes twice/);
  refuses({ level: 2 }, /"level" must lie between 0 and 1/);
  refuses({ colour: 1 }, /Unknown field "colour"/);
  refuses({ claims: [{ id: 'D1', since: 'today' }] }, /claims\.0\.since.*YYYY-MM-DD/);
  refuses({ experiment: 'y' }, /x\.plan\.json is the plan of y, profile tiny: it lies in the wrong place/);
  refuses({ claims: [plan.claims[0], plan.claims[0]] }, /"claims" names a claim twice/);
  fs.writeFileSync(file, '{');
  assert.throws(() => readSeedPlan(file), /is not readable JSON/);
});

test('the stored plans are what the house plans', () => {
  for (const { experiment, profile, seeds, looks, level, claims } of readSeedPlans()) {
    const fresh = newSeedPlan(experiment, profile, seeds.slice(0, looks[0]));
    assert.deepEqual({ seeds, looks, level }, { seeds: fresh.seeds, looks: fresh.looks, level: fresh.level });
    assert.ok(claims.length > 0, `${UNTIL_DECIDED} ${experiment}`);
  }
});
