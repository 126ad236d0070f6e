// Images with maps: the same part of both, whatever is drawn.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTransform, trainTransform } from '../../lib/data/augment';
import { keepInMemory, loadBatch } from '../../lib/data/batches';
import type { ByteImage, ImageSource } from '../../lib/data/imageSource';
import { Random } from '../../lib/random';

const [WIDTH, HEIGHT] = [23, 17];
const COUNT = 5;

/** Grey images of noise whose depth maps are their own values. */
function pairs(options: Partial<ImageSource> = {}): ImageSource {
  const values = Array.from({ length: COUNT }, (_, index) => {
    const random = new Random(index);
    return Uint8Array.from({ length: WIDTH * HEIGHT }, () => random.integer(256));
  });
  const map = (data: Uint8Array): ByteImage => ({ width: WIDTH, height: HEIGHT, channels: 1, data });
  return {
    name: 'pairs',
    classes: ['one'],
    count: COUNT,
    labels: new Int32Array(COUNT),
    hash: '0',
    image: async (index) => {
      const data = Uint8Array.from(
        { length: 3 * WIDTH * HEIGHT },
        (_, i) => values[index][Math.floor(i / 3)],
      );
      return { ...map(values[index]), channels: 3, data };
    },
    depth: async (index) => map(values[index]),
    ...options,
  };
}

const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const all = Array.from({ length: COUNT }, (_, i) => i);

for (const [name, transform] of Object.entries({
  'random crops and mirror images': trainTransform({
    size: 8,
    scale: [0.2, 1],
    normalisation: PLAIN,
    targets: ['depth', 'image'],
  }),
  'the centre': testTransform({ size: 8, normalisation: PLAIN, targets: ['depth', 'image'] }),
  'the whole': testTransform({
    size: HEIGHT,
    resize: 'fit',
    normalisation: PLAIN,
    targets: ['depth', 'image'],
  }),
})) {
  test(`depth and image stay together: ${name}`, async () => {
    const { images, targets, shape } = await loadBatch(pairs(), all, transform, 7);
    assert.deepEqual(Object.keys(targets ?? {}), ['depth', 'image']);
    assert.equal(targets?.depth.length, shape[0] * shape[1] * shape[2]);
    assert.deepEqual(targets?.image, images, 'without normalisation the image is its own target');
    for (let i = 0; i < images.length; i += 3) {
      assert.ok(Math.abs(images[i] - (targets?.depth[i / 3] ?? Number.NaN)) < 1e-6, `value ${i}`);
    }
  });
}

test('the image of a pair is what it would be alone', async () => {
  const options = { size: 8, scale: [0.2, 1] as const };
  const alone = await loadBatch(pairs(), all, trainTransform(options), 3);
  const paired = await loadBatch(pairs(), all, trainTransform({ ...options, targets: ['depth'] }), 3);
  assert.deepEqual(paired.images, alone.images);
  assert.deepEqual(alone.targets, {});
});

test('targets are named in the description of a transform, and nothing else is changed', () => {
  const plain = testTransform({ size: 8 });
  assert.ok(!plain.description.includes('targets'));
  assert.match(testTransform({ size: 8, targets: ['depth'] }).description, /"targets":\["depth"\]/);
});

test('what is missing or does not fit is named', async () => {
  const transform = testTransform({ size: 8, targets: ['depth'] });
  await assert.rejects(
    loadBatch(pairs({ depth: undefined }), [0], transform, 0),
    /pairs has no depth maps, but depth is to be learnt/,
  );
  const small: ByteImage = { width: 4, height: 4, channels: 1, data: new Uint8Array(16) };
  await assert.rejects(
    loadBatch(pairs({ depth: async () => small }), [2], transform, 0),
    /depth map of image 2 of pairs is 4 x 4, the image 23 x 17/,
  );
  const coloured: ByteImage = {
    width: WIDTH,
    height: HEIGHT,
    channels: 3,
    data: new Uint8Array(3 * WIDTH * HEIGHT),
  };
  await assert.rejects(
    loadBatch(pairs({ depth: async () => coloured }), [0], transform, 0),
    /1 channel.*has 3/,
  );
});

test('depth maps are kept in memory beside the images', async () => {
  let loaded = 0;
  const source = pairs();
  const kept = keepInMemory({
    ...source,
    depth: (index) => {
      loaded++;
      return source.depth?.(index) as Promise<ByteImage>;
    },
  });
  const transform = testTransform({ size: 8, targets: ['depth'] });
  const [first, again] = [await loadBatch(kept, all, transform, 0), await loadBatch(kept, all, transform, 0)];
  assert.deepEqual(first, again);
  assert.equal(loaded, COUNT);
});
