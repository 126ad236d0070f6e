// `npm run bench [-- name ... --record]`: runs the benches, or those named, and prints Markdown tables; with --record it writes a report.
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { unknownName } from '../../lib/suggest';
import type { Bench, BenchRow } from './bench';
import { dataPipeline } from './dataPipeline';
import { distortions } from './distortions';
import { engines } from './engines';
import { evaluation } from './evaluation';
import { fastgan } from './fastgan';
import { gpuKernels } from './gpuKernels';
import { locnet } from './locnet';
import { metrics } from './metrics';
import { processorInWords } from './processor';
import { reliefRendering } from './reliefRendering';
import { markdownTable, writeReport } from './report';
import { resnetStep } from './resnetStep';
import { sharedFolder } from './sharedFolder';
import { suppressions } from './suppressions';
import { topkInference } from './topkInference';
import { trainingParity } from './trainingParity';
import { workers } from './workers';

const BENCHES: Record<string, Bench> = {
  resnetStep,
  workers,
  engines,
  gpuKernels,
  reliefRendering,
  dataPipeline,
  distortions,
  suppressions,
  evaluation,
  metrics,
  locnet,
  topkInference,
  fastgan,
  sharedFolder,
  trainingParity,
};

/** Takes half an hour: only when it is named. */
const LONG = ['trainingParity'];

/** Benches with a report of their own when they are named alone. */
const SUBJECTS: Readonly<Record<string, string>> = {
  trainingParity: 'training parity',
  locnet: 'locnet',
  topkInference: 'topk inference',
  fastgan: 'fastgan',
  gpuKernels: 'gpu kernels',
  sharedFolder: 'shared folder',
  dataPipeline: 'data pipeline',
  suppressions: 'suppressions',
};

/** `--json` prints the rows for the process that asked. */
const FLAGS = ['--record', '--json'];

/** A single bench runs here; of several each has a process of its own, so that none inherits another's heap. */
async function measure(names: readonly string[]): Promise<BenchRow[]> {
  if (names.length === 1) return BENCHES[names[0]]();
  const rows: BenchRow[] = [];
  for (const name of names) {
    const command = ['--import', 'tsx', __filename, name, '--json'];
    const output = execFileSync(process.execPath, command, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const measured: BenchRow[] = JSON.parse(output.trim().split('\n').at(-1) as string);
    console.log(markdownTable(measured));
    rows.push(...measured);
  }
  return rows;
}

async function run(words: string[]): Promise<void> {
  const names = words.filter((word) => !word.startsWith('--'));
  const flags = words.filter((word) => word.startsWith('--'));
  const stranger = flags.find((flag) => !FLAGS.includes(flag));
  if (stranger !== undefined) throw unknownName('flag of bench', stranger, FLAGS);
  const chosen = names.length > 0 ? names : Object.keys(BENCHES).filter((name) => !LONG.includes(name));
  const unknown = chosen.find((name) => BENCHES[name] === undefined);
  if (unknown !== undefined) throw unknownName('bench', unknown, Object.keys(BENCHES));
  if (!flags.includes('--json')) console.log(`Processor: ${processorInWords()}\n`);
  const rows = await measure(chosen);
  if (flags.includes('--json')) console.log(JSON.stringify(rows));
  else if (chosen.length === 1) console.log(markdownTable(rows));
  if (!flags.includes('--record')) return;
  const command = ['npm run bench --', ...names, '--record'].join(' ');
  const subject = chosen.length === 1 ? (SUBJECTS[chosen[0]] ?? '') : '';
  for (const file of await writeReport(rows, command, subject))
    console.log(path.relative(process.cwd(), file));
}

run(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  // Peers that wait for a line would keep this process alive.
  process.exit(1);
});
