// A run that learns two things at once: its weights are logged, its steps survive interruption, its maps are measured.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { testTransform, trainTransform } from '../../lib/data/augment';
import type { ImageSource } from '../../lib/data/imageSource';
import { useEngine } from '../../lib/engine/engine';
import { buildAutoEncoder } from '../../lib/models/locnet';
import type { ImageModel } from '../../lib/models/model';
import { jointLoss } from '../../lib/objectives/jointLoss';
import { constant } from '../../lib/objectives/schedule';
import { sgd } from '../../lib/objectives/sgd';
import type { CurveRow } from '../../lib/train/callbacks';
import { meanMap, predictMaps, squaredErrors, trueMaps } from '../../lib/train/maps';
import type { TrainOptions } from '../../lib/train/options';
import { stepLog } from '../../lib/train/stepLog';
import { train } from '../../lib/train/train';
import { validation } from '../../lib/train/validation';
import { colours } from '../data/colours';
import { temporaryFolder, weightsOf } from './setup';

const STEPS = 4;
const EPOCHS = 3;
let folder: string;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = temporaryFolder();
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Coloured squares whose depth is their red. */
function source(): ImageSource {
  const images = colours(16, 32);
  return {
    ...images,
    image: (index) => images.image(index),
    async depth(index) {
      const { width, height, data } = await images.image(index);
      return { width, height, channels: 1, data: data.filter((_, i) => i % 3 === 0) };
    },
  };
}

function model(dropout = 0.2): ImageModel {
  return buildAutoEncoder({ architecture: 'autoencoder', width: 2, inputSize: 32, classes: 3, dropout }, 1);
}

function run(options: Partial<TrainOptions> = {}): TrainOptions {
  return {
    model: model(),
    objective: jointLoss({
      beta: 2,
      annealing: 'cyclic-sigmoid',
      cycles: 1,
      restEpochs: 1,
      epochs: EPOCHS,
      stepsPerEpoch: STEPS,
    }),
    optimizer: sgd({ momentum: 0.9, nesterov: true, decay: 'kernels', weightDecay: 1e-4 }),
    schedule: constant(0.01),
    source: source(),
    transform: trainTransform({ size: 32, scale: [0.5, 1], targets: ['depth'] }),
    epochs: EPOCHS,
    batchSize: 4,
    seed: 5,
    workers: 1,
    ...options,
  };
}

test('curve and steps hold each term, its weight, and their weighted sum', async () => {
  const file = path.join(folder, 'steps.csv');
  const { curve } = await train(run({ callbacks: [stepLog(file)] }));
  const [rest, , last] = curve as [CurveRow, CurveRow, CurveRow];
  assert.equal(rest.weights.crossEntropy, 0);
  assert.ok(rest.terms.crossEntropy > 0.5, 'the term itself is logged, whatever its weight');
  assert.ok(last.weights.crossEntropy > 0.5 && last.weights.squaredError === 2);
  const [header, ...rows] = fs.readFileSync(file, 'utf8').trim().split('\n');
  assert.equal(rows.length, EPOCHS * STEPS);
  for (const row of rows) {
    const values = Object.fromEntries(header.split(',').map((name, i) => [name, Number(row.split(',')[i])]));
    const loss =
      values.crossEntropy * values.crossEntropyWeight + values.squaredError * values.squaredErrorWeight;
    assert.ok(Math.abs(values.loss - loss) < 1e-4 * Math.max(1, loss), row);
  }
});

test('a run with dropout, cut within an epoch, ends with the same weights and steps', async () => {
  const whole = run({ callbacks: [stepLog(path.join(folder, 'whole.csv'))] });
  await train(whole);
  const checkpoint = { file: path.join(folder, 'cut.safetensors'), everySteps: 3 };
  const controller = new AbortController();
  const log = stepLog(path.join(folder, 'cut.csv'));
  const stopAt = {
    onStep: ({ step }: { step: number }) => {
      if (step === 6) controller.abort();
    },
  };
  const cut = run({ callbacks: [log, stopAt], checkpoint, signal: controller.signal });
  assert.equal((await train(cut)).stopped, 'interrupted');
  const resumed = run({ callbacks: [stepLog(path.join(folder, 'cut.csv'))], checkpoint });
  assert.equal((await train(resumed)).stopped, 'finished');
  assert.deepEqual(weightsOf(resumed.model), weightsOf(whole.model));
  assert.equal(
    fs.readFileSync(path.join(folder, 'cut.csv'), 'utf8'),
    fs.readFileSync(path.join(folder, 'whole.csv'), 'utf8'),
  );
});

test('dropout is drawn anew at every step, and from the seed of the run', async () => {
  const losses = async (seed: number): Promise<number[]> => {
    const seen: number[] = [];
    const callbacks = [
      {
        onStep: ({ terms }: { terms: Readonly<Record<string, number>> }) =>
          void seen.push(terms.crossEntropy),
      },
    ];
    await train(
      run({
        model: model(0.5),
        seed,
        schedule: constant(0),
        transform: testTransform({ size: 32, resize: 'fit', targets: ['depth'] }),
        source: { ...source(), count: 4 },
        epochs: EPOCHS,
        callbacks,
      }),
    );
    return seen;
  };
  const first = await losses(5);
  assert.equal(new Set(first).size, EPOCHS, 'the same four images, another mask each time');
  assert.deepEqual(await losses(5), first);
});

test('two threads learn depth as one does', async () => {
  const curves: CurveRow[][] = [];
  for (const workers of [1, 2]) {
    const frozen = run({ model: model(0), workers, batchSize: 8 });
    curves.push((await train(frozen)).curve);
  }
  const [one, two] = curves.map((curve) => curve[0].terms);
  // Batch norm sees half a batch in each thread.
  assert.ok(Math.abs(one.squaredError - two.squaredError) < 0.5 * one.squaredError);
  assert.deepEqual(Object.keys(one), Object.keys(two));
});

test('maps are painted, measured against the truth and against their mean', async () => {
  const network = model();
  const transform = testTransform({ size: 32, resize: 'fit', targets: ['depth'] });
  const before = tf.memory().numTensors;
  const truth = await trueMaps(source(), transform, 'depth', { batchSize: 5 });
  const painted = await predictMaps(network, source(), transform, 'depth', { batchSize: 5 });
  assert.deepEqual([painted.maps.length, painted.size, painted.channels], [16, 32, 1]);
  const errors = squaredErrors(painted, truth);
  const byHand = painted.maps[3].reduce((sum, value, i) => sum + (value - truth.maps[3][i]) ** 2, 0) / 1024;
  assert.ok(Math.abs(errors[3] - byHand) < 1e-9);
  const guess = await meanMap(source(), transform, 'depth', { batchSize: 5 });
  const byMean = truth.maps.reduce((sum, map) => sum + map[7], 0) / 16;
  assert.ok(Math.abs(guess[7] - byMean) < 1e-6);
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  assert.ok(total(squaredErrors(guess, truth)) < total(squaredErrors(new Float32Array(1024), truth)));
  const row = { metrics: {} } as CurveRow;
  const measured = await validation(source(), transform).onEpoch?.({ model: network, row, epochs: 1 });
  assert.ok(Math.abs((measured?.testSquaredError ?? 0) - total(errors) / 16) < 1e-6);
  assert.ok((measured?.testCrossEntropy ?? 0) > 0 && (measured?.testAccuracy ?? -1) >= 0);
  assert.equal(tf.memory().numTensors, before);
  await assert.rejects(
    predictMaps(network, source(), transform, 'image'),
    /paints no image: its outputs are logits, depth/,
  );
  await assert.rejects(trueMaps(source(), testTransform({ size: 32 }), 'depth'), /no maps "depth"/);
  network.dispose();
});
