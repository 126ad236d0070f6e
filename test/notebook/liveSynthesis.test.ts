import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveSynthesis } from '../../lib/notebook/liveSynthesis';

test('in a terminal each step is a line with its loss, and no picture is asked for', async (t) => {
  const written: string[] = [];
  t.mock.method(process.stdout, 'write', (text: string) => written.push(text) > 0);
  const watch = liveSynthesis({ title: 'Top-K', target: new Float32Array(12), size: 2 });
  const image = (): never => assert.fail('no picture can be shown');
  for (const step of [1, 2]) await watch({ step, report: { best: 100 / step }, image });
  t.mock.restoreAll();
  assert.equal(written.join(''), 'Top-K: step 1, loss 1.00e+2\nTop-K: step 2, loss 5.00e+1\n');
});
