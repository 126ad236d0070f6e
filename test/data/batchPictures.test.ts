import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTransform } from '../../lib/data/augment';
import { loadBatch } from '../../lib/data/batches';
import { batchPictures, mapPictures, targetPictures } from '../../lib/data/batchPictures';
import { relief16 } from '../../lib/data/relief16/relief16';

test('a batch shows the images and maps that it was made of', async () => {
  const set = await relief16({ split: 'test', size: 32, count: 1, seed: 0, classes: ['cat', 'dog'] });
  const transform = testTransform({ size: 32, resize: 'fit', targets: ['depth'] });
  const batch = await loadBatch(set, [0, 1], transform, 0);
  assert.deepEqual(batchPictures(batch)[1].data, Uint8Array.from((await set.image(1)).data));
  assert.deepEqual(targetPictures(batch, 'depth')[0].data, Uint8Array.from((await set.depth(0)).data));
  assert.throws(() => targetPictures(batch, 'image'), /no target "image"; its targets: depth/);
});

test('values outside 0..1 are clamped', () => {
  const [picture] = mapPictures(Float32Array.of(-1, 0, 0.5, 3), 2);
  assert.deepEqual(Array.from(picture.data), [0, 0, 128, 255]);
});
