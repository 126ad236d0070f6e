import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imagenetIndices } from '../lib/benchmark/categories';
import { CATEGORIES } from '../lib/categories';

test('the categories are 16, in alphabetical order, and each has classes of ImageNet', () => {
  assert.equal(CATEGORIES.length, 16);
  assert.deepEqual([...CATEGORIES], [...CATEGORIES].sort());
  for (const category of CATEGORIES) assert.ok(imagenetIndices(category).length > 0, category);
});
