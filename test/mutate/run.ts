// `npm run mutate [-- area ...]`: breaks the code in small ways, one at a time, and says which breaks no test notices.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../../lib/files';
import { unknownName } from '../../lib/suggest';
import { AREAS } from './areas';

const FOLDER = path.join(ROOT, '.cache', 'mutate');

/** Stryker's report, as far as it is read here. */
interface Report {
  files: Record<string, { mutants: Mutant[] }>;
}

interface Mutant {
  status: string;
  mutatorName: string;
  replacement?: string;
  location: { start: { line: number } };
}

function run(name: string): void {
  const { mutate, tests } = AREAS[name];
  fs.mkdirSync(FOLDER, { recursive: true });
  const config = path.join(FOLDER, `${name}.config.json`);
  const report = path.join(FOLDER, `${name}.json`);
  fs.writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'command',
      // A test file run by itself costs one process, the test runner would cost two.
      commandRunner: { command: tests.map((file) => `node --import tsx ${file}`).join(' && ') },
      mutate,
      // Words in messages are for readers; tests look at what matters in them.
      mutator: { excludedMutations: ['StringLiteral'] },
      ignorePatterns: ['.cache', '.venv', '.engine', 'notebooks', 'figures', 'data/records'],
      reporters: ['clear-text', 'json'],
      jsonReporter: { fileName: report },
      clearTextReporter: { logTests: false, reportTests: false, reportMutants: false },
      tempDirName: path.join('.cache', 'mutate', 'sandbox'),
      concurrency: Number(process.env.GESTALT_MUTATE_JOBS ?? 2),
      timeoutMS: 20_000,
      allowConsoleColors: false,
    }),
  );
  const stryker = path.join(ROOT, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  // Without Python, so that no other implementation notices what our own numbers should.
  const env = { ...process.env, GESTALT_PYTHON: 'none' };
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: ROOT,
    stdio: 'inherit',
    env,
  });
  if (status !== 0) throw new Error(`Stryker ended with exit code ${status} on ${name}.`);
  summarise(name, JSON.parse(fs.readFileSync(report, 'utf8')));
}

function summarise(name: string, { files }: Report): void {
  const mutants = Object.entries(files).flatMap(([file, { mutants: own }]) =>
    own.map((mutant) => ({ file, ...mutant })),
  );
  const counted = mutants.filter(({ status }) =>
    ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status),
  );
  const alive = counted.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  for (const { file, location, mutatorName, replacement } of alive)
    console.log(
      `survived: ${file}:${location.start.line} ${mutatorName} ${replacement?.replace(/\s+/g, ' ').slice(0, 80)}`,
    );
  const killed = counted.length - alive.length;
  console.log(
    `${name}: ${killed} of ${counted.length} killed (${((100 * killed) / counted.length).toFixed(1)} %)`,
  );
}

const words = process.argv.slice(2);
const stranger = words.find((word) => AREAS[word] === undefined);
if (stranger !== undefined) throw unknownName('area', stranger, Object.keys(AREAS));
for (const name of words.length > 0 ? words : Object.keys(AREAS)) run(name);
