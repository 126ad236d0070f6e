import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { confirm } from '../../lib/experiments/confirm';
import { planGrid } from '../../lib/experiments/plan';
import { runCell } from '../../lib/experiments/runCell';
import { equalCodeFile, writeEqualCode } from '../../lib/results/equalCode';
import { type RunRecord, readRecord, recordFile, writeRecord } from '../../lib/results/record';
import { fakeExperiment } from './fakeExperiment';

const CELL = 'count--seed0';

test('records of earlier code stay valid when the same cells give the same numbers, and only then', async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-confirm-test-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const { signal } = new AbortController();
  const lines: string[] = [];
  const options = {
    experiment: fakeExperiment,
    profile: 'tiny',
    folder,
    signal,
    report: (line: string) => lines.push(line),
  };
  for (const id of [CELL, 'count--seed1']) {
    await runCell(id, { ...options, checkpointRoot: path.join(folder, 'checkpoints') });
    const file = recordFile('tiny', 'fake', id, folder);
    writeRecord(file, { ...readRecord(file), codeHash: '0'.repeat(64) });
  }
  const states = async (): Promise<string[]> => (await planGrid(options)).map(({ stored }) => stored.state);
  assert.deepEqual(await states(), ['stale', 'stale', 'missing']);
  assert.equal(await confirm([CELL], options), true);
  assert.deepEqual(await states(), ['valid', 'valid', 'missing']);

  const file = recordFile('tiny', 'fake', CELL, folder);
  const record = readRecord(file);
  fs.rmSync(path.join(folder, 'tiny', 'fake.equal-code.json'));
  writeRecord(file, { ...record, curves: { step: [1, 2, 4] } });
  assert.equal(await confirm([CELL], options), false);
  assert.match(lines.join(' '), /not the same: curves.step/);
  assert.deepEqual(await states(), ['stale', 'stale', 'missing']);

  writeRecord(file, { ...record, configHash: '1'.repeat(64) });
  await assert.rejects(confirm([CELL], options), /its configuration changed/);
});

test('what earlier code was shown to equal, the present code equals too', async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-confirm-chain-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const options = {
    experiment: fakeExperiment,
    profile: 'tiny',
    folder,
    signal: new AbortController().signal,
  };
  const [earlier, earliest] = ['0'.repeat(64), '1'.repeat(64)];
  for (const [id, codeHash] of [
    [CELL, earlier],
    ['count--seed1', earliest],
  ]) {
    await runCell(id, { ...options, checkpointRoot: path.join(folder, 'checkpoints') });
    const file = recordFile('tiny', 'fake', id, folder);
    writeRecord(file, { ...readRecord(file), codeHash });
  }
  const evidence = {
    codeHash: earlier,
    equals: [earliest],
    confirmedBy: [CELL],
    date: '2026-01-01',
    command: 'x',
  };
  writeEqualCode(equalCodeFile('tiny', 'fake', folder), evidence);
  assert.equal(await confirm([CELL], options), true);
  const states = (await planGrid(options)).map(({ stored }) => stored.state);
  assert.deepEqual(states, ['valid', 'valid', 'missing']);
});

test('records that the earlier code made on this machine stand in for those of another one', async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-confirm-elsewhere-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const [committed, madeHere] = [path.join(folder, 'committed'), path.join(folder, 'here')];
  const { signal } = new AbortController();
  const options = { experiment: fakeExperiment, profile: 'tiny', folder: committed, signal };
  const earlier = '0'.repeat(64);
  const written = async (records: string, changed: Partial<RunRecord>): Promise<void> => {
    await runCell(CELL, {
      ...options,
      folder: records,
      fresh: true,
      checkpointRoot: path.join(folder, 'checkpoints'),
    });
    const file = recordFile('tiny', 'fake', CELL, records);
    writeRecord(file, { ...readRecord(file), ...changed });
  };
  await written(committed, { codeHash: earlier, curves: { step: [1, 2, 4] } });
  await written(madeHere, { codeHash: earlier });
  assert.equal(await confirm([CELL], options), false, 'another processor rounded otherwise');
  assert.equal(await confirm([CELL], { ...options, madeHere }), true);
  assert.equal((await planGrid(options))[0].stored.state, 'valid');

  fs.rmSync(equalCodeFile('tiny', 'fake', committed));
  await written(madeHere, { codeHash: '1'.repeat(64) });
  await assert.rejects(confirm([CELL], { ...options, madeHere }), /of other code than the stored one/);
  await assert.rejects(
    confirm([CELL], { ...options, madeHere: folder }),
    /count--seed0\.json is not a readable record/,
  );
});
