import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTransform, trainTransform } from '../../lib/data/augment';
import { type BatchesOptions, batchCount, batches, keepInMemory, loadBatch } from '../../lib/data/batches';
import { colours } from './colours';

const transform = trainTransform({ size: 8 });

async function labelsOf(options: Partial<BatchesOptions> = {}): Promise<number[][]> {
  const all: number[][] = [];
  const source = colours(10);
  for await (const { labels } of batches({ source, transform, batchSize: 4, seed: 1, ...options })) {
    all.push(Array.from(labels));
  }
  return all;
}

test('a batch holds images, labels and shape in the order asked for', async () => {
  const batch = await loadBatch(colours(6), [5, 0], testTransform({ size: 8, resize: 'fit' }), 0);
  assert.deepEqual(batch.shape, [2, 8, 8, 3]);
  assert.equal(batch.images.length, 2 * 8 * 8 * 3);
  assert.deepEqual(Array.from(batch.labels), [2, 0]);
});

test("an image's augmentation does not depend on its batch", async () => {
  const source = colours(6);
  const pair = await loadBatch(source, [1, 4], transform, 7);
  const alone = await loadBatch(source, [4], transform, 7);
  assert.deepEqual(pair.images.subarray(8 * 8 * 3), alone.images);
  assert.notDeepEqual((await loadBatch(source, [4], transform, 8)).images, alone.images);
});

test('epochs are complete, shuffled by seed and epoch, and can start late', async () => {
  assert.deepEqual(await labelsOf(), [
    [0, 1, 2, 0],
    [1, 2, 0, 1],
    [2, 0],
  ]);
  const shuffled = await labelsOf({ shuffle: true, epoch: 2 });
  assert.deepEqual([...shuffled.flat()].sort(), [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
  assert.deepEqual(await labelsOf({ shuffle: true, epoch: 2 }), shuffled);
  assert.notDeepEqual(await labelsOf({ shuffle: true, epoch: 3 }), shuffled);
  assert.deepEqual(await labelsOf({ shuffle: true, epoch: 2, start: 1 }), shuffled.slice(1));
});

test('a small last batch can be left out', async () => {
  assert.equal((await labelsOf({ smallestBatch: 3 })).length, 2);
  assert.deepEqual([batchCount(9, 4, 2), batchCount(10, 4, 2), batchCount(8, 4, 2)], [2, 3, 2]);
});

test('one batch is prepared ahead, never more', async () => {
  const source = colours(12);
  const asked: number[] = [];
  const watched = {
    ...source,
    image(index: number) {
      asked.push(index);
      return source.image(index);
    },
  };
  const iterator = batches({ source: watched, transform, batchSize: 4, seed: 1 });
  await iterator.next();
  assert.equal(asked.length, 8);
  await iterator.return(undefined);
  assert.equal(asked.length, 8);
});

test('an image that cannot be read fails the loop at its batch', async () => {
  const source = colours(8);
  const broken = {
    ...source,
    image: (i: number) => (i === 5 ? Promise.reject(new Error('cannot read 5')) : source.image(i)),
  };
  const iterator = batches({ source: broken, transform, batchSize: 4, seed: 1 });
  await iterator.next();
  await assert.rejects(iterator.next(), /cannot read 5/);
});

test('images kept in memory are decoded once', async () => {
  const source = colours(3);
  let decoded = 0;
  const kept = keepInMemory({
    ...source,
    image(index: number) {
      decoded++;
      return source.image(index);
    },
  });
  const [first, second] = [await kept.image(2), await kept.image(2)];
  assert.equal(first, second);
  assert.equal(decoded, 1);
});
