import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../lib/files';
import { hashCode, sourcesOf } from '../../lib/results/codeHash';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-code-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

const ENTRY =
  "import { add } from './add';\nimport type { T } from './types';\nexport const two: T = add(1, 1);\n";
const ADD = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n';

async function hashOf(files: Record<string, string>): Promise<string> {
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  return hashCode(path.relative(ROOT, path.join(folder, 'entry.ts')));
}

test('comments, layout and types do not change the hash; code does, also in what is imported', async () => {
  const types = 'export type T = number;\n';
  const before = await hashOf({ 'entry.ts': ENTRY, 'add.ts': ADD, 'types.ts': types });
  const comments =
    '/** Adds.\n * @param a one */\nexport function add(a: number, b: number): number { // sum\n\n\treturn a + b; }';
  assert.equal(await hashOf({ 'add.ts': comments }), before);
  assert.equal(await hashOf({ 'types.ts': 'export type T = number | string;' }), before);
  assert.notEqual(await hashOf({ 'add.ts': ADD.replace('a + b', 'b - a') }), before);
  assert.equal(await hashOf({ 'add.ts': ADD }), before);
  assert.notEqual(await hashOf({ 'entry.ts': ENTRY.replace('add(1, 1)', 'add(1, 2)') }), before);
});

test('kernels in another language are part of the code of their loader', async () => {
  const plain = await hashOf({ 'entry.ts': ENTRY, 'add.ts': ADD });
  const [cpp, wasm] = [await hashOf({ 'add.cc': 'float add;' }), await hashOf({ 'add.wasm': '\0asm' })];
  assert.equal(new Set([plain, cpp, wasm]).size, 3);
  assert.notEqual(await hashOf({ 'add.cc': 'double add;' }), wasm);
  for (const kernels of ['add.cc', 'add.wasm']) fs.rmSync(path.join(folder, kernels));
  assert.equal(await hashOf({}), plain);
});

test('an import that does not exist is named with its importer', async () => {
  await assert.rejects(
    hashOf({ 'entry.ts': "export * from './gone';" }),
    /no file for "\.\/gone", imported by .*entry\.ts/,
  );
});

test('the sources of a run are found through the rooms', async () => {
  const sources = await sourcesOf('lib/experiments/topkCell.ts');
  for (const file of ['lib/experiments/topkCell.ts', 'lib/train/train.ts', 'lib/random.ts'])
    assert.ok(sources.includes(file), file);
  assert.ok(!sources.some((file) => file.startsWith('lib/figures')));
});

test('what other threads run is among the sources, though nothing imports it', async () => {
  const sources = await sourcesOf('lib/experiments/topkCell.ts');
  for (const file of [
    'lib/train/replica.ts',
    'lib/data/preparation/preparationThread.ts',
    'lib/data/transforms.ts',
  ])
    assert.ok(sources.includes(file), file);
});
