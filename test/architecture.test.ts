// The arrows of the house: which room may import which. Reads the imports of lib/ and of the notebooks.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import * as ts from 'typescript';
import { ROOT } from '../lib/files';

/** Each room with the rooms it may import; every room may also import the base modules directly under lib/. */
const ARROWS: Record<string, string[]> = {
  engine: [],
  ops: ['engine'],
  layers: ['ops', 'engine'],
  models: ['layers', 'ops', 'engine'],
  objectives: ['models', 'ops', 'engine'],
  data: ['distortions'],
  distortions: [],
  train: ['models', 'objectives', 'data', 'ops', 'engine'],
  benchmark: ['models', 'data', 'distortions', 'train', 'engine', 'results'],
  explain: ['models', 'ops', 'engine'],
  synthesis: ['models', 'objectives', 'data', 'ops', 'engine'],
  fid: ['models', 'data', 'ops', 'engine'],
  results: [],
  figures: ['results'],
  notebook: ['figures', 'results', 'data'],
  experiments: [
    'train',
    'benchmark',
    'explain',
    'synthesis',
    'fid',
    'models',
    'objectives',
    'data',
    'engine',
    'results',
  ],
  // Its pages' live part runs the library in a reader's tab.
  book: [
    'train',
    'benchmark',
    'explain',
    'models',
    'objectives',
    'data',
    'distortions',
    'ops',
    'engine',
    'notebook',
    'figures',
    'results',
  ],
  commands: [
    'doctor',
    'runBenchmark',
    'runFid',
    'runGan',
    'runSynthesis',
    'experiments',
    'book',
    'notebook',
    'figures',
    'benchmark',
    'data',
    'engine',
    'results',
  ],
};
const BASE = [
  'categories',
  'colourMap',
  'random',
  'files',
  'fileName',
  'findNamed',
  'optionalPackage',
  'ranks',
  'shellWord',
  'suggest',
  'workerScript',
];
const TOP = ['cli', 'doctor', 'runBenchmark', 'runFid', 'runGan', 'runMeasures', 'runSynthesis'];
const WITHOUT_TENSORFLOW = ['results', 'figures'];
/** Commands that must not wait for TensorFlow either. */
const COMMANDS_WITHOUT_TENSORFLOW = ['figures', 'claims'].map((name) =>
  path.join(ROOT, 'lib', 'commands', `${name}.ts`),
);

interface Import {
  from: string;
  to: string;
}

function sources(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.endsWith('.as.ts'))
    .map((file) => path.join(folder, file));
}

/** All imports of a file, those of types and `import('...')` in types too. */
function allImportsOf(file: string): Import[] {
  const { importedFiles } = ts.preProcessFile(fs.readFileSync(file, 'utf8'));
  return importedFiles.map(({ fileName }) => ({ from: file, to: fileName }));
}

/** Imports without `import type`, which leaves nothing at run time. */
function importsOf(file: string): Import[] {
  const text = fs.readFileSync(file, 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(?!type\b)[^;'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({ from: file, to: match[1] ?? match[2] ?? match[3] }));
}

/** What is loaded together with a file: its imports without those that wait, `import('...')`. */
function importsAtOnce(file: string): Import[] {
  const waiting = new Set(
    [...fs.readFileSync(file, 'utf8').matchAll(/import\(\s*['"]([^'"]+)['"]\s*\)/g)].map((match) => match[1]),
  );
  return importsOf(file).filter(({ to }) => !waiting.has(to));
}

function resolve({ from, to }: Import): string | null {
  if (!to.startsWith('.')) return null;
  const base = path.resolve(path.dirname(from), to);
  return [`${base}.ts`, path.join(base, 'index.ts'), base].find((file) => fs.existsSync(file)) ?? base;
}

const lib = path.join(ROOT, 'lib');
const files = sources(lib);
const roomOf = (file: string): string => {
  const [first, ...rest] = path.relative(lib, file).split(path.sep);
  return rest.length === 0 ? first.replace(/\.ts$/, '') : first;
};

test('rooms import only the rooms below them', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const room = roomOf(file);
    if (TOP.includes(room)) continue;
    for (const entry of importsOf(file)) {
      const target = resolve(entry);
      if (target === null) continue;
      const targetRoom = roomOf(target);
      const allowed = BASE.includes(room) ? BASE : [room, ...BASE, ...(ARROWS[room] ?? [])];
      if (!allowed.includes(targetRoom)) wrong.push(`${path.relative(ROOT, file)} -> ${targetRoom}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every room is known', () => {
  const rooms = [...new Set(files.map(roomOf))].filter((room) => !BASE.includes(room) && !TOP.includes(room));
  assert.deepEqual(
    rooms.filter((room) => !(room in ARROWS)),
    [],
  );
});

test('results and figures, with all they import, know no TensorFlow', () => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const entry of importsOf(file)) {
      if (/tensorflow|danfojs/.test(entry.to)) wrong.push(`${path.relative(ROOT, file)} -> ${entry.to}`);
      const target = resolve(entry);
      if (target?.endsWith('.ts')) visit(target);
    }
  };
  for (const file of files.filter((f) => WITHOUT_TENSORFLOW.includes(roomOf(f)))) visit(file);
  for (const file of COMMANDS_WITHOUT_TENSORFLOW) visit(file);
  assert.deepEqual(wrong, []);
});

test('before a command runs, nothing is loaded but the command line itself', () => {
  const loaded = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const entry of importsAtOnce(file)) {
      const target = resolve(entry);
      if (target !== null) visit(target);
      else if (!entry.to.startsWith('node:')) packages.add(entry.to);
    }
  };
  visit(path.join(lib, 'cli.ts'));
  const rooms = new Set([...loaded].map(roomOf));
  assert.deepEqual([...rooms].sort(), ['cli', 'commands', 'files', 'shellWord', 'suggest']);
  assert.deepEqual([...packages].sort(), ['commander', 'fastest-levenshtein']);
});

/** The circles among the files of lib/, each as its files in order. */
function circlesOf(importsFrom: (file: string) => Import[]): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push(
        [...trail.slice(trail.indexOf(file)), file].map((f) => path.relative(lib, f)).join(' -> '),
      );
      return;
    }
    state.set(file, 'open');
    for (const entry of importsFrom(file)) {
      const target = resolve(entry);
      if (target?.endsWith('.ts')) visit(target, [...trail, file]);
    }
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  return circles;
}

test('no circle of imports, those of types alone included: what two files need is a file of its own', () => {
  assert.deepEqual(circlesOf(allImportsOf), []);
});

test('a circle through a type alone is found', () => {
  const [first, second] = files;
  const types = (from: string, to: string): Import => ({
    from,
    to: `./${path.relative(path.dirname(from), to).replace(/\.ts$/, '')}`,
  });
  const circle = [types(first, second), types(second, first)];
  assert.equal(circlesOf((file) => circle.filter(({ from }) => from === file)).length, 1);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-imports-'));
  const file = path.join(folder, 'types.ts');
  fs.writeFileSync(
    file,
    "import type { A } from './a';\nexport type { B } from './b';\ntype C = import('./c').C;\nconst d = import('./d');\n",
  );
  assert.deepEqual(
    allImportsOf(file).map(({ to }) => to),
    ['./a', './b', './c', './d'],
  );
  fs.rmSync(folder, { recursive: true });
});

test('the top level holds the rooms of the architecture and nothing else', () => {
  const folders = fs
    .readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => entry.name);
  assert.deepEqual(folders.sort(), ['data', 'figures', 'lib', 'notebooks', 'test']);
});

test('the lib names its exports: no `export *`, no import of a .ts path, no import.meta', () => {
  const wrong = files.filter((file) =>
    /export \*|from '[^']+\.ts'|import\.meta/.test(fs.readFileSync(file, 'utf8')),
  );
  assert.deepEqual(wrong, []);
});
