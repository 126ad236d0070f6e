import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainExhausted } from '../../lib/engine/exhausted';

test('exhausted memory is told with the batch, other errors are left alone', () => {
  const messages = [
    'OOM when allocating tensor with shape[64,112,112,64] and type float on /device:GPU:0',
    "The GPU's memory is exhausted: use a smaller batch",
    'The wasm heap is exhausted: 12 bytes',
  ];
  for (const message of messages) {
    const explained = explainExhausted(new Error(message), [64, 224, 200, 3]) as Error;
    assert.match(explained.message, /batch of 64 images of 224 x 200\. Use a smaller batchSize/);
    assert.ok(explained.message.includes(message));
  }
  const other = new Error('the loss became NaN');
  assert.equal(explainExhausted(other, [64, 224, 224, 3]), other);
});
