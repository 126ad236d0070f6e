// Similarities of images: by hand, at their ends, and as scikit-image's and numpy's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import {
  edgeMap,
  edgeSimilarity,
  edgeStrengthSimilarity,
  gramSimilarity,
} from '../../lib/synthesis/similarity';
import { pythonWith } from '../python';
import { assertNumbersClose } from '../reference';

before(() => useEngine({ name: 'wasm', quiet: true }));

const SIZE = 16;

function noise(seed: number, length = SIZE * SIZE * 3): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
}

/** A grey image from its rows. */
function grey(rows: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(rows.flat().flatMap((value) => [value, value, value]));
}

function maps(seed: number, shapes: [number, number, number, number][]): tf.Tensor4D[] {
  return shapes.map((shape, i) => tf.relu(tf.randomNormal(shape, 0, 1, 'float32', seed + i)));
}

const SHAPES: [number, number, number, number][] = [
  [1, 8, 8, 3],
  [1, 4, 4, 5],
];

test('edges by hand: a ramp, a step, and nothing', () => {
  const ramp = grey([0, 1, 2, 3].map(() => [0, 1, 2, 3]));
  assertNumbersClose(
    edgeMap(ramp),
    [1, 1, 1, 1].map(Math.sqrt).map((one) => one * Math.SQRT2),
    'ramp',
    1e-6,
  );
  // The step lies between the second and the third column: both inner columns see it, and with one value in each there is nothing to correlate.
  const step = grey([0, 0, 0, 0].map(() => [0, 0, 1, 1]));
  assertNumbersClose(
    edgeMap(step),
    [1, 1, 1, 1].map((one) => one / Math.SQRT2),
    'step',
    1e-6,
  );
  assert.equal(edgeSimilarity(ramp, step), null);
  // A point in the corner of 5 x 5: inner magnitudes are 1/4 of the diagonal's at its neighbour alone.
  const point = grey([0, 1, 2, 3, 4].map((row) => [row === 0 ? 1 : 0, 0, 0, 0, 0]));
  const [corner, ...rest] = edgeMap(point);
  assert.ok(Math.abs(corner - 0.25) < 1e-7 && rest.every((value) => value === 0));
});

test('equal images have the similarity 1, opposite edges less than 0', () => {
  const image = noise(1);
  assert.ok(Math.abs((edgeSimilarity(image, image) as number) - 1) < 1e-12);
  assert.equal(edgeStrengthSimilarity(image, image), 1);
  // Scale and offset move no edge; the double strength shares two thirds.
  const doubled = image.map((value) => 2 * value + 3);
  assert.ok(Math.abs((edgeSimilarity(image, doubled) as number) - 1) < 1e-6);
  assert.ok(Math.abs(edgeStrengthSimilarity(image, doubled) - 2 / 3) < 1e-6);
  // Edges in the left half alone, and in the right.
  const [left, right] = [0, 1].map((side) =>
    noise(4).map((value, i) => (Math.floor((Math.floor(i / 3) % SIZE) / (SIZE / 2)) === side ? value : 0)),
  );
  assert.ok((edgeSimilarity(left, right) as number) < 0);
  assert.ok(Math.abs(edgeSimilarity(noise(1), noise(2)) as number) < 0.3);
});

test('the same edges in other places have equal strengths, a flat image none', () => {
  const image = noise(3);
  const mirrored = image.map((_, i) => {
    const pixel = Math.floor(i / 3);
    const [row, column] = [Math.floor(pixel / SIZE), pixel % SIZE];
    return image[3 * (row * SIZE + SIZE - 1 - column) + (i % 3)];
  });
  assert.ok(Math.abs(edgeStrengthSimilarity(image, mirrored) - 1) < 1e-6);
  assert.ok(Math.abs(edgeSimilarity(image, mirrored) as number) < 0.3);
  const flat = new Float32Array(image.length).fill(2);
  assert.ok(edgeStrengthSimilarity(image, flat) < 1e-6);
  assert.equal(edgeStrengthSimilarity(flat, flat), 1);
  assert.equal(edgeSimilarity(image, flat), null);
});

test('Gram matrices: 1 for equal ones, by hand between, 0 beside nothing; no tensor is left', async () => {
  const [a, b] = [maps(1, SHAPES), maps(5, SHAPES)];
  const nothing = a.map((map) => tf.zerosLike(map));
  const [one, two] = [tf.ones([1, 2, 2, 1]), tf.fill([1, 2, 2, 1], 2)] as tf.Tensor4D[];
  const tensors = tf.memory().numTensors;
  assert.ok(Math.abs((await gramSimilarity(a, a)) - 1) < 1e-6);
  // Their only entries are 1 and 4: 1 - 3 / 5.
  assert.ok(Math.abs((await gramSimilarity([one], [two])) - 0.4) < 1e-6);
  assert.equal(await gramSimilarity(a, nothing), 0);
  assert.equal(await gramSimilarity(nothing, nothing), 1);
  const between = await gramSimilarity(a, b);
  assert.ok(between > 0.2 && between < 1 && between === (await gramSimilarity(a, b)));
  await assert.rejects(
    gramSimilarity(a, [a[0]]),
    /same layers are compared, got \[1,8,8,3\], \[1,4,4,5\] and \[1,8,8,3\]/,
  );
  await assert.rejects(gramSimilarity([], []), /same layers/);
  assert.equal(tf.memory().numTensors, tensors);
  tf.dispose([a, b, nothing, one, two]);
});

test('images that do not fit are errors', () => {
  assert.throws(() => edgeSimilarity(noise(1), noise(1, 48)), /got 768 and 48 values/);
  assert.throws(() => edgeMap(noise(1, 12)), /size 3 or more; got 12/);
  assert.throws(() => edgeMap(noise(1, 30)), /size x size x 3 values/);
});

const python = pythonWith('numpy, skimage');

test("all equal scikit-image's and numpy's", { skip: !python && 'no Python with scikit-image' }, async () => {
  const [a, b] = [noise(7), noise(8).map((value, i) => 0.5 * value + noise(7)[i])];
  const [mapsA, mapsB] = [maps(11, SHAPES), maps(17, SHAPES)];
  const listed = (all: tf.Tensor4D[]) => all.map((map) => [[...map.dataSync()], map.shape[3]]);
  const input = JSON.stringify({
    size: SIZE,
    a: [...a],
    b: [...b],
    mapsA: listed(mapsA),
    mapsB: listed(mapsB),
  });
  const { stdout, stderr } = spawnSync(python as string, [fromRoot('test/synthesis/similarity.py')], {
    input,
    encoding: 'utf8',
  });
  const expected = JSON.parse(stdout || `{ "error": ${JSON.stringify(stderr)} }`);
  assertNumbersClose(edgeMap(a), expected.map, 'map', 1e-6);
  const found = [
    edgeSimilarity(a, b) as number,
    edgeStrengthSimilarity(a, b),
    await gramSimilarity(mapsA, mapsB),
  ];
  assertNumbersClose(found, [expected.edges, expected.strength, expected.gram], 'similarities', 1e-6);
  tf.dispose([mapsA, mapsB]);
});
