import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { CATEGORIES } from '../../lib/benchmark/categories';
import { findDataset } from '../../lib/benchmark/datasets';
import { evaluate } from '../../lib/benchmark/evaluate';
import { evaluationFile, trialsFile } from '../../lib/benchmark/evaluationReport';
import type { Stimulus, StimulusSet } from '../../lib/benchmark/stimuli';
import { readTrialFolder } from '../../lib/benchmark/trialFiles';
import { useEngine } from '../../lib/engine/engine';
import { sha256 } from '../../lib/files';
import { buildModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { Random } from '../../lib/random';
import { readRecord } from '../../lib/results/record';

const SIZE = 16;
let root: string;

before(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-evaluate-'));
  await useEngine({ name: 'wasm', quiet: true });
});

after(() => fs.rmSync(root, { recursive: true, force: true }));

function network(classes: number, seed = 0): ImageModel {
  const spec = { architecture: 'resnet18', variant: 'paper', width: 2, inputSize: SIZE, classes };
  return buildModel(spec, seed);
}

/** Noise, two images of each category; `shown` counts how often images were asked for. */
function noiseSet(name: string, seed = 0): StimulusSet & { shown: number } {
  const dataset = findDataset(name);
  const stimuli = [...CATEGORIES, ...CATEGORIES].map((category, index): Stimulus => {
    const number = Math.floor(index / CATEGORIES.length) + 1;
    const texture = name === 'cue-conflict' ? CATEGORIES[(index + 3) % CATEGORIES.length] : null;
    const image = `${category}${number}${texture === null ? '' : `-${texture}${number}`}.png`;
    return { trial: index + 1, category, texture, condition: '0', image, imageName: image };
  });
  const labelsOf = (names: readonly string[]): Int32Array =>
    Int32Array.from(names, (category) => (CATEGORIES as readonly string[]).indexOf(category));
  const set = {
    dataset,
    name: `noise/${name}`,
    classes: CATEGORIES,
    count: stimuli.length,
    labels: labelsOf(stimuli.map(({ category }) => category)),
    textureLabels:
      name === 'cue-conflict' ? labelsOf(stimuli.map(({ texture }) => texture as string)) : undefined,
    stimuli,
    hash: sha256(`${name} ${seed}`),
    shown: 0,
    async image(index: number) {
      set.shown++;
      const random = new Random(seed * 1000 + index);
      const data = Uint8Array.from({ length: SIZE * SIZE * 3 }, () => random.integer(256));
      return { width: SIZE, height: SIZE, channels: 3 as const, data };
    },
  };
  return set;
}

test('writes one CSV a set in the toolbox’s form, and a record that counts what they hold', async () => {
  const model = network(16);
  const sets = [noiseSet('edge'), noiseSet('cue-conflict')];
  const folder = path.join(root, 'whole');
  const tensors = tf.memory().numTensors;
  const progress: string[] = [];
  const { record, trials } = await evaluate(model, sets, {
    subject: 'my_network',
    folder,
    batchSize: 12,
    onProgress: ({ dataset, done, total }) => progress.push(`${dataset} ${done}/${total}`),
  });
  assert.equal(tf.memory().numTensors, tensors, 'tensors left behind');
  const file = trialsFile(folder, 'edge', 'my_network');
  const [header, first] = fs.readFileSync(file, 'utf8').split('\n');
  assert.equal(header, 'subj,session,trial,rt,object_response,category,condition,imagename');
  assert.match(first, /^my_network,1,1,NaN,[a-z]+,airplane,0,airplane1\.png$/);
  assert.deepEqual(progress, [
    'edge 12/64',
    'edge 24/64',
    'edge 32/64',
    'cue-conflict 44/64',
    'cue-conflict 56/64',
    'cue-conflict 64/64',
  ]);

  const stored = readTrialFolder(folder);
  const answers = (from: typeof stored): unknown =>
    Object.fromEntries(
      Object.entries(from).map(([set, rows]) => [set, rows.map(({ image, response }) => [image, response])]),
    );
  assert.deepEqual(answers(stored), answers(trials), 'files and memory hold the same');
  assert.equal(trials.edge[0].ranking?.length, 16);

  const correct = trials.edge.filter(({ response, category }) => response === category).length;
  assert.deepEqual(record.metrics.edge.counts, { correct, images: 32 });
  assert.deepEqual(Object.keys(record.metrics), ['edge', 'cue-conflict', 'cue-conflict-shape-bias']);
  assert.deepEqual(readRecord(evaluationFile(folder, 'my_network')), record);
  assert.deepEqual(
    record.artifacts.map((artifact) => artifact.sha256),
    ['edge', 'cue-conflict'].map((set) => sha256(fs.readFileSync(trialsFile(folder, set, 'my_network')))),
  );
  model.dispose();
});

test('goes on after what is done, and computes again what changed', async () => {
  const model = network(16);
  const folder = path.join(root, 'resumed');
  const run = async (sets: StimulusSet[], of = model) =>
    (await evaluate(of, sets, { subject: 'network', folder })).reused;
  const [edge, sketch] = [noiseSet('edge'), noiseSet('sketch')];
  assert.deepEqual(await run([edge]), []);
  assert.deepEqual(await run([edge, sketch]), ['edge']);
  assert.equal(edge.shown, 32, 'a finished set is not looked at again');
  const both = readRecord(evaluationFile(folder, 'network'));
  assert.deepEqual(Object.keys(both.metrics), ['edge', 'sketch']);

  assert.deepEqual(await run([noiseSet('edge', 1), sketch]), ['sketch'], 'other images');
  fs.appendFileSync(trialsFile(folder, 'sketch', 'network'), 'x\n');
  assert.deepEqual(await run([noiseSet('edge', 1), sketch]), ['edge'], 'a file that someone changed');
  const other = network(16, 1);
  assert.deepEqual(await run([sketch], other), [], 'other weights');
  assert.deepEqual(Object.keys(readRecord(evaluationFile(folder, 'network')).metrics), ['sketch']);
  fs.writeFileSync(evaluationFile(folder, 'network'), '{"schema":');
  assert.deepEqual(await run([sketch], other), [], 'a record that cannot be read');
  const fresh = await evaluate(other, [sketch], { subject: 'network', folder, fresh: true });
  assert.deepEqual(fresh.reused, [], 'asked to');
  model.dispose();
  other.dispose();
});

test('an aborted evaluation keeps the sets that are done, and no part of another', async () => {
  const model = network(16);
  const folder = path.join(root, 'aborted');
  const sets = [noiseSet('edge'), noiseSet('sketch')];
  const stop = new AbortController();
  const options = { subject: 'network', folder, batchSize: 8 };
  const running = evaluate(model, sets, {
    ...options,
    signal: stop.signal,
    onProgress: ({ dataset }) => {
      if (dataset === 'sketch') stop.abort(new Error('enough'));
    },
  });
  await assert.rejects(running, /enough/);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['edge', 'network.json']);
  assert.deepEqual(Object.keys(readRecord(evaluationFile(folder, 'network')).metrics), ['edge']);
  const { reused, record } = await evaluate(model, sets, options);
  assert.deepEqual(reused, ['edge']);
  const whole = await evaluate(model, sets, { subject: 'network' });
  assert.deepEqual(record.metrics, whole.record.metrics, 'as if it had never been stopped');
  model.dispose();
});

test('a network of some classes sees their images only, and the record says so', async () => {
  const model = network(3);
  const classes = ['truck', 'cat', 'dog'];
  const { trials, record } = await evaluate(model, [noiseSet('edge')], { subject: 'three', classes });
  assert.deepEqual([...new Set(trials.edge.map(({ category }) => category))].sort(), ['cat', 'dog', 'truck']);
  assert.ok(trials.edge.every(({ response }) => classes.includes(response)));
  assert.deepEqual(record.config.classes, classes);
  assert.deepEqual(record.config.sets, {
    edge: { hash: noiseSet('edge').hash, images: 6, leftOut: 26 },
  });
  model.dispose();
});

test('outputs follow the order of the classes given; ties go to the alphabetically later', async () => {
  const model = network(3);
  for (const { variable } of model.parameters()) {
    if (variable.shape.at(-1) === 3 || variable.rank === 1) variable.assign(tf.zerosLike(variable));
  }
  const asked = { subject: 'tied', classes: ['truck', 'cat', 'dog'] };
  const { trials } = await evaluate(model, [noiseSet('edge')], asked);
  assert.deepEqual(trials.edge[0].ranking, ['truck', 'dog', 'cat']);
  model.dispose();
});

test('a network with the thousand classes of ImageNet answers with the 16 categories', async () => {
  const model = network(1000);
  const { trials, record } = await evaluate(model, [noiseSet('edge')], { subject: 'imagenet' });
  assert.equal(trials.edge.length, 32);
  assert.equal(record.config.classes, null);
  model.dispose();
});

test('logits that are not finite are an error that names set and image; nothing is written', async () => {
  const model = network(16);
  const [{ variable }] = model.parameters().slice(-1);
  variable.assign(tf.fill(variable.shape, Number.NaN));
  const folder = path.join(root, 'diverged');
  await assert.rejects(
    evaluate(model, [noiseSet('sketch')], { subject: 'network', folder }),
    /answer to airplane1\.png of sketch is not a number: a logit is NaN.*earlier checkpoint/,
  );
  assert.ok(!fs.existsSync(folder));
  model.dispose();
});

test('errors of images, names and classes', async () => {
  const model = network(16);
  const three = network(3);
  const edge = noiseSet('edge');
  const options = { subject: 'network' };
  const damaged = { ...edge, image: () => Promise.reject(new Error('Cannot read the image cat7.png')) };
  await assert.rejects(evaluate(model, [damaged], options), /cat7\.png/);
  await assert.rejects(evaluate(model, [edge, edge], options), /"edge" is given twice/);
  await assert.rejects(
    evaluate(model, [edge], { subject: 'subject-01' }),
    /cannot name a network.*are humans'/,
  );
  for (const subject of ['humans', '', ' net'])
    await assert.rejects(evaluate(model, [edge], { subject }), /cannot name a network/, subject);
  await assert.rejects(
    evaluate(three, [edge], options),
    /3 outputs: neither the 16 categories nor.*classes: \[/,
  );
  const classes = ['cat', 'dog'];
  await assert.rejects(evaluate(three, [edge], { ...options, classes }), /3 outputs, but 2 classes/);
  const wrong = ['cat', 'dog', 'elephnat'];
  await assert.rejects(evaluate(three, [edge], { ...options, classes: wrong }), /Did you mean "elephant"/);
  const twice = ['cat', 'dog', 'cat'];
  await assert.rejects(evaluate(three, [edge], { ...options, classes: twice }), /"cat" is given twice/);
  model.dispose();
  three.dispose();
});
