import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { after, test } from 'node:test';
import { type Transform, testTransform, trainTransform } from '../../lib/data/augment';
import { batches, drawn } from '../../lib/data/batches';
import type { ByteImage, ImageSource } from '../../lib/data/imageSource';
import {
  endPreparation,
  preparationThreads,
  prepareElsewhere,
  prepareHere,
  renderElsewhere,
} from '../../lib/data/preparation/preparation';
import type { PictureToPrepare } from '../../lib/data/preparation/room';
import { Threads } from '../../lib/data/preparation/threads';
import { recipeOf, type TransformRecipe } from '../../lib/data/recipes';
import { relief16 } from '../../lib/data/relief16/relief16';
import { renderRange } from '../../lib/data/relief16/renderRange';
import { resolveRelief } from '../../lib/data/relief16/settings';
import { squareTransform } from '../../lib/data/squareTransform';
import { transformFrom } from '../../lib/data/transforms';
import { wholeImage } from '../../lib/data/wholeImage';
import { ROOT } from '../../lib/files';
import { Random } from '../../lib/random';

after(endPreparation);

function noise(seed: number, width: number, height: number, channels: 1 | 3): ByteImage {
  const random = new Random(seed);
  const data = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
  return { width, height, channels, data };
}

/** Pictures of several sizes, each with its depth. */
const PICTURES: PictureToPrepare[] = [
  [40, 30],
  [24, 24],
  [17, 50],
  [64, 48],
  [31, 32],
].map(([width, height], i) => ({
  picture: noise(i, width, height, 3),
  distortion: i === 3 ? { set: 'false-colour', condition: 'False', seed: 5 } : null,
  seed: 100 + i,
  maps: { depth: noise(50 + i, width, height, 1) },
}));

const targets = ['depth', 'image'] as const;
const TRANSFORMS: Readonly<Record<string, Transform>> = {
  'random crop': trainTransform({ size: 16, scale: [0.3, 1], targets }),
  'random crop of the image alone': trainTransform({ size: 16 }),
  centre: testTransform({ size: 16, targets }),
  'fitted, of another normalisation': testTransform({
    size: 16,
    resize: 'fit',
    normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
  }),
  square: squareTransform({ size: 16, randAugment: true, targets }),
  whole: wholeImage({ size: 16 }),
};

for (const [name, transform] of Object.entries(TRANSFORMS)) {
  test(`threads prepare what this one would, bit by bit: ${name}`, async () => {
    const here = await prepareHere(PICTURES, transform);
    for (let round = 0; round < 2; round++) {
      const there = await prepareElsewhere(PICTURES, transform);
      assert.deepEqual(Float32Array.from(there.images), here.images);
      assert.deepEqual(Object.keys(there.targets), Object.keys(here.targets));
      for (const [target, values] of Object.entries(here.targets))
        assert.deepEqual(Float32Array.from(there.targets[target]), values, target);
      there.giveBack();
    }
  });
}

test('a recipe is plain data and gives its transform again', () => {
  for (const transform of Object.values(TRANSFORMS)) {
    const again = transformFrom(recipeOf(transform) as TransformRecipe);
    assert.equal(again.description, transform.description);
  }
});

test('a copy of a transform has no recipe: what is changed in it would be lost in other threads', async () => {
  const copy = { ...testTransform({ size: 8 }) };
  assert.equal(recipeOf(copy), undefined);
  await assert.rejects(prepareElsewhere(PICTURES, copy), /cannot make this transform again: centre-crop/);
});

test('options changed after a transform was made change nothing in other threads', () => {
  const scale: [number, number] = [0.5, 1];
  const transform = trainTransform({ size: 8, scale });
  scale[0] = 0.1;
  assert.deepEqual((recipeOf(transform)?.options as { scale: unknown }).scale, [0.5, 1]);
});

test('GESTALT_THREADS is a number of threads, and one is this thread', () => {
  const threadsWith = (given: string): string => {
    const script = "console.log(require('./lib/data/preparation/preparation.ts').preparationThreads())";
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
      cwd: ROOT,
      env: { ...process.env, GESTALT_THREADS: given },
      encoding: 'utf8',
    });
    return stdout.trim() || stderr;
  };
  assert.equal(threadsWith('3'), '3');
  assert.equal(threadsWith(''), String(Math.min(8, availableParallelism())));
  for (const given of ['0', 'abc', '1.5', '-2', '1000000000'])
    assert.match(
      threadsWith(given),
      /GESTALT_THREADS is the number of threads that prepare images, from 1 to 999, not/,
    );
});

test('a task that cannot be sent is refused, and the thread can still be ended', async () => {
  const threads = new Threads<unknown, unknown>('lib/data/preparation/preparationThread.ts', 1);
  await assert.rejects(threads.run({ kind: 'render', task: () => undefined }), /could not be cloned/);
  await threads.close();
});

test('no more pictures wait than are stated, however many threads there are', async () => {
  let asked = 0;
  const count = 4096;
  const source: ImageSource = {
    name: 'never read',
    classes: ['a'],
    count,
    labels: new Int32Array(count),
    hash: '',
    image: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
  };
  const transform = trainTransform({ size: 64 });
  void batches({ source, transform, batchSize: 128, seed: 0 }).next();
  await new Promise((done) => setTimeout(done, 50));
  assert.ok(asked > 0 && asked <= 512 + 128, `${asked} pictures asked for`);
});

test('an error in a thread comes out where the batch is awaited, and the next batch is well', async () => {
  const transform = trainTransform({ size: 8, targets: ['depth'] });
  const [first, ...others] = PICTURES;
  const wrong = { ...first, maps: { depth: first.picture } };
  await assert.rejects(
    prepareElsewhere([...others, wrong], transform),
    /A map of 1 channel\(s\) is to be learnt, but this one has 3/,
  );
  const [here, there] = [await prepareHere(PICTURES, transform), await prepareElsewhere(PICTURES, transform)];
  assert.deepEqual(Float32Array.from(there.images), here.images);
});

test('a part of a set is rendered in a thread as here, and a set is its parts', async () => {
  const settings = resolveRelief({
    split: 'train',
    size: 24,
    count: 12,
    seed: 3,
    textureCue: 0.5,
    classes: ['cat', 'truck', 'oven'],
  });
  const task = { settings, hash: '', start: 7, end: 30 };
  const [here, there] = [await renderRange(task), await renderElsewhere(task)];
  for (const part of ['images', 'depths', 'mask'] as const) assert.deepEqual(there[part], here[part], part);
  const whole = await relief16(settings);
  const pixels = 24 * 24;
  assert.deepEqual(whole.images.slice(7 * pixels * 3, 30 * pixels * 3), here.images);
  assert.deepEqual(whole.mask.slice(7 * pixels, 30 * pixels), here.mask);
});

test('an epoch that is worth threads is that of one thread; its memory is used again', async (context) => {
  if (preparationThreads() < 2) return context.skip('one core, or GESTALT_THREADS=1');
  // More batches than are ever in flight: 512 pictures wait at most, however many threads there are.
  const size = 64;
  const count = 1000;
  const pictures = Array.from({ length: 10 }, (_, i) => noise(i, 40, 30, 3));
  const source: ImageSource = {
    name: 'noise',
    classes: ['a', 'b'],
    count,
    labels: Int32Array.from({ length: count }, (_, i) => i % 2),
    hash: '',
    image: async (index) => pictures[index % 10],
  };
  const transform = trainTransform({ size });
  const options = { source, batchSize: 16, seed: 4, epoch: 1, shuffle: true, smallestBatch: 2 };
  const here = batches({ ...options, transform: { ...transform } });
  let batchCount = 0;
  const memories = new Set<ArrayBufferLike>();
  for await (const batch of batches({ ...options, transform })) {
    const { value } = await here.next();
    assert.deepEqual(Float32Array.from(batch.images), value?.images);
    assert.deepEqual(batch.labels, value?.labels);
    assert.deepEqual(batch.shape, value?.shape);
    memories.add(batch.images.buffer);
    batchCount++;
  }
  assert.equal((await here.next()).done, true);
  assert.equal(batchCount, Math.ceil(count / 16));
  assert.ok([...memories].every((memory) => memory instanceof SharedArrayBuffer));
  assert.ok(memories.size < batchCount, `${memories.size} memories for ${batchCount} batches`);
});

test('no draws are no batches', async () => {
  for await (const _ of drawn([], trainTransform({ size: 8 }))) assert.fail('a batch of nothing');
});
