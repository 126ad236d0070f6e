// What a network's outputs stand for: ImageNet's classes, the categories, some of them, or labels of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATEGORIES, type Category, imagenetIndices } from '../../lib/benchmark/categories';
import type { Labels } from '../../lib/benchmark/labels';
import { outputNames, outputsOf } from '../../lib/benchmark/outputs';

function labelsOf(mapping: Record<string, Category | null>): Labels {
  return { file: 'mine.json', mapping: new Map(Object.entries(mapping)) };
}

test('a thousand outputs are the classes of ImageNet, sixteen the categories', () => {
  const imagenet = outputsOf(1000);
  assert.equal(imagenet.classes, null);
  assert.deepEqual(imagenet.categories, CATEGORIES);
  const logits = new Float32Array(1000);
  for (const index of imagenetIndices('oven')) logits[index] = 20;
  assert.equal(imagenet.rank(logits)[0], 'oven');

  const sixteen = outputsOf(16);
  assert.deepEqual(sixteen.classes, CATEGORIES);
  assert.deepEqual(sixteen.rank(Float32Array.from(CATEGORIES.keys())), [...CATEGORIES].reverse());
});

test('any other number of outputs has to be told, and classes have to fit it', () => {
  assert.throws(() => outputsOf(3), /3 outputs: neither the 16 categories nor ImageNet/);
  assert.throws(() => outputsOf(3, ['cat', 'dog']), /3 outputs, but 2 classes are given/);
  assert.throws(() => outputsOf(3, ['cat', 'dog', 'cat']), /The class "cat" is given twice/);
  assert.throws(() => outputsOf(2, ['cat', 'dgo']), /Unknown category "dgo".*"dog".*--labels/);
});

test('what can be answered is in alphabetical order, whatever the order of the outputs', () => {
  const { classes, categories, rank } = outputsOf(3, ['oven', 'cat', 'dog']);
  assert.deepEqual(classes, ['oven', 'cat', 'dog']);
  assert.deepEqual(categories, ['cat', 'dog', 'oven']);
  assert.deepEqual(rank(Float32Array.of(1, 3, 2)), ['cat', 'dog', 'oven']);
});

test('by a mapping, a category has the mean probability of its outputs', () => {
  const labels = labelsOf({ tabby: 'cat', tractor: null, tiger: 'cat', poodle: 'dog' });
  const { classes, categories, rank } = outputsOf(4, undefined, labels);
  assert.deepEqual(classes, ['tabby: cat', 'tractor: none', 'tiger: cat', 'poodle: dog']);
  assert.deepEqual(categories, ['cat', 'dog']);
  // Both cats together are likelier than the dog, each alone is not.
  assert.deepEqual(rank(Float32Array.of(2, 9, 2, 2.5)), ['dog', 'cat']);
  assert.deepEqual(rank(Float32Array.of(3, 0, 2.9, 2.5)), ['cat', 'dog']);
  assert.deepEqual(rank(Float32Array.of(1, 1, 1, 1)), ['dog', 'cat'], 'of equals the later');
});

test('a mapping and the names of the outputs: categories stand for themselves, strangers for none', () => {
  const labels = labelsOf({ tabby: 'cat' });
  const { classes, categories } = outputsOf(3, ['bear', 'zebra', 'tabby'], labels);
  assert.deepEqual(classes, ['bear: bear', 'zebra: none', 'tabby: cat']);
  assert.deepEqual(categories, ['bear', 'cat']);
  assert.deepEqual(outputNames(2, labels, ['a', 'b']), ['a', 'b']);
  assert.throws(() => outputNames(3, labels, ['a', 'b']), /3 outputs, but 2 classes are given/);
  assert.throws(() => outputNames(3, labels), /3 outputs and does not name them; mine\.json has 1 entries/);
  assert.throws(() => outputsOf(1, undefined, labels), /By mine\.json .* knows 1 of the 16/);
});
