import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAnswer } from '../../lib/notebook/exercise';

test('an exercise answers: open, right, not yet', (t) => {
  const log = t.mock.method(console, 'log', () => undefined);
  checkAnswer('Q', undefined, 8);
  checkAnswer('Q', 8.0000001, 8);
  checkAnswer('Q', 9, 8, { hint: 'Truncate.' });
  assert.deepEqual(
    log.mock.calls.map((call) => call.arguments[0]),
    ['Q: your turn.', 'Q: right.', 'Q: not yet. Truncate.'],
  );
});
