import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neededCells } from '../../lib/notebook/neededCells';

const CELLS = [
  "import { useEngine } from './lib/engine/engine';\nconst engine = await useEngine();",
  "import { relief16 as images, type Source } from './lib/data/relief16';\nconst { size, count: many } = settings;",
  'const [first, second] = await images({ size });',
  'const training = await train(first);',
  'function mean(values: number[]): number { return values.length; }',
  `const other = mean([1]);\nconsole.log(\`mean of \${other}\`);`,
];

test('arithmetic needs no cell', () => {
  assert.deepEqual(neededCells(CELLS, 'const answer = 206 / (206 + 754);'), []);
});

test('what declares a name is needed, and what that needs, and then the engine', () => {
  assert.deepEqual(neededCells(CELLS, 'const answer = second.length;'), [0, 1, 2]);
  assert.deepEqual(neededCells(CELLS, 'const answer = mean(...[first]);'), [0, 1, 2, 4]);
  assert.deepEqual(neededCells(CELLS.slice(1), 'const answer = other;'), [3, 4]);
});

test('properties, paths and words in strings are no names; code in templates is', () => {
  assert.deepEqual(
    neededCells(CELLS, "const answer = { a: 1 }.training ?? 'training';\nimport x from './other';"),
    [],
  );
  assert.deepEqual(neededCells(CELLS, `const answer = \`\${training}\`;`), [0, 1, 2, 3]);
});
