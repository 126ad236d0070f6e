import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type EngineName, inspectEngines, useEngine } from '../../lib/engine/engine';
import { Heap } from '../../lib/engine/wasm/heap';
import { fromRoot } from '../../lib/files';

test('the ladder is inspected without starting an engine', async () => {
  const reports = await inspectEngines();
  assert.deepEqual(
    reports.map(({ name }) => name),
    ['native-gpu', 'webgpu', 'native', 'wasm'],
  );
  for (const { available, reason, fix } of reports) {
    assert.ok(reason.length > 0);
    assert.equal(fix === '', available);
  }
  assert.equal(reports[3].available, true);
});

test('an unknown engine is answered with the nearest name', async () => {
  await assert.rejects(useEngine({ name: 'wasn' as EngineName }), /Unknown engine "wasn".*"wasm"/);
});

test('an engine that is not available is refused with reason and fix', async () => {
  await assert.rejects(useEngine({ name: 'webgpu' }), /"webgpu" is not available: .*To fix it: /);
});

test('GESTALT_ENGINE names the engine; using it again changes nothing', async () => {
  process.env.GESTALT_ENGINE = 'wasm';
  const engine = await useEngine({ quiet: true });
  assert.equal(engine.name, 'wasm');
  assert.equal(engine.family, 'wasm');
  assert.match(engine.summary, /^Engine: wasm \(.+\)\.$/);
  assert.equal(tf.getBackend(), 'wasm');
  assert.equal(await useEngine({ quiet: true }), engine);
  delete process.env.GESTALT_ENGINE;
});

test('a batch that is too large is refused by name and bytes, and the engine goes on', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const small = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
  const kernel = tf.ones<tf.Rank.R4>([1, 1, 1, 2]);
  const wide = tf.zeros<tf.Rank.R4>([1, 1024, 1024, 1]);
  const filters = tf.zeros<tf.Rank.R4>([1, 1, 1, 2048]);
  const before = tf.memory();
  const asked = 1024 * 1024 * 2048 * 4;
  assert.throws(
    () => tf.conv2d(wide, filters, 1, 'valid'),
    new RegExp(`heap is exhausted: ${asked} bytes.*smaller batch`),
  );
  assert.equal(tf.memory().numTensors, before.numTensors);
  assert.equal(tf.memory().numDataBuffers, before.numDataBuffers);
  const y = tf.conv2d(small, kernel, 1, 'valid');
  assert.deepEqual([...y.dataSync()], [1, 1, 2, 2, 3, 3, 4, 4]);
  tf.dispose([small, kernel, wide, filters, y]);
});

test('a heap that many tensors fill is refused, never answered with address 0', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const heap = new Heap(tf.backend() as unknown as BackendWasm);
  const quarter = 2 ** 28; // floats: 1 GiB, reserved but never touched
  assert.throws(() => heap.runKernel(() => [1, 2, 3, 4, 5].map(() => heap.output([quarter]))), /exhausted/);
  // What was made before the failure has been released.
  heap.runKernel(() => {
    const tensor = heap.output([quarter]);
    assert.ok(heap.pointer(tensor) > 0);
    tf.backend().disposeData(tensor.dataId as object);
  });
});

test('simd.wasm is what simd.as.ts compiles to', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'simd-'));
  const compiled = path.join(folder, 'simd.wasm');
  const compiler = path.join(path.dirname(require.resolve('assemblyscript/package.json')), 'bin', 'asc.js');
  const source = 'lib/engine/wasm/simd.as.ts';
  const settings = ['--config', 'lib/engine/wasm/asconfig.json', '--target', 'release'];
  execFileSync(process.execPath, [compiler, source, ...settings, '--outFile', compiled], { cwd: fromRoot() });
  const same = fs.readFileSync(compiled).equals(fs.readFileSync(fromRoot('lib/engine/wasm/simd.wasm')));
  fs.rmSync(folder, { recursive: true });
  assert.ok(same, 'run npm run build:wasm');
});
