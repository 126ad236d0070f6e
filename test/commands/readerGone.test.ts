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

test('Ctrl-C that also ends the reader still lets a run save what it has', async () => {
  const script = `
    const { stopWithoutReader } = require('./lib/commands/readerGone.ts');
    const { interruptSignal } = require('./lib/notebook/interrupt.ts');
    stopWithoutReader();
    const signal = interruptSignal();
    const timer = setInterval(() => console.log('step'), 20);
    signal.addEventListener('abort', () => setTimeout(() => {
      clearInterval(timer);
      process.exitCode = 7;
    }, 300));
    console.log('ready');`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--eval', script], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  child.stdout.destroy();
  child.stderr.destroy();
  await once(child, 'close');
  assert.deepEqual([child.exitCode, child.signalCode], [7, null], 'it ended by itself');
});

test('one that a driver started goes on while the driver is there', async () => {
  const child = run(['claims'], ['pipe', 'pipe', 'pipe', 'ipc']);
  child.stdout?.destroy();
  assert.equal(await errorsOf(child), '');
  assert.deepEqual([child.exitCode, child.signalCode], [0, null]);
});
