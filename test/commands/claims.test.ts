import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../../lib/cli';

test('a crate into a folder that is not empty is refused before anything is printed', async (context) => {
  const printed = context.mock.method(console, 'log', () => undefined);
  const said = context.mock.method(console, 'error', () => undefined);
  assert.equal(await main(['claims', '--crate', __dirname]), 1);
  assert.equal(printed.mock.callCount(), 0);
  assert.match(String(said.mock.calls[0].arguments[0]), /commands is not empty: name a folder that is/);
});
