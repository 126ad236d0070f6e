import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAnswer, digestOf } from '../../lib/notebook/exercise';

test('an exercise answers: open, right, not yet', (t) => {
  const log = t.mock.method(console, 'log', () => undefined);
  const digest = digestOf('Exercise 1.1', 8);
  for (const answer of [undefined, 8, 8.004, 8.45, Number.NaN])
    checkAnswer('Exercise 1.1', answer, { digest });
  const notYet = 'Exercise 1.1: not yet. Hints unfold below.';
  assert.deepEqual(
    log.mock.calls.map((call) => call.arguments[0]),
    ['Exercise 1.1: your turn.', 'Exercise 1.1: right.', 'Exercise 1.1: right.', notYet, notYet],
  );
});

test('numbers agree when they round alike, words without regard to case; each exercise has digests of its own', () => {
  assert.equal(digestOf('E', 0.2149, 2), digestOf('E', 0.21, 2));
  assert.notEqual(digestOf('E', 0.2149, 3), digestOf('E', 0.21, 3));
  assert.equal(digestOf('E', -0.001), digestOf('E', 0));
  assert.notEqual(digestOf('E', -0.01), digestOf('E', 0));
  assert.equal(digestOf('E', -0.4, 0), digestOf('E', 0, 0));
  assert.equal(digestOf('E', ' Shape '), digestOf('E', 'shape'));
  assert.notEqual(digestOf('E', 8), digestOf('F', 8));
});

test('a malformed key is named', () => {
  assert.throws(
    () => checkAnswer('Exercise 1.1', 8, { digest: '8' }),
    /Exercise 1\.1: "digest" must be 12 hex/,
  );
  for (const decimals of [-1, 1.5, 11])
    assert.throws(
      () => digestOf('Exercise 1.1', 8, decimals),
      /"decimals" must be a whole number from 0 to 10/,
    );
});
