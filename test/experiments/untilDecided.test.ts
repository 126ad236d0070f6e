import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { commandLine } from '../../lib/cli';
import { holdCell } from '../../lib/experiments/cellLock';
import type { Driver } from '../../lib/experiments/driver';
import { runCell } from '../../lib/experiments/runCell';
import { sweep } from '../../lib/experiments/sweep';
import { runUntilDecided, type UntilDecidedOptions } from '../../lib/experiments/untilDecided';
import type { ClaimRule, Verdict } from '../../lib/results/claimRule';
import { readRecord, readRecords, recordFile, writeRecord } from '../../lib/results/record';
import {
  newSeedPlan,
  readSeedPlan,
  seedPlanFile,
  withClaims,
  writeSeedPlan,
} from '../../lib/results/seedPlan';
import { fakeExperiment } from './fakeExperiment';

/** A rule that is decided by so many seeds. */
function decidedBy(claim: string, seeds: number, verdict: Verdict = 'reproduced'): ClaimRule {
  return {
    claim,
    experiment: 'fake',
    text: `${seeds} seeds`,
    overSeeds: 'several differences',
    judge: (records) => ({
      verdict: records.length >= seeds ? verdict : 'inconclusive',
      summary: `${records.length} seeds`,
      comparisons: [],
      evidence: [],
      cells: records.map(({ cell }) => cell.id),
    }),
  };
}

/** Runs cells in this process. */
function inProcess(folders: { further: string; root: string }): Driver {
  return async (tasks, { signal, onOutcome }) => {
    const outcomes = [];
    for (const { id } of tasks) {
      if (signal.aborted) {
        outcomes.push({ id, state: 'interrupted' as const, seconds: 0 });
        continue;
      }
      await runCell(id, {
        experiment: fakeExperiment,
        profile: 'tiny',
        overrides: { seeds: [Number(id.slice('count--seed'.length))] },
        folder: folders.further,
        evidenceFolder: folders.root,
        checkpointRoot: path.join(folders.root, 'checkpoints'),
        signal,
      });
      outcomes.push({ id, state: 'done' as const, seconds: 0 });
      onOutcome?.(outcomes[outcomes.length - 1]);
    }
    return outcomes;
  };
}

interface Setting {
  folder: string;
  further: string;
  lines: string[];
  run(rules: readonly ClaimRule[], options?: Partial<UntilDecidedOptions>): Promise<boolean>;
  seeds(): number[];
}

/** The fake grid with its own three seeds run, from which a plan may start. */
async function setting(context: { after(clean: () => void): void }): Promise<Setting> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-until-decided-'));
  context.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const [folder, further] = ['records', 'until-decided'].map((name) => path.join(root, name));
  const lines: string[] = [];
  const signal = new AbortController().signal;
  const common = { experiment: fakeExperiment, profile: 'tiny', folder, signal };
  await sweep({ ...common, driver: inProcess({ further: folder, root }) });
  return {
    folder,
    further,
    lines,
    run: (rules, options = {}) =>
      runUntilDecided({
        ...common,
        rules,
        budgetMinutes: 10,
        furtherFolder: further,
        today: '2026-01-02',
        report: (line) => lines.push(line),
        driver: inProcess({ further, root }),
        ...options,
      }),
    seeds: () =>
      readRecords({ folder: further })
        .map(({ cell }) => cell.seed)
        .sort((a, b) => a - b),
  };
}

test('seeds are added to the next look, and no further than a claim needs', async (context) => {
  const { run, lines, seeds, further, folder } = await setting(context);
  assert.equal(await run([decidedBy('D1', 5)]), true);
  assert.deepEqual(seeds(), [3, 4, 5]);
  const said = lines.join('\n');
  assert.match(said, /looks at 3, 6, 12 seeds a group/);
  assert.match(said, /D1: after 3 seeds inconclusive/);
  assert.match(said, /To look at 6 seeds a group: 1 group,/);
  assert.match(said, /D1: after 6 seeds reproduced, decided/);
  assert.equal(readRecords({ folder }).length, 3, "the profile's own records are left alone");
  const plan = readSeedPlan(seedPlanFile('tiny', 'fake', further));
  assert.deepEqual(plan?.claims, [{ id: 'D1', since: '2026-01-02' }]);
  assert.deepEqual([plan?.looks, plan?.seeds.length], [[3, 6, 12], 12]);
});

test('a claim that stays open ends with the plan, which the next call does not extend', async (context) => {
  const { run, lines, seeds } = await setting(context);
  assert.equal(await run([decidedBy('D1', 99)]), true);
  assert.equal(seeds().length, 9);
  assert.match(lines.join('\n'), /D1: after 12 seeds inconclusive, and the seeds of the plan are all in/);
  assert.equal(await run([decidedBy('D1', 99)]), true);
  assert.equal(seeds().length, 9);
});

test('a claim that is chosen later is looked at from the first look on', async (context) => {
  const { run, lines, further } = await setting(context);
  await run([decidedBy('D1', 6)]);
  lines.length = 0;
  await run([decidedBy('D2', 4)], { today: '2026-02-03' });
  assert.match(lines.join('\n'), /D2: after 6 seeds reproduced, decided/);
  assert.ok(!lines.some((line) => line.startsWith('To look')), 'all that it needs is there');
  assert.deepEqual(readSeedPlan(seedPlanFile('tiny', 'fake', further))?.claims, [
    { id: 'D1', since: '2026-01-02' },
    { id: 'D2', since: '2026-02-03' },
  ]);
});

test('a claim that another call chooses at the same time is not lost', async (context) => {
  const { run, lines, further } = await setting(context);
  const file = seedPlanFile('tiny', 'fake', further);
  const signal = new AbortController().signal;
  const held = await holdCell(file, { signal });
  const running = run([decidedBy('D1', 3)]);
  while (!lines.some((line) => /has the plan in hand/.test(line))) await pauseFor(10);
  writeSeedPlan(withClaims(newSeedPlan('fake', 'tiny', [0, 1, 2]), ['D2'], '2026-01-01'), further);
  await held.release();
  assert.equal(await running, true);
  assert.deepEqual(readSeedPlan(file)?.claims, [
    { id: 'D2', since: '2026-01-01' },
    { id: 'D1', since: '2026-01-02' },
  ]);
  assert.deepEqual(fs.readdirSync(path.dirname(file)), [path.basename(file)], 'no lock is left');
});

test('a look that does not fit the budget is not begun; one that outlasts it is left, and gone on with', async (context) => {
  const { run, lines, seeds, folder, further } = await setting(context);
  const root = path.dirname(folder);
  const lasting = (seconds: number): void => {
    for (const { cell } of readRecords({ folder })) {
      const file = recordFile('tiny', 'fake', cell.id, folder);
      writeRecord(file, { ...readRecord(file), seconds });
    }
  };
  lasting(600);
  assert.equal(await run([decidedBy('D1', 99)], { budgetMinutes: 20 }), true);
  assert.deepEqual(seeds(), []);
  assert.match(
    lines.join('\n'),
    /1 group, about 30 min\.\nThe budget of 20 minutes ends here: 20 are left\. A greater --budget-minutes goes on/,
  );
  const outlasting: Driver = async (tasks, options) => {
    await once(options.signal, 'abort');
    return inProcess({ further, root })(tasks, options);
  };
  lasting(0);
  assert.equal(await run([decidedBy('D1', 99)], { budgetMinutes: 1 / 60, driver: outlasting }), true);
  assert.match(lines.join('\n'), /The budget of .* minutes is spent\. The same command goes on from here/);
  assert.deepEqual(seeds(), []);
  assert.equal(await run([decidedBy('D1', 5)]), true);
  assert.deepEqual(seeds(), [3, 4, 5]);
});

test('without the grid of the profile, and with another one, it says so', async (context) => {
  const { run, lines, folder, further } = await setting(context);
  fs.rmSync(path.join(folder, 'tiny', 'fake', 'count--seed1.json'));
  assert.equal(await run([decidedBy('D1', 5)]), false);
  assert.match(
    lines.join('\n'),
    /D1: cannot be looked at: not every group .* has a value of each of the 3 seeds of the profile/,
  );
  const file = seedPlanFile('tiny', 'fake', further);
  assert.equal(readSeedPlan(file), null, 'nothing is planned');
  const plan = newSeedPlan('fake', 'tiny', [0, 1, 2]);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...plan, seeds: [99, ...plan.seeds.slice(1)] }));
  await assert.rejects(
    run([decidedBy('D1', 5)]),
    /fake\.plan\.json was made for the seeds 99, 1, 2 of profile tiny, which has 0, 1, 2 now/,
  );
});

test('a claim that cannot be looked at does not hold up the others, and is not planned', async (context) => {
  const { run, lines, seeds, further } = await setting(context);
  const never: ClaimRule = {
    ...decidedBy('D2', 1),
    judge: () => ({ verdict: 'not run', summary: '', comparisons: [], evidence: [] }),
  };
  assert.equal(await run([never, decidedBy('D1', 5)]), true);
  assert.match(lines.join('\n'), /D2: cannot be looked at/);
  assert.deepEqual(seeds(), [3, 4, 5]);
  const plan = readSeedPlan(seedPlanFile('tiny', 'fake', further));
  assert.deepEqual(
    plan?.claims.map(({ id }) => id),
    ['D1'],
  );
});

test('a look that stays incomplete though all its cells ran ends it, and says so', async (context) => {
  const { run, lines } = await setting(context);
  const leavesOut: ClaimRule = {
    ...decidedBy('D1', 99),
    judge: (records) => ({
      verdict: 'inconclusive',
      summary: '',
      comparisons: [],
      evidence: [],
      cells: records.flatMap(({ cell }) => (cell.seed === 4 ? [] : [cell.id])),
    }),
  };
  assert.equal(await run([leavesOut]), false);
  assert.match(
    lines.join('\n'),
    /The look at 6 seeds lacks runs that the grid does not have, or runs without a value/,
  );
});

test('further records of other code are run again, though every claim is decided', async (context) => {
  const { run, lines, further } = await setting(context);
  await run([decidedBy('D1', 5)]);
  const file = recordFile('tiny', 'fake', 'count--seed4', further);
  writeRecord(file, { ...readRecord(file), codeHash: 'a'.repeat(64) });
  lines.length = 0;
  assert.equal(await run([decidedBy('D1', 5)]), true);
  assert.match(lines.join('\n'), /1 to run, the library sources that the run used changed: count--seed4/);
  assert.notEqual(readRecord(file).codeHash, 'a'.repeat(64));
});

test('where the budget ends while they are run again, no claim is judged by records of other code', async (context) => {
  const { run, lines, further, folder } = await setting(context);
  await run([decidedBy('D1', 5)]);
  const file = recordFile('tiny', 'fake', 'count--seed4', further);
  writeRecord(file, { ...readRecord(file), codeHash: 'a'.repeat(64) });
  lines.length = 0;
  const late: Driver = async (tasks, options) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return inProcess({ further, root: path.dirname(folder) })(tasks, options);
  };
  assert.equal(await run([decidedBy('D1', 5)], { budgetMinutes: 0.05 / 60, driver: late }), true);
  assert.match(lines.join('\n'), /The budget of .* minutes is spent/);
  assert.doesNotMatch(lines.join('\n'), /D1: after/);
});

test('a cell that fails ends it, and is named', async (context) => {
  const { run, lines, seeds } = await setting(context);
  const failing: Driver = async (tasks, { onOutcome }) =>
    tasks.map(({ id }) => {
      const outcome = { id, state: 'failed' as const, seconds: 0, error: 'no memory' };
      onOutcome?.(outcome);
      return outcome;
    });
  assert.equal(await run([decidedBy('D1', 5)], { driver: failing }), false);
  assert.match(lines.join('\n'), /count--seed3 failed/);
  assert.deepEqual(seeds(), []);
});

test('options that contradict each other, and claims that seeds do not decide, are named', async () => {
  const refuses = (words: string, expected: RegExp): Promise<void> =>
    assert.rejects(commandLine().parseAsync(['reproduce', ...words.split(' ')], { from: 'user' }), expected);
  await refuses('--until-decided', /Name the one experiment whose claims --until-decided is to decide/);
  await refuses('topk-training locnet --until-decided', /Name the one experiment/);
  await refuses('topk-training --claims D1', /--claims is for --until-decided/);
  await refuses('topk-training --budget-minutes 5', /--budget-minutes is for --until-decided/);
  await refuses('topk-training --until-decided --seeds 0,1', /--seeds does not go with --until-decided/);
  await refuses('topk-training --until-decided --fresh', /--fresh does not go with --until-decided/);
  await refuses('topk-training --until-decided --claims D1,R4', /R4 is no claim that seeds decide by a plan/);
  await refuses(
    'stimuli-transfer --until-decided',
    /stimuli-transfer has no claim that seeds decide by a plan/,
  );
  await refuses(
    'topk-training --until-decided --cluster slurm --budget-minutes 5',
    /--budget-minutes is for this machine; on a cluster Slurm decides/,
  );
});
