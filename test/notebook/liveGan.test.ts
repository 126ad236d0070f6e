import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveGan } from '../../lib/notebook/liveGan';

test('in a terminal each row is a line with both losses, and no images are made', async (t) => {
  const written: string[] = [];
  t.mock.method(process.stdout, 'write', (text: string) => written.push(text) > 0);
  const watch = liveGan({ title: 'bears', samples: () => assert.fail('no picture can be shown') });
  for (const iteration of [10, 20]) await watch({ iteration, real: 0.5, generated: 1, generator: 0.25 });
  t.mock.restoreAll();
  assert.equal(
    written.join(''),
    'bears: iteration 10, discriminator 1.500, generator 0.2500\nbears: iteration 20, discriminator 1.500, generator 0.2500\n',
  );
});
