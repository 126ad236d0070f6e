// The driver for clusters against a real Slurm of one machine: arrays, requeues, preemption, a controller that is away.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Task, TaskOutcome } from '../../lib/experiments/driver';
import { localProcesses } from '../../lib/experiments/localProcesses';
import { type JobArrayOptions, jobArrays } from '../../lib/experiments/slurm/jobArrays';
import { sweepsOf } from '../../lib/experiments/slurm/sweepFolder';
import { type SweepOptions, type SweepResult, sweep } from '../../lib/experiments/sweep';
import { fromRoot } from '../../lib/files';
import { type RunRecord, readRecords } from '../../lib/results/record';
import { fakeExperiment } from '../experiments/fakeExperiment';
import { type Stop, stopping } from '../stopsItself';
import { type Cluster, noClusterBecause, startCluster, until } from './slurmCluster';

const missing = noClusterBecause();

describe('a grid on Slurm', { skip: missing ?? false }, () => {
  let cluster: Cluster;
  const environment = { ...process.env };
  before(async () => {
    cluster = await startCluster();
    Object.assign(process.env, cluster.environment);
  });
  after(async () => {
    await cluster?.stop();
    process.env = environment;
  });

  interface Grid {
    readonly folder: string;
    readonly lines: string[];
    /** Cells that come to this step wait there until they are stopped, or may go on. */
    hold(step: number): void;
    goOn(): void;
    run(
      overrides?: Overrides,
      slurm?: JobArrayOptions,
      options?: Partial<SweepOptions>,
    ): Promise<SweepResult>;
    /** What runs a cell. */
    commands(overrides: Overrides): (id: string) => Task;
    local(): Promise<RunRecord[]>;
    records(): RunRecord[];
  }

  function grid(context: { after(clean: () => void): void }): Grid {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-grid-'));
    context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
    const lines: string[] = [];
    const command =
      (records: string, overrides: Overrides) =>
      (id: string): Task => ({
        id,
        arguments: [
          '--import',
          'tsx',
          path.join(__dirname, '..', 'experiments', 'fakeCell.ts'),
          records,
          id,
          JSON.stringify({ seeds: SEEDS, ...overrides }),
        ],
        alone: `fake ${id}`,
      });
    const hold = path.join(folder, 'hold');
    const common = (overrides: Overrides) => ({
      experiment: fakeExperiment,
      profile: 'tiny',
      overrides: { seeds: SEEDS, ...overrides },
      signal: new AbortController().signal,
      report: (line: string) => lines.push(line),
    });
    return {
      folder,
      lines,
      hold: (step) => fs.writeFileSync(hold, String(step)),
      goOn: () => fs.rmSync(hold),
      run: (overrides = {}, slurm = {}, options = {}) =>
        sweep({
          ...common(overrides),
          folder,
          command: command(folder, overrides),
          driver: jobArrays({ root: path.join(folder, 'slurm'), pause: 200, patience: 3000, ...slurm }),
          ...options,
        }),
      commands: (overrides) => command(folder, overrides),
      async local() {
        const records = path.join(folder, 'local');
        await sweep({ ...common({}), folder: records, command: command(records, {}) });
        return readRecords({ folder: records });
      },
      records: () => readRecords({ folder, experiment: 'fake' }),
    };
  }

  /** Number of a task in Slurm, when it has printed a line that matches. */
  async function taskAt(lines: readonly string[], pattern: RegExp): Promise<string> {
    const found = (): RegExpExecArray | null =>
      lines.map((line) => pattern.exec(line)).find((match) => match !== null) ?? null;
    await until(() => found() !== null, `a line is ${pattern}`);
    const job = /job array (\d+)/.exec(lines.join('\n'))?.[1];
    return `${job}_${/seed(\d)/.exec(found()?.[0] ?? '')?.[1]}`;
  }

  const same = ({ seconds: _, ...rest }: RunRecord): Partial<RunRecord> => rest;
  /** Waits until a cell has said that it was stopped. */
  async function stopped(lines: readonly string[], cell: string): Promise<void> {
    const says = new RegExp(`${cell}  It was (stopped|cancelled)[,.] its checkpoint is kept`, 'i');
    await until(() => lines.some((line) => says.test(line)), `${cell} is stopped`);
  }

  const LONGER = { steps: 8, pause: 20 };
  const TWO = { ...LONGER, seeds: [0, 1] };

  test('four cells run as one array, and their records are those of local processes', async (context) => {
    const { run, lines, local, records } = grid(context);
    assert.deepEqual(await run(), { valid: 4, ran: 4, failed: [], interrupted: false });
    assert.deepEqual(records().map(same), (await local()).map(same));
    assert.equal(lines.filter((line) => /Sent 4 cells as job array \d+/.test(line)).length, 1);
    lines.length = 0;
    assert.equal((await run()).ran, 0);
    assert.doesNotMatch(lines.join('\n'), /Sent/, 'what is valid is not sent');
  });

  test('a cell that is killed and requeued goes on from its checkpoint', async (context) => {
    const { run, hold, goOn, lines, records } = grid(context);
    hold(4);
    const running = run(LONGER, { patience: 120_000 });
    const task = await taskAt(lines, /count--seed0 {2}step 4\/.*/);
    cluster.ask('scancel', '--signal=KILL', task);
    await until(
      () => /JobState=(?!RUNNING)/.test(cluster.ask('scontrol', 'show', 'job', task)),
      'it is killed',
    );
    cluster.ask('scontrol', 'requeue', task);
    goOn();
    assert.deepEqual(await running, { valid: 4, ran: 4, failed: [], interrupted: false });
    assert.equal(records()[0].seeds.start, 4);
    assert.match(lines.join('\n'), /count--seed0 {2}on .*, Node .*, started again for the 1\. time/);
  });

  test('SIGTERM alone stops a cell within a step; it goes back to the queue, and it alone', async (context) => {
    const { run, hold, goOn, lines, records } = grid(context);
    hold(3);
    const running = run(TWO);
    const task = await taskAt(lines, /count--seed1 {2}step 3\/.*/);
    cluster.ask('scancel', '--signal=TERM', '--batch', task);
    await stopped(lines, 'count--seed1');
    goOn();
    assert.deepEqual(await running, { valid: 2, ran: 2, failed: [], interrupted: false });
    assert.match(
      lines.join('\n'),
      /count--seed1 {2}It was stopped, its checkpoint is kept; it goes back to the queue/,
    );
    assert.equal(lines.filter((line) => /started again/.test(line)).length, 1);
    assert.deepEqual(
      records().map(({ seeds }) => seeds.start),
      [0, 3],
    );
  });

  test('SIGTERM to every process of a cell, and the warning before the time limit, do the same', async (context) => {
    const { run, hold, lines, records } = grid(context);
    hold(5);
    const running = run(TWO);
    cluster.ask('scancel', '--signal=TERM', '--full', await taskAt(lines, /count--seed0 {2}step 5\/.*/));
    const other = await taskAt(lines, /count--seed1 {2}step 5\/.*/);
    cluster.ask('scancel', '--signal=USR2', '--batch', other);
    assert.deepEqual(await running, { valid: 2, ran: 2, failed: [], interrupted: false });
    assert.deepEqual(
      records().map(({ seeds }) => seeds.start),
      [5, 5],
    );
  });

  test('cells that make room for a job of a higher partition go on after it', async (context) => {
    const { run, hold, lines, records } = grid(context);
    hold(3);
    const running = run(TWO);
    for (const seed of TWO.seeds) await taskAt(lines, new RegExp(`count--seed${seed} {2}step 3/`));
    cluster.ask('sbatch', '--partition=urgent', '--exclusive', '--output=/dev/null', '--wrap=sleep 1');
    assert.deepEqual(await running, { valid: 2, ran: 2, failed: [], interrupted: false });
    assert.match(lines.join('\n'), /CANCELLED AT \S+ DUE TO PREEMPTION/);
    assert.ok(records().every(({ seeds }) => seeds.start === 3));
  });

  test('trainings on the cluster, one of them stopped and sent back, give what local processes give, digit by digit', async (context) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-trained-'));
    context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
    const [stoppedCell, otherCell] = ['paper-topk--made--seed0', 'paper-none--made--seed0'];
    const child = fromRoot('test/experiments/interruptedCell.child.ts');
    const taskIn = (records: string, id: string, stop?: Stop): Task => {
      const { words, environment } = stopping(stop);
      return {
        id,
        arguments: [...words, child, path.join(folder, records), id],
        environment: { ...environment, GESTALT_ENGINE: 'wasm' },
      };
    };
    const lines: string[] = [];
    const options = { grid: 'tiny/topk-training', jobs: 2, signal: new AbortController().signal };
    const sent = jobArrays({ root: path.join(folder, 'slurm'), pause: 200, patience: 3000 })(
      [
        taskIn('cluster', stoppedCell, { signal: 'from outside', line: 'epoch 1/3' }),
        taskIn('cluster', otherCell),
      ],
      {
        ...options,
        report: (line) => lines.push(line),
        onLine: (id, line) => lines.push(`${id} ${line}`),
      },
    );
    await until(() => lines.some((line) => line.startsWith(`${stoppedCell} epoch 1/3`)), 'it trains');
    const job = /job array (\d+)/.exec(lines.join('\n'))?.[1];
    cluster.ask('scancel', '--signal=TERM', '--full', `${job}_0`);
    const states = (outcomes: readonly TaskOutcome[]) => outcomes.map(({ state }) => state);
    assert.deepEqual(states(await sent), ['done', 'done'], lines.join('\n'));
    assert.match(lines.join('\n'), /paper-topk--made--seed0 on .*started again for the 1\. time/);
    const locally = [taskIn('local', stoppedCell), taskIn('local', otherCell)];
    assert.deepEqual(states(await localProcesses(locally, options)), ['done', 'done']);
    const [there, here] = ['cluster', 'local'].map((records) =>
      readRecords({ folder: path.join(folder, records), profile: 'tiny' }).map(same),
    );
    assert.equal(there.length, 2);
    assert.deepEqual(there, here);
  });

  test('a cell that was cancelled stays so, with its checkpoint; the next call goes on', async (context) => {
    const { run, hold, goOn, lines, records } = grid(context);
    hold(4);
    const running = run(LONGER);
    cluster.ask('scancel', await taskAt(lines, /count--seed0 {2}step 4\/.*/));
    await stopped(lines, 'count--seed0');
    goOn();
    const { failed, ran } = await running;
    assert.deepEqual([failed.length, ran], [1, 3]);
    assert.match(failed[0].error ?? '', /It was cancelled\. Its checkpoint is kept/);
    await run(LONGER);
    assert.equal(records()[0].seeds.start, 4);
  });

  test('while the controller is away cells go on, and the grid ends well', async (context) => {
    const { run, hold, goOn, lines } = grid(context);
    hold(2);
    const running = run(LONGER);
    await taskAt(lines, /count--seed0 {2}step 2\/.*/);
    await cluster.stopController();
    await until(() => lines.some((line) => /Slurm does not answer/.test(line)), 'it is said');
    goOn();
    await until(() => lines.some((line) => /count--seed0 {2}step 8\/8/.test(line)), 'a cell goes on');
    await cluster.startController();
    assert.deepEqual(await running, { valid: 4, ran: 4, failed: [], interrupted: false });
  });

  test('a second call attaches to what is in the queue, and nothing runs twice', async (context) => {
    const { run, hold, goOn, lines, records } = grid(context);
    hold(2);
    const first = run(LONGER);
    await taskAt(lines, /count--seed0 {2}step 2\/.*/);
    const seen: string[] = [];
    const attached = run(LONGER, { attach: true }, { report: (line) => seen.push(line) });
    const second = run(LONGER);
    await until(() => /In the queue/.test(seen.join()) && /not sent again/.test(lines.join()), 'both are in');
    goOn();
    const results = await Promise.all([first, second, attached]);
    for (const { valid, failed } of results) assert.deepEqual([valid, failed], [4, []]);
    assert.equal(lines.filter((line) => /Sent/.test(line)).length, 1);
    assert.match(lines.join('\n'), /4 of them are in Slurm's queue already \(job \d+\): not sent again/);
    assert.ok(records().every(({ seeds }) => seeds.start === 0));
  });

  test('Ctrl-C asks: cells are left running, and followed again; or cancelled', async (context) => {
    const { run, hold, goOn, lines, records } = grid(context);
    hold(1);
    const interrupted = async (answer: 'leave' | 'cancel', attach: boolean): Promise<SweepResult> => {
      const controller = new AbortController();
      lines.length = 0;
      const running = run(LONGER, { attach, onInterrupt: async () => answer }, { signal: controller.signal });
      const follows = attach ? /In the queue/ : /step 1/;
      await until(() => lines.some((line) => follows.test(line)), 'it is followed');
      controller.abort();
      return running;
    };
    const left = await interrupted('leave', false);
    assert.deepEqual([left.interrupted, left.failed], [true, []]);
    assert.notEqual(cluster.ask('squeue', '--noheader'), '');
    const cancelled = await interrupted('cancel', true);
    assert.deepEqual([cancelled.interrupted, cancelled.failed], [true, []]);
    await until(() => cluster.ask('squeue', '--noheader') === '', 'the queue is empty');
    goOn();
    assert.equal((await run(LONGER)).valid, 4);
    assert.ok(records().some(({ seeds }) => seeds.start > 0));
  });

  test('a cell that fails is reported with its last lines and what runs it alone', async (context) => {
    const { run, lines } = grid(context);
    const { ran, failed } = await run({ failing: 2 });
    assert.equal(ran, 3);
    assert.match(failed[0].error ?? '', /exit code 1\ncell 2 fails as asked/);
    assert.match(lines.join('\n'), /To run it alone: fake count--seed2/);
  });

  test('a run afresh that is sent back goes on from its own checkpoint, and no cell from an older one', async (context) => {
    const { run, hold, goOn, lines, records, commands } = grid(context);
    await run(TWO);
    lines.length = 0;
    hold(4);
    const command = (id: string): Task => {
      const task = commands(TWO)(id);
      return { ...task, arguments: [...task.arguments, '--fresh'] };
    };
    const running = run(TWO, {}, { fresh: true, command });
    cluster.ask('scancel', '--signal=TERM', '--batch', await taskAt(lines, /count--seed0 {2}step 4\/.*/));
    await stopped(lines, 'count--seed0');
    goOn();
    assert.deepEqual(await running, { valid: 2, ran: 2, failed: [], interrupted: false });
    assert.deepEqual(
      records().map(({ seeds }) => seeds.start),
      [4, 0],
    );
  });

  test('of two arrays of one grid each cell is followed, and cancelled, by itself', async (context) => {
    const { run, hold, goOn, lines, commands } = grid(context);
    hold(2);
    const one = { ...LONGER, seeds: [0, 1, 2] };
    const controller = new AbortController();
    // Both say the same of the cells that they share.
    const command = commands(one);
    const first = run({ ...one, seeds: [0, 1] }, {}, { command });
    await taskAt(lines, /count--seed0 {2}step 2\/.*/);
    const asked = { onInterrupt: async () => 'cancel' as const };
    const second = run({ ...one, seeds: [1, 2] }, asked, { command, signal: controller.signal });
    await until(() => lines.some((line) => /Sent 1 cells/.test(line)), 'the other is sent');
    controller.abort();
    const cancelled = await second;
    assert.deepEqual([cancelled.interrupted, cancelled.failed], [true, []]);
    goOn();
    const { ran, failed } = await first;
    assert.deepEqual([ran, failed.map(({ id }) => id)], [1, ['count--seed1']]);
    assert.match(failed[0].error ?? '', /It was cancelled/);
  });

  test('a cell that is in the queue with other settings is not taken for the one that is asked for', async (context) => {
    const { run, hold, goOn, lines } = grid(context);
    hold(2);
    const first = run(TWO);
    await taskAt(lines, /count--seed0 {2}step 2\/.*/);
    for (const attach of [false, true])
      await assert.rejects(
        run({ ...TWO, steps: 21 }, { attach }),
        /count--seed0 is in Slurm's queue with other settings: fake count--seed0.*scancel \d+_0/,
      );
    goOn();
    assert.equal((await first).ran, 2);
  });

  test('what cannot be is refused in words', async (context) => {
    const { run, folder } = grid(context);
    await assert.rejects(run({}, { partition: 'nowhere' }), /invalid partition specified: nowhere/);
    await assert.rejects(run({}, { time: '2' }), /--time 2 is too short/);
    await assert.rejects(run({}, { time: 'soon' }), /Slurm's notation.*not "soon"/);
    await assert.rejects(run({}, { attach: true }), /There is nothing to attach to: no cell of tiny\/fake/);
    const { PATH } = process.env;
    process.env.PATH = folder;
    await assert.rejects(run(), /There is no sbatch on the PATH.*module load slurm/).finally(() => {
      process.env.PATH = PATH;
    });
    assert.deepEqual(
      fs.readdirSync(path.join(folder, 'slurm', 'tiny', 'fake')),
      [],
      'nothing is left behind',
    );
  });

  test('a node without Node, with another, and one that does not see the folder', async (context) => {
    const { run, lines, folder } = grid(context);
    const setup = path.join(folder, 'setup.sh');
    const failure = async (script: string, slurm: JobArrayOptions = {}): Promise<string> => {
      fs.writeFileSync(setup, script);
      const { failed } = await run({}, { setup, ...slurm });
      assert.equal(failed.length, 4);
      return failed[0].error ?? '';
    };
    assert.match(
      await failure('PATH=/usr/bin:/bin; hash -r; command() { return 1; }'),
      /There is no Node on the node/,
    );
    assert.match(await failure('return 3'), /The setup file failed on/);
    assert.match(
      await failure('node() { echo v18.20.0; }'),
      /The node \S+ has Node v18\.20\.0, the host that submitted has v\d+/,
    );
    // Nothing else can start while a job has the whole node; meanwhile the folder goes, as for a node that never saw it.
    const taking = ['--partition=urgent', '--exclusive', '--output=/dev/null', '--wrap=sleep 600'];
    const taker = cluster.ask('sbatch', '--parsable', ...taking);
    await until(
      () => /urgent/.test(cluster.ask('squeue', '--noheader', '--states=RUNNING')),
      'the node is taken',
    );
    const running = run();
    await until(() => lines.at(-1)?.includes('pending') === true, 'the array waits');
    const [latest] = sweepsOf(path.join(folder, 'slurm', 'tiny', 'fake'));
    fs.rmSync(latest.folder, { recursive: true });
    cluster.ask('scancel', taker);
    const { failed } = await running;
    assert.equal(failed.length, 4);
    assert.match(failed[0].error ?? '', /It wrote no line into .*0\.log: does its node see that folder\?/);
  });
});

type Overrides = Record<string, number | number[]>;
const SEEDS = [0, 1, 2, 3];
