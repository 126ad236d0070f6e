// Several processes over one grid: each cell is trained once, and nobody waits for the dead.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import * as lockfile from 'proper-lockfile';
import { holdCell } from '../../lib/experiments/cellLock';
import { fromRoot } from '../../lib/files';
import { readRecords } from '../../lib/results/record';
import { takeOver } from './takeOver';

const { signal } = new AbortController();

function temporary(context: { after(clean: () => void): void }): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-lock-'));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Child {
  process: ChildProcess;
  lines: string[];
  ended: Promise<number | null>;
}

/** One cell of the fake experiment in a process of its own; `onLine` may kill it. */
function runCellIn(
  folder: string,
  pause: number,
  onLine: (line: string, child: ChildProcess) => void = () => undefined,
): Child {
  const words = [
    fromRoot('test/experiments/fakeCell.ts'),
    folder,
    'count--seed0',
    JSON.stringify({ steps: 6, pause }),
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', ...words], {
    cwd: fromRoot(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface(child.stdout!).on('line', (line) => {
    lines.push(line);
    onLine(line, child);
  });
  return { process: child, lines, ended: new Promise((resolve) => child.once('close', resolve)) };
}

test('a cell that another process has in hand is waited for, and its record is taken', async (context) => {
  const folder = temporary(context);
  const first = runCellIn(folder, 1500);
  await new Promise<void>((resolve) => first.process.stdout!.once('data', () => resolve()));
  const second = runCellIn(folder, 1500);
  assert.deepEqual(await Promise.all([first.ended, second.ended]), [0, 0]);
  assert.equal(first.lines.filter((line) => line.startsWith('step')).length, 6);
  assert.deepEqual(
    second.lines.filter((line) => line.startsWith('step')),
    [],
  );
  assert.match(
    second.lines.join('\n'),
    new RegExp(`waits: process ${first.process.pid} \\(since .* UTC\\) has this cell in hand`),
  );
  assert.equal(readRecords({ folder }).length, 1);
  const left = fs
    .readdirSync(path.join(folder, 'checkpoints', 'tiny', 'fake'))
    .filter((name) => /lock|owner|takeover/.test(name));
  assert.deepEqual(left, [], 'no lock is left');
});

test('the cell of a killed process is taken over at once and resumed', async (context) => {
  const folder = temporary(context);
  const killed = runCellIn(folder, 500, (line, child) => {
    if (line === 'step 2/6') child.kill('SIGKILL');
  });
  await killed.ended;
  const started = Date.now();
  const next = runCellIn(folder, 500);
  assert.equal(await next.ended, 0);
  assert.ok(Date.now() - started < 30_000);
  assert.match(
    next.lines.join('\n'),
    new RegExp(`takes over from process ${killed.process.pid} .*, which is no more`),
  );
  const [record] = readRecords({ folder });
  assert.ok(record.seeds.start >= 2, 'it went on from the checkpoint');
});

test('many who find the same dead owner take over one at a time, one after the other', async (context) => {
  const name = path.join(temporary(context), 'cell');
  fs.mkdirSync(`${name}.lock`);
  fs.writeFileSync(
    `${name}.owner.json`,
    JSON.stringify({ pid: 2 ** 22 + 5, host: os.hostname(), since: '2026-01-01T00:00:00Z' }),
  );
  let [inside, most, done] = [0, 0, 0];
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      const held = await holdCell(name, { signal, pause: 10 });
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 30));
      inside--;
      done++;
      await held.release();
    }),
  );
  assert.deepEqual([most, done], [1, 5]);
});

test('a lock that nobody signed is taken over once it is no longer renewed', async (context) => {
  const name = path.join(temporary(context), 'cell');
  fs.mkdirSync(`${name}.lock`);
  const before = new Date(Date.now() - 4 * 60_000);
  fs.utimesSync(`${name}.lock`, before, before);
  const lines: string[] = [];
  const held = await holdCell(name, { signal, pause: 10, report: (line) => lines.push(line) });
  assert.match(lines.join(), /takes over from another process, which is no more/);
  await held.release();
  assert.deepEqual(fs.readdirSync(path.dirname(name)), []);
});

test('a lock is not taken from who takes it just now, though the owner of before is dead', async (context) => {
  const name = path.join(temporary(context), 'cell');
  const endTurn = await lockfile.lock(`${name}.takeover`, { realpath: false });
  const sign = (pid: number, host: string): void => {
    const owner = { pid, host, since: '2026-01-01T00:00:00Z' };
    fs.writeFileSync(`${name}.owner.json`, JSON.stringify(owner));
  };
  sign(2 ** 22 + 5, os.hostname());
  fs.mkdirSync(`${name}.lock`);
  const abort = new AbortController();
  const report = (line: string): void => {
    assert.match(line, /waits: process 1 on elsewhere/);
    abort.abort();
  };
  const waiting = assert.rejects(holdCell(name, { signal: abort.signal, pause: 20, report }), {
    name: 'Interrupted',
  });
  sign(1, 'elsewhere');
  await endTurn();
  await waiting;
  assert.ok(fs.existsSync(`${name}.lock`));
});

test('a lock that was not renewed for long is given up, unless its owner lives on this machine', async (context) => {
  const name = path.join(temporary(context), 'cell');
  const before = new Date(Date.now() - 31 * 60_000);
  const hold = (pid: number, host: string) => takeOver(name, { pid, host }, before);
  assert.match(await hold(1, 'elsewhere'), /takes over from process 1 on elsewhere/);
  await assert.rejects(hold(process.ppid, os.hostname()), { name: 'Interrupted' });
  assert.match(await hold(process.pid, os.hostname()), /takes over/, 'a former process of this number');
});

test("a lock that was given to another meanwhile is the other's", async (context) => {
  const name = path.join(temporary(context), 'cell');
  const held = await holdCell(name, { signal });
  const other = JSON.stringify({ pid: 1, host: 'elsewhere', since: '2026-01-01T00:00:00Z' });
  fs.writeFileSync(`${name}.owner.json`, other);
  await held.release();
  assert.equal(fs.readFileSync(`${name}.owner.json`, 'utf8'), other);
  assert.ok(fs.existsSync(`${name}.lock`));
});

test('a lock of another machine, and one without an owner, are waited for until aborted', async (context) => {
  const name = path.join(temporary(context), 'cell');
  for (const owner of [{ pid: 2 ** 22 + 5, host: 'elsewhere', since: '2026-01-01T00:00:00Z' }, undefined]) {
    fs.mkdirSync(`${name}.lock`);
    if (owner !== undefined) fs.writeFileSync(`${name}.owner.json`, JSON.stringify(owner));
    const abort = new AbortController();
    const lines: string[] = [];
    setTimeout(() => abort.abort(), 200);
    await assert.rejects(
      holdCell(name, { signal: abort.signal, pause: 20, report: (line) => lines.push(line) }),
      { name: 'Interrupted' },
    );
    assert.match(
      lines.join(),
      owner === undefined ? /waits: another process/ : /waits: process \d+ on elsewhere/,
    );
    fs.rmSync(`${name}.lock`, { recursive: true });
    fs.rmSync(`${name}.owner.json`, { force: true });
  }
});

test('an attempt of a task on a cluster takes over from the one before, on whatever node that was', async (context) => {
  const name = path.join(temporary(context), 'cell');
  const slurm = { SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: '3' };
  Object.assign(process.env, slurm);
  context.after(() => {
    for (const variable of Object.keys(slurm)) delete process.env[variable];
  });
  const hold = (task: string) => takeOver(name, { pid: 1, host: 'elsewhere', task });
  assert.match(await hold('7_3'), /takes over from process 1 on elsewhere .*, which is no more/);
  await assert.rejects(hold('7_2'), { name: 'Interrupted' });
});
