// What a grid asks of a folder that many machines share: files and bytes of a cell, by the committed records, and a thousand tasks that write records into one folder.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readEnd, type Sweep, writeEnd } from '../../lib/experiments/slurm/sweepFolder';
import { type RunRecord, readRecord, readRecords, recordFile, writeRecord } from '../../lib/results/record';
import { type BenchRow, clocked, median } from './bench';

const WRITERS = 16;
const TASKS = 1000;
const FULL = 10_000;

export async function sharedFolder(): Promise<BenchRow[]> {
  const records = readRecords();
  const experiments = [...new Set(records.map(({ profile, experiment }) => `${profile}/${experiment}`))];
  return [
    ...experiments.map((name) =>
      filesOf(
        name,
        records.filter(({ profile, experiment }) => `${profile}/${experiment}` === name),
      ),
    ),
    ...(await manyTasks(records[0])),
  ];
}

/** What the cells of one grid leave behind, checkpoints apart, which are kept elsewhere. */
function filesOf(name: string, records: readonly RunRecord[]): BenchRow {
  const files = records.map(({ artifacts }) => 1 + artifacts.length);
  const bytes = records.map(({ profile, experiment, cell, artifacts }) => {
    const own = fs.statSync(recordFile(profile, experiment, cell.id)).size;
    return artifacts.reduce((sum, artifact) => sum + artifact.bytes, own);
  });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    what: `a cell of ${name} (${records.length} cells): files, size`,
    measured: `${mean(files).toFixed(1)} files, ${(mean(bytes) / 1000).toFixed(0)} kB`,
    goal: '',
  };
}

/** A thousand tasks that end within moments, in an empty folder and in one of ten thousand records. */
async function manyTasks(record: RunRecord): Promise<BenchRow[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-records-'));
  try {
    const sample = path.join(folder, 'sample.json');
    writeRecord(sample, record);
    const empty = await write(folder, sample, 0);
    const content = fs.readFileSync(sample);
    for (let i = TASKS; i < FULL; i++)
      fs.writeFileSync(recordFile('tiny', 'many', `cell-${i}`, folder), content);
    const full = await write(folder, sample, FULL);
    const all = path.dirname(recordFile('tiny', 'many', 'x', folder));
    const names = fs.readdirSync(all).filter((name) => name.endsWith('.json'));
    const seconds = (await clocked(async () => names.map((name) => readRecord(path.join(all, name))))) / 1000;
    const ends = { folder: path.join(folder, 'sweep') } as Sweep;
    for (let i = 0; i < TASKS; i++) writeEnd(ends, i, { id: `cell-${i}`, state: 'done', seconds: 1 });
    const look = await clocked(async () => Array.from({ length: TASKS }, (_, i) => readEnd(ends, i)));
    const inWords = (times: readonly number[]): string =>
      `${median(times).toFixed(1)} ms, the slowest ${Math.max(...times).toFixed(0)} ms`;
    return [
      {
        what: `a record written by one of ${TASKS} tasks (${WRITERS} processes at once), empty folder / with ${FULL} records`,
        measured: `${inWords(empty)} / ${inWords(full)}`,
        goal: 'every record whole',
        met: names.length === FULL + TASKS,
      },
      {
        what: `${names.length} records read and their seals checked`,
        measured: `${seconds.toFixed(1)} s`,
        goal: '',
      },
      {
        what: `one look at how ${TASKS} running tasks ended`,
        measured: `${look.toFixed(0)} ms`,
        goal: 'below 5 s, the pause between looks',
        met: look < 5000,
      },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of each write. */
async function write(folder: string, sample: string, first: number): Promise<number[]> {
  const start = Date.now() + 4000;
  const each = Math.ceil(TASKS / WRITERS);
  const outputs = await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) => {
      const from = first + writer * each;
      const to = Math.min(first + TASKS, from + each);
      return output([
        '--import',
        'tsx',
        path.join(__dirname, 'recordWriter.ts'),
        folder,
        sample,
        `${from}`,
        `${to}`,
        `${start}`,
      ]);
    }),
  );
  return outputs.flatMap((text) => JSON.parse(text) as number[]);
}

function output(command: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  return new Promise((resolve, reject) =>
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`A writer ended with ${code}.`)),
    ),
  );
}
