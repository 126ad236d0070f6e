import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { testTransform, trainTransform } from '../../lib/data/augment';
import { useEngine } from '../../lib/engine/engine';
import type { ImageModel, Outputs } from '../../lib/models/model';
import { constant } from '../../lib/objectives/schedule';
import type { StepEvent, StopEvent } from '../../lib/train/callbacks';
import { accuracy, evaluation, predict, probabilities } from '../../lib/train/evaluate';
import { readLogits } from '../../lib/train/logits';
import { train } from '../../lib/train/train';
import { colours } from '../data/colours';
import { temporaryFolder, tinyRun, weightsOf } from './setup';

let folder: string;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = temporaryFolder();
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

test('a run learns, tells its callbacks, and gives one row an epoch', async () => {
  const steps: StepEvent[] = [];
  const stops: StopEvent[] = [];
  const testImages = colours(30, 8, 99);
  const callback = {
    onStep: (event: StepEvent) => void steps.push(event),
    onStop: (event: StopEvent) => void stops.push(event),
  };
  const transform = testTransform({ size: 8, resize: 'fit' });
  const options = tinyRun({ callbacks: [callback, evaluation('test', testImages, transform)] });
  const result = await train(options);
  assert.equal(result.stopped, 'finished');
  assert.equal(result.steps, 18);
  assert.deepEqual(
    steps.map(({ step }) => step),
    Array.from({ length: 18 }, (_, i) => i + 1),
  );
  assert.deepEqual(stops, [{ stopped: 'finished', step: 18 }]);
  assert.equal(result.curve.length, 3);
  const last = result.curve[2];
  assert.ok(last.loss < result.curve[0].loss);
  assert.ok(last.metrics.testAccuracy > 0.8, `test accuracy ${last.metrics.testAccuracy}`);
  assert.equal(last.loss, last.terms.crossEntropy);
  assert.ok(Math.abs(last.learningRate - 0.05 * 0.25) < 1e-9);
  const predictions = await predict(options.model, testImages, transform, { batchSize: 7 });
  assert.equal(accuracy(predictions), last.metrics.testAccuracy);
  const row = probabilities(predictions).subarray(0, 3);
  assert.ok(Math.abs(row[0] + row[1] + row[2] - 1) < 1e-6);
  options.model.dispose();
});

test('the same seed gives the same numbers, another seed others', async () => {
  const run = async (seed: number): Promise<[unknown, unknown]> => {
    const options = tinyRun({ seed });
    const { curve } = await train(options);
    const weights = weightsOf(options.model);
    options.model.dispose();
    return [curve, weights];
  };
  const first = await run(2000);
  assert.deepEqual(await run(2000), first);
  assert.notDeepEqual((await run(2001))[0], first[0]);
});

test('a run leaves no tensors, whatever ends it', async () => {
  const options = tinyRun();
  const before = tf.memory().numTensors;
  await train(options);
  assert.equal(tf.memory().numTensors, before);
  await assert.rejects(train({ ...options, schedule: constant(1e30) }));
  assert.equal(tf.memory().numTensors, before);
  options.model.dispose();
});

test('an interrupt stops after the current step, and the resumed run ends as one that was never stopped', async () => {
  const whole = tinyRun();
  const uninterrupted = await train(whole);
  for (const stopAt of [4, 6, 13]) {
    const checkpoint = { file: path.join(folder, `interrupt-${stopAt}.safetensors`) };
    const abort = new AbortController();
    const stopper = { onStep: ({ step }: StepEvent) => void (step === stopAt && abort.abort()) };
    const first = tinyRun({ checkpoint, signal: abort.signal, callbacks: [stopper] });
    const interrupted = await train(first);
    assert.deepEqual([interrupted.stopped, interrupted.steps], ['interrupted', stopAt]);
    const second = tinyRun({ checkpoint });
    const resumed = await train(second);
    assert.deepEqual(resumed.curve, uninterrupted.curve);
    assert.deepEqual(weightsOf(second.model), weightsOf(whole.model));
    const third = tinyRun({ checkpoint });
    assert.deepEqual((await train(third)).curve, uninterrupted.curve, 'a finished run is not run again');
    for (const { model } of [first, second, third]) model.dispose();
  }
  whole.model.dispose();
});

test('a run without a checkpoint can be interrupted too', async () => {
  const options = tinyRun({ signal: AbortSignal.abort() });
  const result = await train(options);
  assert.deepEqual([result.stopped, result.steps, result.curve], ['interrupted', 0, []]);
  options.model.dispose();
});

test('timers run between steps: outputs are live', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 0);
  const options = tinyRun();
  await train(options);
  clearInterval(timer);
  options.model.dispose();
  assert.ok(ticks > 3, `${ticks} ticks`);
});

test('a loss that is not finite stops the run before the weights change', async () => {
  const checkpoint = { file: path.join(folder, 'nan.safetensors'), everySteps: 1 };
  const stops: StopEvent[] = [];
  const options = tinyRun({
    checkpoint,
    scheduleBy: 'step',
    schedule: (step) => (step < 4 ? 0.05 : 1e25),
    callbacks: [{ onStop: (event) => void stops.push(event) }],
  });
  await assert.rejects(
    train(options),
    /stopped after step 5: the loss term "crossEntropy" became (NaN|Infinity)\. A lower learning rate.*nan\.safetensors/s,
  );
  assert.equal(stops[0].stopped, 'failed');
  assert.ok(weightsOf(options.model)['out.weight'].every(Number.isFinite));
  assert.ok(fs.existsSync(checkpoint.file));
  options.model.dispose();
});

test('gathered tensors stop the run, with their counts', async () => {
  const kept: tf.Tensor[] = [];
  const options = tinyRun({ callbacks: [{ onStep: () => void kept.push(tf.scalar(1)) }] });
  await assert.rejects(
    train(options),
    /tensors leak: \d+ were alive before and \d+ are after epoch 1 \(6 steps\)/,
  );
  tf.dispose(kept);
  options.model.dispose();
});

test('options that do not fit are refused before anything runs', async () => {
  const refused = async (changes: Parameters<typeof tinyRun>[0], message: RegExp): Promise<void> => {
    const options = tinyRun(changes);
    await assert.rejects(train(options), message);
    options.model.dispose();
  };
  await refused({ epochs: 0 }, /epochs is a whole number from 1, not 0/);
  await refused({ batchSize: 2.5 }, /batchSize is a whole number/);
  await refused({ source: colours(1) }, /has 1 images; training needs at least 2/);
  await refused({ transform: trainTransform({ size: 9 }) }, /takes 8 x 8 images, but the transform makes 9/);
  await refused({ source: { ...colours(9), classes: ['a', 'b', 'c', 'd'] } }, /3 outputs, but colours has 4/);
});

test('an unreadable image stops the run with its name', async () => {
  const source = colours(20);
  const broken = { ...source, image: () => Promise.reject(new Error('Cannot read the image a.png')) };
  const options = tinyRun({ source: broken });
  await assert.rejects(train(options), /stopped before its first step: Cannot read the image a\.png/);
  options.model.dispose();
});

test('prediction refuses a network whose answer is not a number, naming the image', async () => {
  const { model } = tinyRun();
  const transform = testTransform({ size: 8, resize: 'fit' });
  const [{ variable }] = model.parameters().slice(-1);
  variable.assign(tf.fill(variable.shape, Number.NaN));
  const before = tf.memory().numTensors;
  const answers = predict(model, colours(10), transform, { batchSize: 4 });
  await assert.rejects(
    answers,
    /answer to image 0 of colours is not a number: a logit is NaN.*earlier checkpoint/,
  );
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
});

test('logits are read row by row; one that is not finite is named by its image, a missing output by those there are', async () => {
  const { model } = tinyRun();
  const answering = (outputs: Outputs): ImageModel => ({ ...model, forward: () => outputs });
  const read = (name: string, ...values: number[]): Promise<Float32Array> => {
    const network = answering({ [name]: tf.tensor2d(values, [2, 2]) });
    return readLogits(network, new Float32Array(2 * 8 * 8 * 3), [2, 8, 8, 3], (image) => `picture ${image}`);
  };
  assert.deepEqual([...(await read('logits', 1, 2, 3, 4))], [1, 2, 3, 4]);
  await assert.rejects(
    read('logits', 1, 2, Number.POSITIVE_INFINITY, 4),
    /answer to picture 1 .* a logit is Infinity/,
  );
  await assert.rejects(read('features', 1, 2, 3, 4), /has no output "logits", only features/);
  model.dispose();
});

test('prediction leaves no tensors and can be aborted', async () => {
  const { model } = tinyRun();
  const before = tf.memory().numTensors;
  const transform = testTransform({ size: 8, resize: 'fit' });
  await predict(model, colours(10), transform, { batchSize: 4 });
  await assert.rejects(predict(model, colours(10), transform, { signal: AbortSignal.abort() }), /abort/);
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
});
