// The best network of a run, beside the last one.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import type { ImageModel } from '../../lib/models/model';
import { readSafetensors } from '../../lib/models/safetensors';
import { exportWeights, writeSafetensors } from '../../lib/models/weights';
import { bestNetwork } from '../../lib/train/bestNetwork';
import type { Callback } from '../../lib/train/callbacks';
import { train } from '../../lib/train/train';
import { temporaryFolder, tinyRun } from './setup';

let folder: string;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = temporaryFolder();
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

async function save(file: string, model: ImageModel): Promise<void> {
  writeSafetensors(file, await exportWeights(model));
}

/** Measures these losses, one an epoch. */
function losses(...values: number[]): Callback {
  return { onEpoch: ({ row }) => ({ testLoss: values[row.epoch - 1] }) };
}

const options = { loss: ({ testLoss }: Record<string, number>): number => testLoss, save };

/** Weights after each epoch, as they would be saved. */
function everyEpoch(into: Buffer[]): Callback {
  return {
    async onEpoch({ model, row }) {
      const file = path.join(folder, `epoch-${row.epoch}.safetensors`);
      await save(file, model);
      into[row.epoch] = fs.readFileSync(file);
    },
  };
}

for (const { values, best } of [
  { values: [3, 1, 2], best: 2 },
  { values: [3, 2, 1], best: 3 },
  { values: [1, 1, 1], best: 1 },
]) {
  test(`of the losses ${values.join(', ')} epoch ${best} is kept, and no tensor more`, async () => {
    const file = path.join(folder, `best-of-${values.join('-')}.safetensors`);
    const epochs: Buffer[] = [];
    const run = tinyRun({
      callbacks: [losses(...values), everyEpoch(epochs), bestNetwork(file, options)],
    });
    const tensors = tf.memory().numTensors;
    await train(run);
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual(fs.readFileSync(file), epochs[best]);
    run.model.dispose();
  });
}

test('a resumed run compares with the epochs before it', async () => {
  for (const [values, best] of [
    [[1, 3, 2], 1],
    [[3, 1, 2], 2],
    [[3, 2, 1], 3],
  ] as const) {
    const name = values.join('-');
    const file = path.join(folder, `resumed-${name}.safetensors`);
    const checkpoint = { file: path.join(folder, `checkpoint-${name}.safetensors`) };
    const epochs: Buffer[] = [];
    const callbacks = [losses(...values), everyEpoch(epochs), bestNetwork(file, options)];
    for (const stopAt of [6, 13, Number.POSITIVE_INFINITY]) {
      const abort = new AbortController();
      const stopper: Callback = { onStep: ({ step }) => void (step === stopAt && abort.abort()) };
      const run = tinyRun({ checkpoint, signal: abort.signal, callbacks: [...callbacks, stopper] });
      await train(run);
      run.model.dispose();
    }
    assert.deepEqual(fs.readFileSync(file), epochs[best], name);
    assert.ok(readSafetensors(file).tensors.size > 0);
  }
});

test('a resumed run whose best network is gone says so, and its checkpoint stays', async () => {
  const file = path.join(folder, 'gone.safetensors');
  const checkpoint = { file: path.join(folder, 'gone-checkpoint.safetensors') };
  const callbacks = [losses(1, 2, 3), bestNetwork(file, options)];
  const run = tinyRun({ checkpoint, callbacks, epochs: 3 });
  const abort = new AbortController();
  const stopper: Callback = { onStep: ({ step }) => void (step === 7 && abort.abort()) };
  await train({ ...run, signal: abort.signal, callbacks: [...callbacks, stopper] });
  fs.rmSync(file);
  const kept = fs.readFileSync(checkpoint.file);
  await assert.rejects(train(run), /The best network so far is gone.*gone\.safetensors.*Start afresh/);
  assert.deepEqual(fs.readFileSync(checkpoint.file), kept);
  run.model.dispose();
});

test('a loss that was not measured or is not finite is an error that names the epoch', async () => {
  const file = path.join(folder, 'none.safetensors');
  const missing = tinyRun({ callbacks: [bestNetwork(file, options)] });
  await assert.rejects(train(missing), /a loss that is undefined after epoch 1; measured: nothing/);
  const infinite = tinyRun({ callbacks: [losses(1, Number.NaN, 1), bestNetwork(file, options)] });
  await assert.rejects(train(infinite), /a loss that is NaN after epoch 2; measured: testLoss/);
  for (const { model } of [missing, infinite]) model.dispose();
});
