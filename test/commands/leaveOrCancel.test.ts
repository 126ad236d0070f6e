// The question of Ctrl-C while cells run on a cluster.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { EXIT } from '../../lib/commands/exitCodes';
import { leaveOrCancel } from '../../lib/commands/leaveOrCancel';

/** What is done after these keys, and what was shown. */
async function answered(
  keys: string,
  { isTTY = true, exitCode }: { isTTY?: boolean; exitCode?: number } = {},
): Promise<[string, string]> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()].map((stream) =>
    Object.assign(stream, { isTTY }),
  );
  stdin.write(keys);
  const answer = await leaveOrCancel({ stdin, stdout, exitCode } as never);
  return [answer, String(stdout.read() ?? '')];
}

test('cells are cancelled by c and Enter alone', async () => {
  const [answer, shown] = await answered('c\r');
  assert.equal(answer, 'cancel');
  assert.match(shown, /Leave the cells running \(Enter\), or cancel them \(c\)\?/);
  for (const keys of [' C \r', 'cancel\r']) assert.equal((await answered(keys))[0], 'cancel', keys);
  for (const keys of ['\r', 'n\r', 'x c\r']) assert.equal((await answered(keys))[0], 'leave', keys);
});

test('Ctrl-C and Ctrl-D in place of an answer leave them running', async () => {
  for (const keys of ['\x03', 'c\x03', '\x04']) assert.equal((await answered(keys))[0], 'leave');
});

test('nobody is asked without a terminal, nor at SIGTERM', async () => {
  assert.deepEqual(await answered('c\r', { isTTY: false }), ['leave', '']);
  assert.deepEqual(await answered('c\r', { exitCode: EXIT.terminated }), ['leave', '']);
});
