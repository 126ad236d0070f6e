// Commands whose reader is gone, as behind `| head`.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { ROOT } from '../../lib/files';

function run(words: readonly string[], stdio: ('pipe' | 'ipc')[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'lib/cli.ts', ...words], { cwd: ROOT, stdio });
}

async function errorsOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.on('data', (part) => {
    text += part;
  });
  await once(child, 'close');
  return text;
}

test('a command whose reader is gone ends by SIGINT without a word', async () => {
  const child = run(['claims'], ['pipe', 'pipe', 'pipe']);
  child.stdout?.destroy();
  assert.equal(await errorsOf(child), '');
  assert.equal(child.signalCode, 'SIGINT');
});

test('one that a driver started goes on while the driver is there', async () => {
  const child = run(['claims'], ['pipe', 'pipe', 'pipe', 'ipc']);
  child.stdout?.destroy();
  assert.equal(await errorsOf(child), '');
  assert.deepEqual([child.exitCode, child.signalCode], [0, null]);
});
