// `npm run bench [-- name ... --record]`: runs the benches, or those named, and prints Markdown tables; with --record it writes a report.
import * as path from 'node:path';
import { unknownName } from '../../lib/suggest';
import type { Bench, BenchRow } from './bench';
import { distortions } from './distortions';
import { engines } from './engines';
import { evaluation } from './evaluation';
import { metrics } from './metrics';
import { reliefRendering } from './reliefRendering';
import { markdownTable, writeReport } from './report';
import { resnetStep } from './resnetStep';
import { workers } from './workers';

const BENCHES: Record<string, Bench> = {
  resnetStep,
  workers,
  engines,
  reliefRendering,
  distortions,
  evaluation,
  metrics,
};

async function run(words: string[]): Promise<void> {
  const names = words.filter((word) => word !== '--record');
  const chosen = names.length > 0 ? names : Object.keys(BENCHES);
  const unknown = chosen.find((name) => BENCHES[name] === undefined);
  if (unknown !== undefined) throw unknownName('bench', unknown, Object.keys(BENCHES));
  const rows: BenchRow[] = [];
  for (const name of chosen) {
    const measured = await BENCHES[name]();
    rows.push(...measured);
    console.log(markdownTable(measured));
  }
  if (names.length === words.length) return;
  const command = ['npm run bench --', ...names, '--record'].join(' ');
  for (const file of await writeReport(rows, command)) console.log(path.relative(process.cwd(), file));
}

run(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
