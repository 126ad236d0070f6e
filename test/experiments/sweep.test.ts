import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { resolveConfig } from '../../lib/experiments/experiment';
import { planGrid } from '../../lib/experiments/plan';
import { findExperiment } from '../../lib/experiments/registry';
import { reproduce } from '../../lib/experiments/reproduce';
import { runCell } from '../../lib/experiments/runCell';
import { type SweepOptions, type SweepResult, sweep } from '../../lib/experiments/sweep';
import { equalCodeFile, writeEqualCode } from '../../lib/results/equalCode';
import { readRecords, writeRecord } from '../../lib/results/record';
import { fakeExperiment } from './fakeExperiment';

interface Grid {
  folder: string;
  lines: string[];
  run(overrides?: Record<string, number>, options?: Partial<SweepOptions>): Promise<SweepResult>;
}

function grid(context: { after(clean: () => void): void }): Grid {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-sweep-'));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  return {
    folder,
    lines,
    run: (overrides = {}, options = {}) =>
      sweep({
        experiment: fakeExperiment,
        profile: 'tiny',
        overrides,
        folder,
        jobs: 2,
        signal: new AbortController().signal,
        report: (line) => lines.push(line),
        command: (id) => ({
          id,
          arguments: [
            '--import',
            'tsx',
            path.join(__dirname, 'fakeCell.ts'),
            folder,
            id,
            JSON.stringify(overrides),
          ],
        }),
        ...options,
      }),
  };
}

test('a grid runs what has no valid record, and says why', async (context) => {
  const { folder, lines, run } = grid(context);
  assert.deepEqual(await run(), { valid: 3, ran: 3, failed: [], interrupted: false });
  assert.match(lines.join('\n'), /3 to run, no record yet: count--seed0, count--seed1, count--seed2/);
  assert.ok(lines.some((line) => line.includes('count--seed1  step 3/3')));
  assert.equal((await run()).ran, 0);
  fs.writeFileSync(path.join(folder, 'tiny', 'fake', 'count--seed1.json'), '{ "colour": 1 }');
  assert.deepEqual(await run(), { valid: 3, ran: 1, failed: [], interrupted: false });
  assert.match(lines.join('\n'), /Unknown field "colour"/);
  assert.equal((await run({ steps: 4 })).ran, 3);
  assert.match(lines.join('\n'), /3 to run, the configuration changed/);
});

test('two sweeps of one grid at a time train each cell once, and both end well', async (context) => {
  const { folder, lines, run } = grid(context);
  const results = await Promise.all([run({ pause: 400 }), run({ pause: 400 })]);
  for (const { valid, failed } of results) assert.deepEqual([valid, failed], [3, []]);
  const steps = lines.filter((line) => /step \d\/3/.test(line));
  assert.equal(steps.length, 9, steps.join('\n'));
  assert.equal(readRecords({ folder }).length, 3);
});

test('where records cannot be written, nothing is run', async (context) => {
  const { folder, lines, run } = grid(context);
  fs.writeFileSync(path.join(folder, 'tiny'), 'a file in the place of a folder');
  await assert.rejects(run(), /Cannot write to .*fake, where the records go: .*Make it writable/);
  assert.ok(!lines.some((line) => line.includes('starts')));
});

test('on a node, too, a cell whose record cannot be written is refused before it is run', async (context) => {
  const { folder } = grid(context);
  fs.writeFileSync(path.join(folder, 'tiny'), 'a file in the place of a folder');
  const lines: string[] = [];
  await assert.rejects(
    runCell('count--seed0', {
      experiment: fakeExperiment,
      profile: 'tiny',
      folder,
      checkpointRoot: path.join(folder, 'checkpoints'),
      signal: new AbortController().signal,
      report: (line) => lines.push(line),
    }),
    /Cannot write to .*fake, where the record goes: .*Make it writable/,
  );
  assert.deepEqual(lines, []);
});

test('a record that was changed by hand is named and run again, not believed', async (context) => {
  const { folder, lines, run } = grid(context);
  await run();
  const file = path.join(folder, 'tiny', 'fake', 'count--seed1.json');
  const written = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, written.replace('"value": 1', '"value": 0.5'));
  assert.equal((await run()).ran, 1);
  assert.match(
    lines.join('\n'),
    /1 to run, .*count--seed1\.json is not what its run wrote: its content does not match its seal/,
  );
  assert.equal(readRecords({ folder })[1].metrics.counted.value, 1);
});

test('what this code made and what was confirmed is said apart', async (context) => {
  const { folder, lines, run } = grid(context);
  await run();
  await run();
  assert.equal(
    lines.filter((line) => /3 of 3 cells have a valid record, sealed by this code$/.test(line)).length,
    1,
  );
  const [{ stored, key }] = await planGrid({ experiment: fakeExperiment, profile: 'tiny', folder });
  assert.ok(stored.state === 'valid');
  const earlier = '0'.repeat(64);
  const file = path.join(folder, 'tiny', 'fake', 'count--seed0.json');
  writeRecord(file, { ...stored.record, codeHash: earlier });
  writeEqualCode(equalCodeFile('tiny', 'fake', folder), {
    codeHash: key.codeHash,
    equals: [earlier],
    confirmedBy: ['count--seed0'],
    date: '2026-01-02',
    command: 'npm run confirm -- fake count--seed0',
  });
  assert.equal((await run()).ran, 0);
  assert.match(
    lines.at(-1) ?? '',
    /3 of 3 cells .*: 2 sealed by this code, 1 by earlier code that was confirmed on 2026-01-02 \(npm run confirm -- fake count--seed0\)/,
  );
});

test('a failing cell is reported and the others go on', async (context) => {
  const { folder, lines, run } = grid(context);
  const { ran, failed } = await run({ failing: 1 });
  assert.equal(ran, 2);
  assert.deepEqual(
    failed.map(({ id }) => id),
    ['count--seed1'],
  );
  assert.match(failed[0].error ?? '', /exit code 1\ncell 1 fails as asked/);
  assert.match(lines.join('\n'), /count--seed1 failed after/);
  assert.equal(readRecords({ folder }).length, 2);
});

test('an interrupt stops every cell within a step; the next run resumes', async (context) => {
  const { folder, lines, run } = grid(context);
  const slow = { steps: 40, pause: 50 };
  const controller = new AbortController();
  const report = (line: string): void => {
    lines.push(line);
    if (line.includes('step 2/')) controller.abort();
  };
  const result = await run(slow, { signal: controller.signal, report });
  assert.equal(result.interrupted, true);
  assert.equal(result.failed.length, 0);
  assert.deepEqual(readRecords({ folder }), []);
  assert.ok(lines.some((line) => line.includes('interrupted after')));
  assert.equal((await run(slow)).ran, 3);
  const resumed = readRecords({ folder }).filter((record) => record.seeds.start > 0);
  assert.ok(resumed.length >= 1, 'no cell went on from its checkpoint');
});

test('a killed cell fails alone and resumes', async (context) => {
  const { folder, run } = grid(context);
  const arguments_ = (id: string): string[] => [
    '--import',
    'tsx',
    path.join(__dirname, 'fakeCell.ts'),
    folder,
    id,
  ];
  const result = await run(
    {},
    {
      command: (id) => ({
        id,
        arguments: id.endsWith('0')
          ? ['-e', 'process.kill(process.pid, "SIGKILL")']
          : [...arguments_(id), '{}'],
      }),
    },
  );
  assert.equal(result.ran, 2);
  assert.match(result.failed[0].error ?? '', /killed by SIGKILL/);
  assert.equal((await run()).ran, 1);
});

test('a cell counts as failed for its own sake alone: not where another process left its record', async (context) => {
  const { folder, run } = grid(context);
  const elsewhere = grid(context);
  await elsewhere.run();
  const file = (root: string): string => path.join(root, 'tiny', 'fake', 'count--seed0.json');
  const { ran, failed } = await run(
    {},
    {
      driver: async (tasks) => {
        fs.mkdirSync(path.dirname(file(folder)), { recursive: true });
        fs.copyFileSync(file(elsewhere.folder), file(folder));
        return tasks.map(({ id }) => ({ id, state: 'failed', seconds: 1, error: 'lost' }));
      },
    },
  );
  assert.equal(ran, 1);
  assert.deepEqual(
    failed.map(({ id }) => id),
    ['count--seed1', 'count--seed2'],
  );
});

test('a cell that claims success without a record has failed', async (context) => {
  const { run } = grid(context);
  const { failed } = await run({}, { command: (id) => ({ id, arguments: ['-e', ''] }) });
  assert.match(failed[0].error ?? '', /ended well, but no record yet/);
});

test('records of another engine family are valid unless an engine is asked for', async (context) => {
  const { folder, run } = grid(context);
  await run();
  const plan = (engineFamily: string | null) =>
    planGrid({ experiment: fakeExperiment, profile: 'tiny', folder, engineFamily });
  assert.ok((await plan(null)).every(({ stored }) => stored.state === 'valid'));
  assert.ok((await plan('wasm')).every(({ stored }) => stored.state === 'stale'));
});

test('a cell runs again for another engine, and its record says how to repeat it', async (context) => {
  const { folder } = grid(context);
  const options = {
    experiment: fakeExperiment,
    profile: 'tiny',
    folder,
    checkpointRoot: path.join(folder, 'checkpoints'),
    signal: new AbortController().signal,
  };
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  const first = await runCell('count--seed0', { ...options, report });
  assert.equal(first.command, 'npm run cell -- fake count--seed0 --profile tiny');
  lines.length = 0;
  await runCell('count--seed0', { ...options, report, engineFamily: 'none' });
  assert.deepEqual(lines, ['has a valid record: nothing to run']);
  await runCell('count--seed0', { ...options, report, engineFamily: 'wasm' });
  assert.match(lines.join('\n'), /it was run on none, not on wasm\nstep 1\/3/);
  const other = await runCell('count--seed7', {
    ...options,
    overrides: { seeds: [7] },
    inputs: { data: '/x' },
  });
  assert.match(other.command, /npm run cell -- fake count--seed7 --profile tiny --seeds 7 --data <folder>$/);
});

test('reproduce renders after the runs, reports what fails, and renders nothing when interrupted', async (context) => {
  const { folder, lines, run } = grid(context);
  await run();
  const done: string[] = [];
  const step = (name: string, error?: Error) => ({
    name,
    run: async () => {
      done.push(name);
      if (error !== undefined) throw error;
    },
  });
  const options = {
    experiments: [fakeExperiment],
    profile: 'tiny',
    folder,
    steps: [step('figures', new Error('no ink')), step('ledger')],
    report: (line: string) => lines.push(line),
  };
  assert.equal(await reproduce({ ...options, signal: new AbortController().signal }), false);
  assert.deepEqual(done, ['figures', 'ledger']);
  assert.match(lines.join('\n'), /figures failed: no ink/);
  await assert.rejects(
    reproduce({ ...options, signal: AbortSignal.abort() }),
    /Interrupted\. Checkpoints are kept/,
  );
  assert.deepEqual(done, ['figures', 'ledger']);
});

test('reproduce looks at every grid before it runs one, and runs none twice', async (context) => {
  const { folder, lines } = grid(context);
  const other = { ...fakeExperiment, id: 'other', profiles: { long: fakeExperiment.profiles.tiny } };
  const options = {
    profile: 'tiny',
    folder,
    steps: [],
    jobs: 1,
    signal: new AbortController().signal,
    report: (line: string) => lines.push(line),
    driver: async () => [],
  };
  await assert.rejects(
    reproduce({ ...options, experiments: [fakeExperiment, other] }),
    /Unknown profile of other "tiny".*"long"/,
  );
  await assert.rejects(
    reproduce({ ...options, profile: 'constructor', experiments: [fakeExperiment] }),
    /Unknown profile of fake "constructor"/,
  );
  assert.equal(lines.length, 0);
  await reproduce({ ...options, experiments: [fakeExperiment, fakeExperiment] });
  assert.equal(lines.filter((line) => line.startsWith('fake (tiny)')).length, 1);
});

test('where a folder has to be given and is not, no cell is started', async (context) => {
  const { lines, run } = grid(context);
  const started: string[] = [];
  const driver: SweepOptions['driver'] = async (tasks) => {
    started.push(...tasks.map(({ id }) => id));
    return [];
  };
  const reading = { ...fakeExperiment, dataHash: async () => null };
  const { failed, ran } = await run({}, { experiment: reading, driver });
  assert.deepEqual([failed.length, ran, started.length], [3, 0, 0]);
  assert.match(lines.join('\n'), /fake \(tiny\) reads images that have to be given:.*--data <folder>/);
  await run({}, { experiment: reading, driver, inputs: { data: '/images' } });
  await run({}, { experiment: { ...reading, runsWithoutFolder: () => true }, driver });
  assert.equal(started.length, 6);
});

test('a command for one cell can be pasted whatever its folder is called', async (context) => {
  const { lines } = grid(context);
  const folder = "/tmp/it's (1) & more";
  const inputs = { data: folder };
  await sweep({
    experiment: fakeExperiment,
    profile: 'tiny',
    folder: fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-sweep-')),
    inputs,
    jobs: 1,
    signal: new AbortController().signal,
    report: (line) => lines.push(line),
    driver: async ([task], { onOutcome }) => {
      onOutcome?.({ id: task.id, state: 'failed', seconds: 0 });
      return [];
    },
  });
  const [, command] = /To run it alone: (.*)/.exec(lines.join('\n')) ?? [];
  const words = execFileSync('bash', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' }).split('\n');
  assert.ok(words.includes(folder), command);
});

test('unknown names are answered with the nearest', () => {
  assert.throws(() => findExperiment('topk-traning'), /Did you mean "topk-training"/);
  assert.throws(() => resolveConfig(fakeExperiment, 'tini'), /Unknown profile of fake "tini".*"tiny"/);
  assert.throws(() => resolveConfig(fakeExperiment, 'tiny', { step: 1 }), /Did you mean "steps"/);
  assert.throws(
    () => resolveConfig(fakeExperiment, 'tiny', { nested: { deep: 1 } }),
    /"nested\.deep".*"nested\.depth"/,
  );
  assert.equal(resolveConfig(fakeExperiment, 'tiny', { nested: { depth: 2 } }).nested.depth, 2);
});
