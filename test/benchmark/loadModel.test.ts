import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { loadModel } from '../../lib/benchmark/loadModel';
import { hashModel, saveModel } from '../../lib/benchmark/saveModel';
import { CLASS_NAMES } from '../../lib/data/relief16/classes';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import { exportWeights, readSafetensors, writeSafetensors } from '../../lib/models/weights';
import { sgd } from '../../lib/objectives/sgd';
import { saveCheckpoint } from '../../lib/train/checkpoint';
import { newProgress } from '../../lib/train/progress';

const SPEC = { architecture: 'resnet18', variant: 'paper', width: 2, inputSize: 16, classes: 16 };
let root: string;
const at = (name: string): string => path.join(root, name);

before(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-network-'));
  await useEngine({ name: 'wasm', quiet: true });
});

after(() => fs.rmSync(root, { recursive: true, force: true }));

test('a saved network comes back with its classes and its weights, and leaves no tensors', async () => {
  const model = buildModel(SPEC, 3);
  await saveModel(at('network.safetensors'), model, CLASS_NAMES);
  const hash = await hashModel(model);
  model.dispose();
  const tensors = tf.memory().numTensors;
  const loaded = loadModel(at('network.safetensors'));
  assert.deepEqual(loaded.classes, [...CLASS_NAMES]);
  assert.equal(await hashModel(loaded.model), hash);
  loaded.model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('a checkpoint of a training run gives its network; it knows no names of classes', async () => {
  const model = buildModel(SPEC, 4);
  const optimizer = sgd().start(model.parameters());
  const config = { model: model.spec, batchSize: 8 };
  await saveCheckpoint(at('checkpoint.safetensors'), { model, optimizer }, config, newProgress());
  const loaded = loadModel(at('checkpoint.safetensors'));
  assert.equal(loaded.classes, null);
  assert.equal(await hashModel(loaded.model), await hashModel(model));
  optimizer.dispose();
  model.dispose();
  loaded.model.dispose();
});

test('bare weights need a spec', async () => {
  const model = buildModel(SPEC, 5);
  const file = at('bare.safetensors');
  writeSafetensors(file, await exportWeights(model));
  assert.throws(() => loadModel(file), /does not say of which network\. Give it: .*spec/);
  const loaded = loadModel(file, { spec: SPEC });
  assert.equal(await hashModel(loaded.model), await hashModel(model));
  loaded.model.dispose();
  const own = at('own.safetensors');
  await saveModel(own, model, CLASS_NAMES);
  assert.throws(() => loadModel(own, { spec: SPEC }), /own\.safetensors says itself which network it holds/);
  const tensors = tf.memory().numTensors;
  assert.throws(
    () => loadModel(file, { spec: { ...SPEC, classes: 10 } }),
    /bare\.safetensors.*of another shape.*fc\./s,
  );
  assert.equal(tf.memory().numTensors, tensors, 'a network that does not fit is not left behind');
  model.dispose();
});

test('files that are missing, damaged or incomplete are named', async () => {
  const model = buildModel(SPEC, 6);
  const whole = at('whole.safetensors');
  await saveModel(whole, model, CLASS_NAMES);
  assert.throws(() => loadModel(at('nothing.safetensors')), /nothing\.safetensors/);
  fs.writeFileSync(at('cut.safetensors'), fs.readFileSync(whole).subarray(0, 5000));
  assert.throws(
    () => loadModel(at('cut.safetensors')),
    /cut\.safetensors is not a complete safetensors file/,
  );
  const { tensors, metadata } = readSafetensors(whole);
  writeSafetensors(at('spec.safetensors'), [...tensors.values()], { ...metadata, spec: '{' });
  assert.throws(() => loadModel(at('spec.safetensors')), /spec\.safetensors is damaged: its metadata "spec"/);
  const renamed = [...tensors.values()].map((tensor) => ({ ...tensor, name: `model.x${tensor.name}` }));
  const config = JSON.stringify({ model: model.spec });
  writeSafetensors(at('other.safetensors'), renamed, { format: 'gestalt-checkpoint-1', config });
  assert.throws(
    () => loadModel(at('other.safetensors')),
    /other\.safetensors: it lacks the weight "conv1\.weight"/,
  );
  model.dispose();
});
