// The parts of the driver for clusters that need no cluster.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../../lib/cli';
import { ENGINE_NAMES, useEngine } from '../../lib/engine/engine';
import { familyNamed } from '../../lib/experiments/plan';
import { runArrayTask, wasCancelled } from '../../lib/experiments/slurm/arrayTask';
import {
  batchScript,
  minutesOf,
  type Resources,
  sbatchArguments,
} from '../../lib/experiments/slurm/batchScript';
import { slurm } from '../../lib/experiments/slurm/commands';
import { jobArrays } from '../../lib/experiments/slurm/jobArrays';
import { LogTail } from '../../lib/experiments/slurm/logTail';
import { createSweep, readEnd, writeEnd, writeJob } from '../../lib/experiments/slurm/sweepFolder';
import { fromRoot } from '../../lib/files';
import { takeOver } from '../experiments/takeOver';

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
      "--error=/a b%%/it's/logs/%a.log",
      '--open-mode=append',
      '--requeue',
      '--signal=B:USR2@60',
      '--ntasks=1',
      '--cpus-per-task=4',
      '--partition=gpu',
      '--gres=gpu:1',
      '--time=5',
      "/a b%/it's/script.sh",
    ],
  );
  const asked = (resources: Resources): string[] => sbatchArguments(SWEEP, 1, resources);
  assert.ok(asked({}).includes('--array=0-0'));
  assert.ok(asked({}).includes('--signal=B:USR2@60'));
  assert.ok(asked({ time: '12:00:00' }).includes('--signal=B:USR2@300'));
  assert.ok(asked({}).includes('--cpus-per-task=1'));
  assert.ok(asked({ gres: 'gpu:1', cpusPerTask: 9 }).includes('--cpus-per-task=9'));
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

test('threads that prepare images are as many as Slurm gives CPUs, unless somebody said another number', () => {
  const line = batchScript(SWEEP, {})
    .split('\n')
    .find((each) => each.startsWith('export GESTALT_THREADS')) as string;
  const threads = (environment: NodeJS.ProcessEnv): string =>
    execFileSync('/bin/bash', ['-c', `${line}; echo $GESTALT_THREADS`], {
      env: environment,
      encoding: 'utf8',
    }).trim();
  assert.equal(threads({}), '1');
  assert.equal(threads({ SLURM_CPUS_PER_TASK: '4' }), '4');
  assert.equal(threads({ SLURM_CPUS_PER_TASK: '4', GESTALT_THREADS: '2' }), '2');
});

test('a signal that comes before anything else is loaded ends no task, and is known later', async () => {
  const child = spawn(
    process.execPath,
    [
      '--require',
      fromRoot('lib/experiments/slurm/listen.cjs'),
      '-e',
      'process.kill(process.pid, "SIGTERM"); setTimeout(() => console.log(globalThis.signalledEarly), 100)',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  assert.deepEqual([code, output.trim()], [0, 'true']);
});

/** Commands in the place of Slurm's, each a script of sh. */
function fakeCommands(context: { after(clean: () => void): void }): (name: string, script: string) => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-slurm-'));
  const before = process.env.PATH;
  process.env.PATH = `${folder}${path.delimiter}${before}`;
  context.after(() => {
    process.env.PATH = before;
    fs.rmSync(folder, { recursive: true });
  });
  return (name, script) =>
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

test('a queued cell stands for the same one of a grid of other seeds, and not for one of other settings', async (context) => {
  const fake = fakeCommands(context);
  fake('sbatch', 'echo 12');
  fake(
    'squeue',
    `for word; do case $word in --name=*) echo "\${word#--name=}|12|0|PENDING|Resources";; esac; done`,
  );
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-sweeps-'));
  context.after(() => fs.rmSync(root, { recursive: true }));
  const lines: string[] = [];
  const send = (...words: string[]) =>
    jobArrays({ root, pause: 10 })([{ id: 'a', arguments: ['cell', 'a', ...words] }], {
      grid: 'tiny/fake',
      jobs: 1,
      signal: AbortSignal.timeout(300),
      report: (line) => lines.push(line),
    });
  await send();
  await send('--seeds', '0,1');
  await send('--seeds', '0');
  assert.equal(lines.filter((line) => /Sent 1 cells as job array 12/.test(line)).length, 1);
  assert.equal(lines.filter((line) => /are in Slurm's queue already \(job 12\)/.test(line)).length, 2);
  await assert.rejects(send('--profile', 'long'), /queue with other settings: .*scancel 12_0\./);
});

interface Warned {
  /** At the warning, of five minutes. */
  readonly runTime: string;
  /** What its process does then. */
  readonly script?: string;
  /** Warned before the process is there. */
  readonly early?: boolean;
  /** Another process has the cell. */
  readonly waits?: boolean;
}

/** How a task ends that is warned, and whether it goes back to the queue. */
async function warned(
  context: { after(clean: () => void): void },
  fake: ReturnType<typeof fakeCommands>,
  { runTime, script = '', early = false, waits = false }: Warned,
): Promise<{ error: string | undefined; requeued: boolean }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-warned-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const queue = path.join(folder, 'requeued');
  fake(
    'scontrol',
    `case $* in *requeue*) touch '${queue}';; esac; echo "JobState=RUNNING RunTime=${runTime} TimeLimit=00:05:00"`,
  );
  const checkpoints = path.join(folder, 'cell');
  const run = `${checkpoints}-0123456789ab`;
  fs.mkdirSync(run);
  fs.writeFileSync(path.join(run, 'state.json'), '{}');
  if (waits) fs.mkdirSync(`${checkpoints}.lock`);
  fs.writeFileSync(`${checkpoints}.owner.json`, '{}');
  const program = `const save = (name, text) => require('node:fs').writeFileSync(${JSON.stringify(run)} + '/' + name, text);
    process.on('SIGINT', () => { ${script}; process.exit(1); }); setInterval(() => {}, 1000); console.log('ready');`;
  const sweep = createSweep(folder, 'tiny/fake', [{ id: 'cell', arguments: ['-e', program], checkpoints }]);
  const stop = new AbortController();
  if (early) stop.abort();
  const print = (line: string): void => {
    if (line === 'ready') stop.abort();
  };
  await runArrayTask({ sweep, job: '12', index: 0, restarts: 0, warning: 60, signal: stop.signal, print });
  return { error: readEnd(sweep, 0)?.error, requeued: fs.existsSync(queue) };
}

test('a task that reaches its time limit without having kept anything new does not go back to the queue', async (context) => {
  const fake = fakeCommands(context);
  const nothing = `save('seconds.txt', '220'); save('state.json', '{}'); save('state.json.7.0.tmp', '{"st')`;
  const runTime = '00:03:40';
  for (const given of [{ script: nothing }, { early: true }]) {
    const { error, requeued } = await warned(context, fake, { runTime, ...given });
    assert.match(error ?? '', /time limit is too short.* with more --time/);
    assert.equal(requeued, false);
  }
  for (const given of [
    { runTime, script: `save('state.json', '{"step":3}')` },
    { runTime, script: nothing, waits: true },
    { runTime: '00:00:20', script: nothing },
  ])
    assert.deepEqual(await warned(context, fake, given), { error: undefined, requeued: true });
});

test('where sbatch does not answer, and nobody can say whether the array was taken, its folder stays', async (context) => {
  const fake = fakeCommands(context);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-sweeps-'));
  context.after(() => fs.rmSync(root, { recursive: true }));
  const send = () =>
    jobArrays({ root, pause: 10 })([{ id: 'a', arguments: ['cell', 'a'] }], {
      grid: 'tiny/fake',
      jobs: 1,
      signal: AbortSignal.timeout(300),
    });
  const sweeps = (): string[] => fs.readdirSync(path.join(root, 'tiny', 'fake'));
  fake('sbatch', 'echo "Socket timed out" >&2; exit 1');
  fake('squeue', '');
  await assert.rejects(send(), /Socket timed out/);
  assert.deepEqual(sweeps(), [], 'it was not taken');
  fake('squeue', 'exit 1');
  fake('sbatch', 'exit 1');
  await assert.rejects(send(), /sbatch ended with exit code 1/);
  assert.equal(sweeps().length, 1);
});

test('what failed when it was sent last is said when it is sent again, and its logs stay until then', async (context) => {
  const fake = fakeCommands(context);
  fake('sbatch', 'echo 12');
  fake('squeue', '');
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-sweeps-'));
  context.after(() => fs.rmSync(root, { recursive: true }));
  const folder = path.join(root, 'tiny', 'fake');
  const tasks = ['a', 'b', 'c'].map((id) => ({ id, arguments: ['cell', id] }));
  const before = {
    name: 'gestalt-fake-20260101T000000-1',
    folder: path.join(folder, 'gestalt-fake-20260101T000000-1'),
  };
  fs.renameSync(createSweep(folder, 'tiny/fake', tasks).folder, before.folder);
  writeJob(before, '7');
  for (const index of [0, 1])
    writeEnd(before, index, {
      id: tasks[index].id,
      state: 'failed',
      seconds: 1,
      error: 'exit code 1\nno memory',
    });
  const lines: string[] = [];
  await jobArrays({ root, pause: 10 })(tasks.slice(1), {
    grid: 'tiny/fake',
    jobs: 1,
    signal: AbortSignal.timeout(300),
    report: (line) => lines.push(line),
  });
  const said = lines.join('\n');
  assert.match(
    said,
    /^1 of them ended without a record when they were sent last; .*logs\. b: exit code 1\n {4}no memory$/m,
  );
  assert.ok(said.includes(path.join(before.folder, 'logs')));
  assert.ok(fs.existsSync(before.folder));
});

test('the lock of a task that Slurm has ended is taken over, from another node, too', async (context) => {
  const fake = fakeCommands(context);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-lock-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const name = path.join(folder, 'cell');
  const hold = (state: string): Promise<string> => {
    fake('scontrol', `echo "JobId=12 JobState=${state} Reason=None"`);
    return takeOver(name, { pid: 1, host: 'elsewhere', task: '12_0' });
  };
  assert.match(await hold('OUT_OF_MEMORY'), /takes over from process 1 on elsewhere/);
  await assert.rejects(hold('RUNNING'), { name: 'Interrupted' });
});

test("what Slurm's commands say is passed on, wherever they write it", async (context) => {
  const fake = fakeCommands(context);
  const answers = (script: string): Promise<string> => {
    fake('sbatch', script);
    return slurm('sbatch', []);
  };
  assert.equal(await answers('echo 12'), '12');
  await assert.rejects(answers('echo "no hours left" >&2; exit 1'), /^Error: no hours left$/);
  await assert.rejects(answers('echo "no hours left"; exit 1'), /^Error: no hours left$/);
  await assert.rejects(answers('exit 3'), /sbatch ended with exit code 3 and said nothing/);
  const [folder] = String(process.env.PATH).split(path.delimiter);
  process.env.PATH = folder;
  fs.chmodSync(path.join(folder, 'sbatch'), 0o600);
  await assert.rejects(slurm('sbatch', []), /There is no sbatch on the PATH/);
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
