// `npm run bench [name ...]`: runs the benches, or those named, and prints a Markdown table.
import { unknownName } from '../../lib/suggest';
import type { Bench } from './bench';
import { distortions } from './distortions';
import { evaluation } from './evaluation';
import { metrics } from './metrics';
import { reliefRendering } from './reliefRendering';
import { resnetStep } from './resnetStep';
import { workers, workersAndPyTorch } from './workers';

const BENCHES: Record<string, Bench> = {
  resnetStep,
  workers,
  workersAndPyTorch,
  reliefRendering,
  distortions,
  evaluation,
  metrics,
};

async function run(names: string[]): Promise<void> {
  console.log('| what | measured | goal | met |\n|---|---|---|---|');
  for (const name of names) {
    const bench = BENCHES[name];
    if (!bench) throw unknownName('bench', name, Object.keys(BENCHES));
    for (const { what, measured, goal, met } of await bench()) {
      const verdict = met === undefined ? 'not measured' : met ? 'yes' : '**no**';
      console.log(`| ${what} | ${measured} | ${goal} | ${verdict} |`);
    }
  }
}

const chosen = process.argv.slice(2);
run(chosen.length > 0 ? chosen : Object.keys(BENCHES)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
