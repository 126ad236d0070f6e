// From logits to decisions: ties, one image, many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputsOf } from '../../lib/benchmark/outputs';
import { accuracy, decisions, probabilities } from '../../lib/train/evaluate';
import { countCorrect } from '../../lib/train/step';

const of = (logits: readonly number[], labels: readonly number[], outputs: number) => ({
  classes: [],
  logits: Float32Array.from(logits),
  labels: Int32Array.from(labels),
  outputs,
});

test('of equal logits the first decides, in evaluation as in training', () => {
  const answered = of([1, 3, 3, 2, 2, 2, -1, -5, -1], [1, 0, 2], 3);
  assert.deepEqual([...decisions(answered)], [1, 0, 0]);
  assert.equal(countCorrect(answered.logits, answered.labels), 2);
  assert.equal(accuracy(answered), 2 / 3);
  assert.equal(countCorrect([], Int32Array.of(0)), 0);
});

test('of equal logits the benchmark takes the alphabetically later category, as the toolbox does', () => {
  const { rank } = outputsOf(3, ['dog', 'bear', 'cat']);
  assert.deepEqual(rank(Float32Array.of(1, 1, 1)), ['dog', 'cat', 'bear']);
  assert.deepEqual(rank(Float32Array.of(0, 2, 2)), ['cat', 'bear', 'dog']);
});

test('probabilities are the softmax of each row, also of huge logits', () => {
  const found = probabilities(of([0, Math.log(3), 1000, 1000], [0, 0], 2));
  assert.deepEqual(
    [...found].map((p) => Number(p.toFixed(6))),
    [0.25, 0.75, 0.5, 0.5],
  );
});
