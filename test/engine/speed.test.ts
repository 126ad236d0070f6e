import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { convolutionSpeed, engineSpeed } from '../../lib/engine/speed';

test('the speed of the current engine is positive, and measuring it leaves no tensor behind', async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const before = tf.memory().numTensors;
  const speed = await convolutionSpeed(50);
  assert.ok(speed > 0 && Number.isFinite(speed), `${speed} GFLOP/s`);
  assert.equal(tf.memory().numTensors, before);
});

test('a speed is measured once and then remembered; an engine that does not start has none', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-speed-'));
  const cache = path.join(folder, 'speeds.json');
  const report = { name: 'wasm', available: true, reason: 'under test', fix: '' } as const;
  const measured = await engineSpeed(report, cache);
  assert.ok(measured !== undefined && measured > 0);
  assert.equal(await engineSpeed(report, cache), measured);
  assert.equal(await engineSpeed({ ...report, name: 'no-such-engine' as 'wasm' }, cache), undefined);
  assert.equal(Object.keys(JSON.parse(fs.readFileSync(cache, 'utf8'))).length, 1);
  fs.rmSync(folder, { recursive: true });
});
