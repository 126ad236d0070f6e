// Which sources did a run use? Edits to comments and layout must not invalidate an hour of training, edits to code must.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { transform } from 'esbuild';
import { fromRoot, ROOT, sha256 } from '../files';

/** A source file without comments, types and layout, and the library files that it imports. */
interface Source {
  readonly code: string;
  readonly imports: readonly string[];
}

const sources = new Map<string, Promise<Source>>();

/** SHA-256 over a module and everything that it imports by relative paths, or starts in another thread, each without comments, types and layout.
 *  @param entry from the root of the repository, e.g. `lib/experiments/topkCell.ts`.
 *  Throws when the entry or an import cannot be read or parsed. */
export async function hashCode(entry: string): Promise<string> {
  const files = await importClosure(entry);
  return sha256(...files.flatMap(([file, source]) => [file, '\0', source.code, '\0']));
}

/** The files of that hash, from the root of the repository, in alphabetical order. */
export async function sourcesOf(entry: string): Promise<string[]> {
  return (await importClosure(entry)).map(([file]) => file);
}

async function importClosure(entry: string): Promise<[string, Source][]> {
  const found = new Map<string, Source>();
  let frontier = [resolveModule(fromRoot(entry), entry)];
  while (frontier.length > 0) {
    const loaded = await Promise.all(frontier.map(async (file) => [file, await readSource(file)] as const));
    for (const [file, source] of loaded) found.set(file, source);
    frontier = [...new Set(loaded.flatMap(([, source]) => source.imports))].filter(
      (file) => !found.has(file),
    );
  }
  return [...found]
    .map(([file, source]): [string, Source] => [path.relative(ROOT, file).split(path.sep).join('/'), source])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function readSource(file: string): Promise<Source> {
  const content = fs.readFileSync(file, 'utf8');
  const kernels = hashOfKernelsBeside(file);
  const key = sha256(file, '\0', content, '\0', kernels);
  let source = sources.get(key);
  if (source === undefined) {
    source = stripSource(file, content, kernels);
    sources.set(key, source);
  }
  return source;
}

/** Kernels in another language beside their loader (`simd.wasm` beside `simd.ts`, `kernels.cc` beside `kernels.ts`) are part of the loader's code. */
function hashOfKernelsBeside(file: string): string {
  if (!file.endsWith('.ts')) return '';
  const beside = ['.wasm', '.cc'].map((extension) => file.replace(/\.ts$/, extension));
  return beside
    .flatMap((kernels) => (fs.existsSync(kernels) ? sha256(fs.readFileSync(kernels)) : []))
    .join('');
}

async function stripSource(file: string, content: string, kernels: string): Promise<Source> {
  const loader = file.endsWith('.json') ? 'json' : file.endsWith('.ts') ? 'ts' : 'js';
  const { code } = await transform(content, {
    loader,
    format: loader === 'json' ? undefined : 'esm',
    minifyWhitespace: true,
    legalComments: 'none',
    sourcefile: path.relative(ROOT, file),
  });
  const names = loader === 'json' ? [] : relativeImports(code);
  const threads = loader === 'json' ? [] : modulesOfThreads(code);
  return {
    code: code + kernels,
    imports: [
      ...names.map((name) => resolveModule(path.resolve(path.dirname(file), name), name, file)),
      ...threads.map((name) => resolveModule(fromRoot(name), name, file)),
    ],
  };
}

/** Imports of types alone are gone by now: they cannot change a number. */
function relativeImports(code: string): string[] {
  const pattern = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*(["'])(\.{1,2}\/[^"']+)\1/g;
  return [...new Set([...code.matchAll(pattern)].map((match) => match[2]))];
}

/** Modules named by their place in the repository: what a worker thread runs, and where the builder of a model lies. */
function modulesOfThreads(code: string): string[] {
  return [...new Set([...code.matchAll(/(["'])(lib\/[^"'\s]+\.ts)\1/g)].map((match) => match[2]))];
}

function resolveModule(stem: string, name: string, importer?: string): string {
  const candidates = [stem, `${stem}.ts`, `${stem}.js`, `${stem}.cjs`, path.join(stem, 'index.ts')];
  const file = candidates.find((candidate) => fs.existsSync(candidate) && fs.statSync(candidate).isFile());
  if (file !== undefined) return file;
  const by = importer === undefined ? '' : `, imported by ${path.relative(ROOT, importer)}`;
  throw new Error(`Cannot hash the sources of a run: no file for "${name}"${by}.`);
}
