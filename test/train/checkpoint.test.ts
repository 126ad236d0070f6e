import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
// The module itself, so that a full disk can be simulated in it.
import fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { useEngine } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../lib/models/safetensors';
import { constant } from '../../lib/objectives/schedule';
import { Random } from '../../lib/random';
import type { StepEvent } from '../../lib/train/callbacks';
import type { TrainOptions } from '../../lib/train/options';
import { train } from '../../lib/train/train';
import { temporaryFolder, tinyRun, weightsOf } from './setup';
import type { TinySpec } from './tinyModel';

let folder: string;
let complete: Buffer;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = temporaryFolder();
  const file = path.join(folder, 'complete.safetensors');
  const options = tinyRun({ checkpoint: { file } });
  await train(options);
  options.model.dispose();
  complete = fs.readFileSync(file);
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs the child, which kills itself at a step. The digest of its result, if it did not. */
function runChild(file: string, killAt?: number): string | undefined {
  const { stdout, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', fromRoot('test/train/killedRun.child.ts'), file, String(killAt ?? '')],
    { cwd: fromRoot(), stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  assert.equal(signal, killAt === undefined ? null : 'SIGKILL');
  return /^digest (.*)$/m.exec(stdout)?.[1];
}

test('a run killed at random steps and resumed ends as one that was never killed, to the last bit', () => {
  const expected = runChild(path.join(folder, 'never-killed.safetensors'));
  assert.ok(expected);
  const file = path.join(folder, 'killed.safetensors');
  const random = new Random(20);
  assert.equal(runChild(file, 3 + random.integer(5)), undefined);
  assert.equal(runChild(file, 10 + random.integer(5)), undefined);
  assert.equal(runChild(file), expected);
});

async function refused(
  content: Buffer,
  message: RegExp,
  changes: Partial<TrainOptions> = {},
  spec: Partial<TinySpec> = {},
): Promise<void> {
  const file = path.join(folder, 'bad.safetensors');
  fs.writeFileSync(file, content);
  const options = tinyRun({ checkpoint: { file }, ...changes }, spec);
  const initial = weightsOf(options.model);
  await assert.rejects(train(options), message);
  assert.deepEqual(weightsOf(options.model), initial, 'a refused checkpoint changes nothing');
  assert.deepEqual(fs.readFileSync(file), content, 'a refused checkpoint is kept');
  options.model.dispose();
}

test('a checkpoint of another run is refused, naming what differs', async () => {
  await refused(complete, /Cannot resume from .*another run: seed was 2000, now 1\. Delete.*resume: false/, {
    seed: 1,
  });
  await refused(complete, /another run: learningRates was \[.*\], now \[1,1,1\]/, { schedule: constant(1) });
  await refused(complete, /another run: model was .*"classes":3.*now .*"classes":4/, {}, { classes: 4 });
});

test('a truncated or foreign file is refused', async () => {
  await refused(complete.subarray(0, complete.length - 100), /Cannot resume from .*truncated/);
  await refused(complete.subarray(0, 5), /Cannot resume from/);
  const weights = path.join(folder, 'weights.safetensors');
  writeSafetensors(weights, [{ name: 'a', shape: [1], data: new Float32Array(1) }]);
  await refused(fs.readFileSync(weights), /Cannot resume from .*not a checkpoint of this version/);
});

test('a checkpoint whose weights have another name or shape is refused, naming them', async () => {
  const { tensors, metadata } = readSafetensors(path.join(folder, 'complete.safetensors'));
  const altered = (change: (tensor: StoredTensor) => Partial<StoredTensor>): Buffer => {
    const file = path.join(folder, 'altered.safetensors');
    const list = [...tensors.values()].map((tensor) => ({ ...tensor, ...change(tensor) }));
    writeSafetensors(file, list, metadata);
    return fs.readFileSync(file);
  };
  const renamed = altered(({ name }) => ({ name: name.replace('model.out.bias', 'model.out.bais') }));
  await refused(renamed, /Cannot resume from .*bad\.safetensors: it lacks the weight "out\.bias".*Delete/);
  const reshaped = altered(({ name, shape }) => (name === 'model.out.bias' ? { shape: [1, ...shape] } : {}));
  await refused(reshaped, /weight "out\.bias" has the shape \[1,3\], but the model's is \[3\]/);
  const momentum = altered(({ name, shape }) =>
    name.startsWith('optimizer.') && name.includes('out.bias') ? { shape: [1, ...shape] } : {},
  );
  await refused(momentum, /Cannot resume from .*out\.bias.*shape/);
});

test('`resume: false` starts afresh and replaces the file', async () => {
  const file = path.join(folder, 'fresh.safetensors');
  fs.writeFileSync(file, 'damaged');
  const options = tinyRun({ checkpoint: { file, resume: false } });
  await train(options);
  assert.deepEqual(fs.readFileSync(file), complete);
  options.model.dispose();
});

test('a full disk stops the run with the previous checkpoint intact', async (context) => {
  const file = path.join(folder, 'full.safetensors');
  const fill = ({ step }: StepEvent): void => {
    if (step !== 9) return;
    context.mock.method(fs, 'writeFileSync', () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    });
  };
  const options = tinyRun({ checkpoint: { file, everySteps: 5 }, callbacks: [{ onStep: fill }] });
  await assert.rejects(train(options), /stopped after step 10: Cannot write .*the disk is full/);
  context.mock.restoreAll();
  options.model.dispose();
  const steps: number[] = [];
  const resumed = tinyRun({
    checkpoint: { file },
    callbacks: [{ onStep: ({ step }) => void steps.push(step) }],
  });
  await train(resumed);
  assert.equal(steps[0], 7, 'goes on from the checkpoint of the first epoch');
  assert.deepEqual(fs.readFileSync(file), complete);
  resumed.model.dispose();
});

test('a checkpoint that cannot be written says where', async () => {
  const blocked = path.join(folder, 'complete.safetensors', 'checkpoint.safetensors');
  const options = tinyRun({ checkpoint: { file: blocked } });
  await assert.rejects(train(options), /complete\.safetensors.checkpoint\.safetensors/);
  options.model.dispose();
});

test('weights that are not finite never replace a checkpoint', async () => {
  const file = path.join(folder, 'not-finite.safetensors');
  const options = tinyRun({
    checkpoint: { file },
    scheduleBy: 'step',
    // The last step of the second epoch ruins the weights, and no later loss tells.
    schedule: (step) => (step === 11 ? Number.POSITIVE_INFINITY : 0.05),
  });
  await assert.rejects(train(options), /"model\..*" holds values that are not finite/);
  assert.match(fs.readFileSync(file).toString('latin1'), /step\\*":6/);
  options.model.dispose();
});
