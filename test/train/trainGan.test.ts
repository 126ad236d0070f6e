// The training of FastGAN: its curve, exact resume after any iteration, and what is refused.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import type { ImageSource } from '../../lib/data/imageSource';
import { relief16 } from '../../lib/data/relief16/relief16';
import { wholeImage } from '../../lib/data/wholeImage';
import { useEngine } from '../../lib/engine/engine';
import { Random } from '../../lib/random';
import { evaluateGan, NO_EVALUATION } from '../../lib/train/gan/ganEvaluation';
import { type GanTrainOptions, trainGan } from '../../lib/train/gan/trainGan';
import { disposeGan, tinyGan, weightsOf } from './tinyGan';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-gan-'));
before(() => useEngine({ name: 'wasm', quiet: true }));
after(() => fs.rmSync(folder, { recursive: true }));

async function options(): Promise<Omit<GanTrainOptions, 'learners'>> {
  const source = await relief16({ split: 'train', size: 32, count: 9, seed: 1, classes: ['cat'] });
  return { source, distance: 'squared', iterations: 7, batchSize: 4, seed: 5, everyIterations: 3 };
}

test('a run that was stopped twice ends as one that was not', async () => {
  const whole = tinyGan();
  const expected = await trainGan({ ...(await options()), learners: whole });
  assert.deepEqual(
    expected.curve.map(({ iteration }) => iteration),
    [3, 6],
  );
  const file = path.join(folder, 'gan.safetensors');
  for (const stopAt of [2, 4, Number.POSITIVE_INFINITY]) {
    const learners = tinyGan();
    const controller = new AbortController();
    let seen = 0;
    // Every iteration asks for a batch: after some of them the run is stopped.
    const given = await options();
    const counting: ImageSource = Object.assign(Object.create(given.source), {
      image: (index: number) => {
        if (++seen >= 4 * stopAt) controller.abort();
        return given.source.image(index);
      },
    });
    const result = await trainGan({
      ...given,
      source: counting,
      learners,
      checkpoint: { file },
      signal: controller.signal,
    });
    if (stopAt !== Number.POSITIVE_INFINITY) {
      assert.equal(result.stopped, 'interrupted');
      assert.ok(result.iterations < 7);
    } else {
      assert.deepEqual(result, expected);
      assert.deepEqual(weightsOf(learners), weightsOf(whole));
    }
    disposeGan(learners);
  }
  const other = tinyGan();
  const given = await options();
  await assert.rejects(
    trainGan({ ...given, seed: 6, learners: other, checkpoint: { file } }),
    /it is of another run: seed was 5, now 6/,
  );
  fs.writeFileSync(file, fs.readFileSync(file).subarray(0, 500));
  await assert.rejects(trainGan({ ...given, learners: other, checkpoint: { file } }), /Cannot resume from/);
  for (const gan of [whole, other]) disposeGan(gan);
});

test('without a better score both networks go back to their best state, also over a stop', async () => {
  // Best after two iterations, never again.
  const scores = [5, 3, 4, 4, 4, 4, 4];
  const given = {
    ...(await options()),
    iterations: 12,
    evaluation: {
      everyIterations: 2,
      measure: async (iteration: number) => ({ frechet: scores[iteration / 2] }),
      rollback: { by: 'frechet', patience: 2, jitter: 1e-3 },
    },
  };
  await assert.rejects(async () => {
    const learners = tinyGan();
    await trainGan({ ...given, learners }).finally(() => disposeGan(learners));
  }, /needs a checkpoint, beside which/);
  const run = async (name: string, stops: readonly number[]) => {
    const learners = tinyGan();
    let result: Awaited<ReturnType<typeof trainGan>> | undefined;
    for (const stop of [...stops, Number.POSITIVE_INFINITY]) {
      const controller = new AbortController();
      const measure = async (iteration: number) => {
        if (iteration === stop) controller.abort();
        return given.evaluation.measure(iteration);
      };
      result = await trainGan({
        ...given,
        learners,
        evaluation: { ...given.evaluation, measure },
        checkpoint: { file: path.join(folder, name) },
        signal: controller.signal,
      });
    }
    const weights = weightsOf(learners);
    disposeGan(learners);
    return { result, weights };
  };
  const whole = await run('whole.safetensors', []);
  assert.equal(whole.result?.rollbacks, 2);
  assert.deepEqual(
    whole.result?.evaluations.map(({ scores }) => scores.frechet),
    scores,
  );
  const stopped = await run('stopped.safetensors', [4, 6, 8]);
  assert.deepEqual(stopped, whole);
});

test('the way back restores weights, optimizers and averages, and moves the generator a little', async () => {
  const learners = tinyGan();
  const file = path.join(folder, 'back.safetensors');
  const snapshots: number[][][] = [];
  const step = { config: {}, seed: 1, file };
  const evaluation = {
    everyIterations: 1,
    rollback: { by: 'score', patience: 1, jitter: 0.5 },
  };
  const first = await evaluateGan(
    learners,
    { ...evaluation, measure: async () => ({ score: 1 }) },
    NO_EVALUATION,
    { ...step, iteration: 0 },
  );
  snapshots.push(weightsOf(learners));
  for (const { variable } of [...learners.generator.parameters(), ...learners.discriminator.parameters()])
    tf.tidy(() => variable.assign(tf.add(variable, 3)));
  learners.average.update();
  const second = await evaluateGan(learners, { ...evaluation, measure: async () => ({ score: 2 }) }, first, {
    ...step,
    iteration: 1,
  });
  assert.deepEqual([second.best, second.since, second.rollbacks, second.rows.length], [1, 0, 1, 2]);
  const moved = weightsOf(learners).map((values, i) =>
    Math.max(...values.map((value, j) => Math.abs(value - snapshots[0][i][j]))),
  );
  const parameters = learners.generator.parameters().length;
  for (const [i, most] of moved.entries()) assert.ok(i < parameters ? most <= 0.5 : most === 0);
  assert.ok(moved.slice(0, parameters).some((most) => most > 0.1));
  await assert.rejects(
    evaluateGan(learners, { ...evaluation, measure: async () => ({ other: 2 }) }, first, {
      ...step,
      iteration: 1,
    }),
    /The score "score" after iteration 1 is undefined; measured are other/,
  );
  disposeGan(learners);
});

test('fewer images than a batch, and weights that are not finite, are named', async () => {
  const learners = tinyGan();
  const given = await options();
  await assert.rejects(
    trainGan({ ...given, batchSize: 16, learners }),
    /9 images, fewer than the batch of 16/,
  );
  const [{ variable }] = learners.generator.parameters();
  variable.assign(variable.mul(Number.NaN));
  await assert.rejects(trainGan({ ...given, learners }), /Training stopped after iteration 0.*became NaN/);
  disposeGan(learners);
});

test('whole images are stretched, mirrored or not, and lie in [-1, 1]', async () => {
  const image = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(0, 0, 0, 255, 255, 255) };
  const [plain, mirrored] = [0, 1].map((flip) => {
    const out = new Float32Array(2 * 2 * 3);
    wholeImage({ size: 2, flip }).apply(image, new Random(1), out, 0);
    return Array.from(out);
  });
  assert.deepEqual(plain, [-1, -1, -1, 1, 1, 1, -1, -1, -1, 1, 1, 1]);
  assert.deepEqual(mirrored, [1, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1]);
  assert.throws(() => wholeImage({ size: 4, flip: 2 }), /probability in 0..1, not 2/);
});
