import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type EngineName, inspectEngines, useEngine } from '../../lib/engine/engine';
import { Heap } from '../../lib/engine/wasm/heap';

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
  const missing = (await inspectEngines()).find(({ available }) => !available);
  if (missing === undefined) return;
  await assert.rejects(useEngine({ name: missing.name }), /is not available: .*To fix it: /);
});

test('two engines at once are refused', async () => {
  const first = useEngine({ name: 'wasm', quiet: true });
  await assert.rejects(
    useEngine({ name: 'native', quiet: true }),
    /"wasm" is still starting, "native" was asked for/,
  );
  assert.equal((await first).name, 'wasm');
  await assert.rejects(useEngine({ name: 'native,wasm' as EngineName }), /names several engines/);
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

test('a heap that many tensors fill is refused before it ends, and can be used again', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const heap = new Heap(tf.backend() as unknown as BackendWasm);
  const block = 2 ** 24; // floats: 64 MiB, reserved but never touched
  const fill = (): number => {
    let most = 0;
    const taken: tf.TensorInfo[] = [];
    try {
      assert.throws(() => {
        for (;;) {
          taken.push(heap.output([block]));
          most = Math.max(most, heap.pointer(taken[taken.length - 1]) + 4 * block);
        }
      }, /exhausted/);
    } finally {
      for (const { dataId } of taken) tf.backend().disposeData(dataId as object);
    }
    const places = taken.length;
    assert.ok(most <= 3 * 2 ** 30, `a block ends at ${most}`);
    return places;
  };
  const places = fill();
  assert.ok(places > 40);
  // What was released serves anew, if not all of it (the allocator loses sight of very large gaps), and blocks do not overlap.
  const again = fill();
  assert.ok(again > places / 3, `only ${again} of ${places} blocks the second time`);
  assert.equal(fill(), again);
  const halves = [heap.output([block / 2]), heap.output([block / 2])].sort(
    (a, b) => heap.pointer(a) - heap.pointer(b),
  );
  assert.ok(heap.pointer(halves[0]) + 2 * block <= heap.pointer(halves[1]));
  for (const { dataId } of halves) tf.backend().disposeData(dataId as object);
});

test('a request that no heap can serve is refused', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const heap = new Heap(tf.backend() as unknown as BackendWasm);
  assert.throws(() => heap.output([2 ** 28]), /exhausted: 1073741824 bytes/);
});
