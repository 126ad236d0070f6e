import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { loadModel } from '../../lib/benchmark/loadModel';
import { saveModel } from '../../lib/benchmark/saveModel';
import { CLASS_NAMES } from '../../lib/data/relief16/classes';
import { runCell } from '../../lib/experiments/runCell';
import { topKInference } from '../../lib/experiments/topkInference';
import { type ConditionAnswers, metricsUnder } from '../../lib/experiments/topkInferenceAnswers';
import { buildAlexNet } from '../../lib/models/alexnet';
import { readArtifact } from '../../lib/results/artifact';
import type { JsonObject, RunRecord } from '../../lib/results/record';
import { writeNoise } from '../data/depthFolders';

const OVERRIDES: JsonObject = {
  data: { trainPerClass: 4, testPerClass: 2 },
  models: { alexnet: { width: 2, hidden: 8 }, vgg16: { width: 1, hidden: 8 } },
  seeds: [1],
  fractions: [0.5, 0.05],
  training: { epochs: 2, batchSize: 16 },
  conflictPerClass: 1,
};
const CONDITIONS = ['all', 'top50', 'rest50', 'top5', 'rest5'];

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-topk-inference-'));
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

interface Run {
  profile?: string;
  overrides?: JsonObject;
  data?: string;
}

function run(
  id: string,
  folder: string,
  { profile = 'tiny', overrides = OVERRIDES, data }: Run = {},
): Promise<RunRecord> {
  return runCell(id, {
    experiment: topKInference,
    profile,
    overrides,
    inputs: { data },
    folder: path.join(root, folder),
    checkpointRoot: path.join(root, folder, 'checkpoints'),
    signal: new AbortController().signal,
    report: () => undefined,
  });
}

/** A category in each folder, the texture in the name. */
async function writeConflicts(folder: string): Promise<void> {
  for (const [shape, texture] of [
    ['cat', 'dog'],
    ['boat', 'knife'],
  ])
    await writeNoise(path.join(folder, 'cue-conflict', shape, `${shape}1-${texture}2.png`), 3, 64, 64);
}

test('the grid: two networks by five seeds, Top-K where the authors put it', () => {
  const { config } = topKInference.profiles.tiny;
  const cells = topKInference.cells(config);
  assert.equal(cells.length, 10);
  assert.deepEqual(
    cells.slice(0, 2).map(({ id }) => id),
    ['alexnet--seed1', 'vgg16--seed1'],
  );
  const [alexnet, vgg] = cells.map((cell) => topKInference.cellConfig(config, cell));
  assert.equal(alexnet.model.architecture, 'alexnet');
  assert.equal(alexnet.after.length, 5);
  assert.ok(vgg.after.includes('features.30') && vgg.keep);
});

test('a trained network is judged with all activations, the strongest, and the others', async () => {
  const before = tf.memory().numTensors;
  const record = await run('alexnet--seed1', 'trained');
  assert.equal(tf.memory().numTensors, before, 'no tensor is left');
  for (const condition of CONDITIONS) {
    for (const name of ['accuracy', 'shapeBias', 'original'])
      assert.ok(`${name}.${condition}` in record.metrics, `${name}.${condition}`);
  }
  const answers = JSON.parse(
    String(readArtifact(record, 'answers.json', path.join(root, 'trained'))),
  ) as Record<string, ConditionAnswers>;
  assert.deepEqual(Object.keys(answers), ['cue-conflict'], 'no stimuli were given');
  assert.equal(answers['cue-conflict'].labels.length, 16);
  const again = metricsUnder(answers['cue-conflict']);
  for (const [name, metric] of Object.entries(again)) assert.deepEqual(record.metrics[name], metric);
  const { file } = record.artifacts.find((artifact) => artifact.file.endsWith('network.safetensors'))!;
  const { model, classes } = loadModel(path.join(root, 'trained', 'tiny', 'topk-inference', file));
  assert.deepEqual([classes, model.spec.hidden], [[...CLASS_NAMES], 8]);
  model.dispose();
});

test('with a folder of stimuli the same network answers these too', async () => {
  const data = path.join(root, 'stimuli');
  await writeConflicts(data);
  const record = await run('vgg16--seed1', 'with-stimuli', { data });
  assert.equal(record.metrics['stimuli.shapeBias.top5'].counts.conflictImages, 2);
  assert.match(record.dataName, /Geirhos/);
});

test('pretrained weights are judged without training; what is missing is named', async () => {
  const data = path.join(root, 'pretrained');
  const overrides: JsonObject = {
    models: { alexnet: { width: 1, hidden: 8 } },
    fractions: [0.05],
  };
  const pretrained = (): Promise<RunRecord> =>
    run('alexnet--seed0', 'judged', { profile: 'paper', overrides, data });
  const nowhere = { profile: 'paper', overrides };
  await assert.rejects(run('alexnet--seed0', 'judged', nowhere), /no folder is given.*--data/);
  await writeConflicts(data);
  await assert.rejects(pretrained(), /lacks weights\/alexnet\.safetensors/);
  const model = buildAlexNet({ architecture: 'alexnet', classes: 1000, width: 1, hidden: 8 }, 1);
  await saveModel(path.join(data, 'weights', 'alexnet.safetensors'), model, []);
  model.dispose();
  const record = await pretrained();
  assert.equal(record.metrics['shapeBias.rest5'].counts.images, 2);
  assert.deepEqual([record.curves, record.seeds], [{}, {}]);
});
