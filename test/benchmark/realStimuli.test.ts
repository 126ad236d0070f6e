// The stimuli of Geirhos et al. (2019) through the loader and through the network that ships with the repository.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { loadModel } from '../../lib/benchmark/loadModel';
import { openStimuli } from '../../lib/benchmark/stimuli';
import { readTrialFolder } from '../../lib/benchmark/trialFiles';
import { useEngine } from '../../lib/engine/engine';
import { SHIPPED_NETWORK } from '../../lib/experiments/stimuliTransfer';
import { evaluateStimuli, hashStimuliTransferData } from '../../lib/experiments/stimuliTransferCell';
import { fromRoot, sha256 } from '../../lib/files';
import { wilsonInterval } from '../../lib/results/proportion';
import { readRecord, readRecords } from '../../lib/results/record';

const SHARED = fromRoot('..', 'shared', 'data');
const STIMULI = path.join(SHARED, 'stimuli');
const skip = fs.existsSync(STIMULI) ? false : 'the stimuli are not on this machine (../shared/data/stimuli)';
const SETS = ['edge', 'silhouette', 'cue-conflict'];
const CHANCE = 1 / 16;

test('all stimuli are found, balanced, and are the images that humans answered', { skip }, () => {
  const sets = openStimuli(STIMULI);
  assert.deepEqual(
    sets.map(({ dataset, count }) => [dataset.name, count]),
    [
      ['edge', 160],
      ['silhouette', 160],
      ['cue-conflict', 1280],
    ],
  );
  const humans = readTrialFolder(path.join(SHARED, 'human-data'));
  for (const { dataset, stimuli, labels, count } of sets) {
    const byClass = Array.from(
      { length: 16 },
      (_, label) => labels.filter((other) => other === label).length,
    );
    assert.deepEqual(new Set(byClass), new Set([count / 16]), `${dataset.name} is balanced`);
    const shown = new Map(humans[dataset.name].map(({ image, category }) => [image, category]));
    assert.deepEqual(
      new Map([...stimuli].map(({ image, category }) => [image, category])),
      new Map([...shown].sort()),
      `${dataset.name}: images and categories`,
    );
  }
  const conflict = sets[2];
  const same = conflict.stimuli.filter(({ category, texture }) => category === texture);
  assert.equal(same.length, 80);
});

test('the network that ships answers the stimuli as its record says', { skip }, async () => {
  await useEngine({ name: 'wasm', quiet: true });
  const record = readRecord(path.join(path.dirname(fromRoot(SHIPPED_NETWORK)), 'seed0.json'));
  assert.equal(record.dataHash, hashStimuliTransferData({ data: STIMULI }), 'the record is of these stimuli');
  const { model } = loadModel(fromRoot(SHIPPED_NETWORK));
  const metrics = await evaluateStimuli(model, openStimuli(STIMULI));
  for (const [name, metric] of Object.entries(metrics)) {
    assert.deepEqual(record.metrics[name], metric, name);
  }
  assert.equal(Object.keys(metrics).length, SETS.length + 1);
  model.dispose();
});

test('the file of the network is the one that its record names', () => {
  const [artifact] = readRecord(fromRoot(SHIPPED_NETWORK.replace('.safetensors', '.json'))).artifacts;
  assert.equal(artifact.file, path.basename(SHIPPED_NETWORK));
  assert.equal(sha256(fs.readFileSync(fromRoot(SHIPPED_NETWORK))), artifact.sha256);
});

test('what came out: silhouettes a little above chance over the seeds, edges not, shape above texture in conflicts', () => {
  const records = readRecords({ experiment: 'stimuli-transfer', profile: 'tiny' });
  assert.equal(records.length, 3);
  const pooled = (name: string): { share: number; low: number } => {
    const sum = (count: string): number =>
      records.reduce((total, { metrics }) => total + metrics[name].counts[count], 0);
    const [correct, images] = [sum('correct'), sum('images')];
    const [low] = wilsonInterval(correct, images) as readonly [number, number];
    return { share: correct / images, low };
  };
  assert.ok(pooled('original').share > 0.8, 'the networks know the drawings');
  assert.ok(pooled('stimuliSilhouette').low > CHANCE);
  assert.ok(pooled('stimuliEdge').low < CHANCE);
  assert.ok(pooled('stimuliCueConflict').low > CHANCE);
  for (const { metrics } of records) {
    assert.ok((metrics.stimuliShapeBias.interval as readonly number[])[0] > 0.5, 'shape bias above one half');
  }
});
