// The training of FastGAN: its curve, exact resume after any iteration, and what is refused.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import type { ImageSource } from '../../lib/data/imageSource';
import { relief16 } from '../../lib/data/relief16/relief16';
import { wholeImage } from '../../lib/data/wholeImage';
import { useEngine } from '../../lib/engine/engine';
import { Random } from '../../lib/random';
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
