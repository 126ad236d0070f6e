import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';
import { softwareGpu } from './softwareGpu';

const gpu = softwareGpu();
const skip = gpu === undefined && "no software adapter: it comes with Debian's chromium";

function run(script: string, env: NodeJS.ProcessEnv): unknown {
  const imports = `
    const { inspectEngines, useEngine } = require('./lib/engine/engine');
    const tf = require('@tensorflow/tfjs');
    const state = async () => (await inspectEngines()).find(({ name }) => name === 'webgpu');
    const print = (answer) => console.log(JSON.stringify(answer));`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '-e', imports + script],
    {
      cwd: fromRoot(),
      env: { ...process.env, GESTALT_WEBGPU_SOFTWARE: '', ...env },
      encoding: 'utf8',
      timeout: 300_000,
    },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

test('an adapter in software is refused unless it is asked for', { skip }, () => {
  const refused = run('state().then(print)', { ...gpu }) as {
    available: boolean;
    reason: string;
    fix: string;
  };
  assert.equal(refused.available, false);
  assert.match(refused.reason, /only an adapter in software \(google swiftshader \(SwiftShader/);
  assert.match(refused.fix, /GESTALT_WEBGPU_SOFTWARE=1/);
  const taken = run('state().then(print)', { ...gpu, GESTALT_WEBGPU_SOFTWARE: '1' }) as {
    available: boolean;
  };
  assert.equal(taken.available, true);
});

test('without Vulkan the reason and the fix are named, and nothing is printed by drivers', () => {
  const none = path.join(os.tmpdir(), 'no-driver.json');
  fs.rmSync(none, { force: true });
  const state = run('state().then(print)', { VK_ICD_FILENAMES: none, VK_DRIVER_FILES: none }) as {
    available: boolean;
    reason: string;
    fix: string;
  };
  assert.equal(state.available, false);
  assert.match(state.reason, /no GPU answers/);
  assert.match(state.fix, /driver with Vulkan/);
});

test('a synchronous read is refused in words, and an asynchronous one answers', { skip }, () => {
  const answer = run(
    `useEngine({ name: 'webgpu', quiet: true }).then(async () => {
      tf.env().set('WEBGPU_CPU_FORWARD', false);
      const y = tf.square(tf.tensor1d([1, 2, 3]));
      let message = '';
      try { y.dataSync(); } catch (error) { message = error.message; }
      print({ message, values: [...(await y.data())] });
    })`,
    { ...gpu, GESTALT_WEBGPU_SOFTWARE: '1' },
  ) as { message: string; values: number[] };
  assert.match(answer.message, /await tensor\.data\(\)/);
  assert.deepEqual(answer.values, [1, 4, 9]);
});

test('what the GPU cannot do is thrown where the result is read', { skip }, () => {
  const answer = run(
    `useEngine({ name: 'webgpu', quiet: true }).then(async () => {
      const { device } = tf.backend();
      device.createBuffer({ size: 2 ** 50, usage: 0x80 });
      let message = '';
      for (let tries = 0; message === '' && tries < 500; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 200)); // the error comes when the GPU has seen what was asked
        try { await tf.square(tf.tensor1d(new Float32Array(2000))).data(); } catch (error) { message = error.message; }
      }
      print({ message, again: (await tf.square(tf.tensor1d([3])).data())[0] });
    })`,
    { ...gpu, GESTALT_WEBGPU_SOFTWARE: '1' },
  ) as { message: string; again: number };
  assert.match(answer.message, /memory is exhausted|WebGPU reports an error/);
  assert.equal(answer.again, 9);
});

test(
  'the clock of the benches counts every dispatch of a kernel, and the kernels compute what they did',
  { skip },
  () => {
    const { times, values, whole } = run(
      `
    const { KernelClock, requestTimestamps } = require('./test/bench/gpuTimestamps');
    async function clocked() {
      await requestTimestamps();
      await useEngine({ name: 'webgpu', quiet: true });
      tf.env().set('WEBGPU_CPU_FORWARD', false);
      const clock = new KernelClock();
      const x = tf.tensor1d([-1, 2]);
      let values;
      const begun = performance.now();
      const times = await clock.time(async () => {
        values = [...(await tf.relu(tf.add(tf.add(x, x), x)).data())];
      });
      return { times, values, whole: performance.now() - begun };
    }
    clocked().then(print);`,
      { ...gpu, GESTALT_WEBGPU_SOFTWARE: '1' },
    ) as {
      times: { kernel: string; dispatches: number; milliseconds: number }[];
      values: number[];
      whole: number;
    };
    assert.deepEqual(values, [0, 6]);
    const dispatches = Object.fromEntries(times.map((time) => [time.kernel, time.dispatches]));
    assert.deepEqual(dispatches, { BinaryOpProgram: 2, UnaryOpProgram: 1 });
    for (const { milliseconds } of times) assert.ok(milliseconds >= 0 && milliseconds <= whole);
  },
);
