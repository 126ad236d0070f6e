// The parts of the driver for clusters that need no cluster.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../../lib/cli';
import { ENGINE_NAMES, useEngine } from '../../lib/engine/engine';
import { familyNamed } from '../../lib/experiments/plan';
import { wasCancelled } from '../../lib/experiments/slurm/arrayTask';
import { batchScript, minutesOf, sbatchArguments } from '../../lib/experiments/slurm/batchScript';
import { slurm } from '../../lib/experiments/slurm/commands';
import { LogTail } from '../../lib/experiments/slurm/logTail';

test("time limits in Slurm's notation", () => {
  const minutes = {
    '90': 90,
    '90:30': 90.5,
    '12:00:00': 720,
    '1-12': 2160,
    '1-12:30': 2190,
    '2-0:0:30': 2880.5,
  };
  for (const [time, expected] of Object.entries(minutes)) assert.equal(minutesOf(time), expected, time);
  for (const none of ['0', 'UNLIMITED', 'infinite']) assert.equal(minutesOf(none), Number.POSITIVE_INFINITY);
  for (const wrong of ['', 'soon', '1h', '1:2:3:4', '-5'])
    assert.throws(() => minutesOf(wrong), /--time takes Slurm's/);
  assert.throws(
    () => sbatchArguments(SWEEP, 1, { time: '4:59' }),
    /--time 4:59 is too short.*5 minutes at least/,
  );
});

const SWEEP = { name: 'gestalt-fake', folder: "/a b%/it's" };

test('sbatch is asked for what the driver relies on, and for what the user wants, whatever the folder is called', () => {
  assert.deepEqual(
    sbatchArguments(SWEEP, 12, { partition: 'gpu', gres: 'gpu:1', time: '5', arrayLimit: 3 }),
    [
      '--parsable',
      '--job-name=gestalt-fake',
      '--array=0-11%3',
      "--output=/a b%%/it's/logs/%a.log",
      '--open-mode=append',
      '--requeue',
      '--signal=B:USR2@60',
      '--ntasks=1',
      '--partition=gpu',
      '--gres=gpu:1',
      '--time=5',
      "/a b%/it's/script.sh",
    ],
  );
  assert.ok(sbatchArguments(SWEEP, 1, {}).includes('--array=0-0'));
  const script = batchScript(SWEEP, { setup: '/x y/setup.sh' });
  assert.match(script, /^source '\/x y\/setup\.sh' \|\|/m);
  assert.ok(script.includes(`array-task '/a b%/it'\\''s'`), script);
  assert.doesNotMatch(batchScript(SWEEP, {}), /source/);
});

test('a log is read line by line as it grows, from its last line on for one that comes later', (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-log-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, '0.log');
  const tail = new LogTail(file);
  assert.deepEqual(tail.read(), []);
  fs.appendFileSync(file, 'one\ntw');
  assert.deepEqual(tail.read(), ['one']);
  fs.appendFileSync(file, 'o\nthree\n');
  const later = new LogTail(file, { fromLast: true });
  assert.deepEqual([tail.read(), later.read()], [['two', 'three'], ['three']]);
  fs.appendFileSync(file, 'four\n');
  assert.deepEqual([tail.read(), later.read()], [['four'], ['four']]);
});

test("only a person's end counts as cancelled, and only in the latest attempt", () => {
  const start = 'on n1, Node 22.12.0';
  const end = (why: string): string =>
    `slurmstepd-n1: error: *** JOB 7 ON n1 CANCELLED AT 2026-01-02T03:04:05${why} ***`;
  assert.ok(wasCancelled([start, 'step 1', end('')]));
  assert.ok(wasCancelled([start, end(' DUE to SIGNAL Terminated')]), 'as later versions say it');
  assert.ok(!wasCancelled([start, 'step 1']));
  for (const why of [' DUE TO PREEMPTION', ' DUE TO TIME LIMIT', ' DUE TO NODE FAILURE'])
    assert.ok(!wasCancelled([start, end(why)]), why);
  assert.ok(!wasCancelled([start, end(''), `${start}, started again for the 1. time`, 'step 2']));
});

test("an engine's family is known without the engine", async () => {
  const engine = await useEngine({ name: 'wasm', quiet: true });
  assert.equal(familyNamed('wasm'), engine.family);
  for (const name of ENGINE_NAMES) assert.ok(familyNamed(name));
  assert.equal(familyNamed(undefined), null);
  assert.throws(() => familyNamed('wsam'), /Did you mean "wasm"/);
});

test("what Slurm's commands say is passed on, wherever they write it", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-slurm-'));
  const before = process.env.PATH;
  process.env.PATH = `${folder}${path.delimiter}${before}`;
  context.after(() => {
    process.env.PATH = before;
    fs.rmSync(folder, { recursive: true });
  });
  const answers = (script: string): Promise<string> => {
    fs.writeFileSync(path.join(folder, 'sbatch'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return slurm('sbatch', []);
  };
  assert.equal(await answers('echo 12'), '12');
  await assert.rejects(answers('echo "no hours left" >&2; exit 1'), /^Error: no hours left$/);
  await assert.rejects(answers('echo "no hours left"; exit 1'), /^Error: no hours left$/);
  await assert.rejects(answers('exit 3'), /sbatch ended with exit code 3 and said nothing/);
});

test('options for clusters are refused without one, and others with one', async () => {
  const refused = (words: string[], message: RegExp): Promise<void> =>
    assert.rejects(
      commandLine().parseAsync(['reproduce', 'topk-training', ...words], { from: 'user' }),
      message,
    );
  await refused(['--array-limit', '3'], /--array-limit is for clusters: say --cluster slurm as well/);
  await refused(
    ['--cluster', 'slurm', '--jobs', '2'],
    /--jobs is for this machine; on a cluster: --array-limit/,
  );
  await refused(['--cluster', 'slrum'], /Did you mean "slurm"/);
  await refused(['--cluster', 'slurm', '--setup', 'nowhere.sh'], /There is no setup file .*nowhere\.sh/);
  const unnamed = commandLine().parseAsync(['reproduce', '--cluster', 'slurm', '--attach'], { from: 'user' });
  await assert.rejects(unnamed, /Name the experiment whose cells --attach follows/);
});
