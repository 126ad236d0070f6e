// Ctrl-C and SIGTERM while the book or the review kit is made, in a process of its own: nothing is left of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';

/** Runs the command, which writes to `out` and has its temporary folders in `folder`. Sends it the signals: the first once a folder of its work is there,
 *  each further one when the one before was heard. Returns its exit code, what it said, and its folders in the end. */
async function interrupted(
  [command, out]: readonly [string, string],
  signals: readonly NodeJS.Signals[],
): Promise<{ code: number | null; errors: string; left: string[] }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-interrupted-book-'));
  const folders = (): string[] =>
    fs.readdirSync(folder).filter((name) => /^(gestalt-)?(book|review)/.test(name));
  const pending = [...signals];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'lib/cli.ts', command, '--out', path.join(folder, out)],
    {
      cwd: fromRoot(),
      env: { ...process.env, TMPDIR: folder, GESTALT_ENGINE: 'wasm' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const watch = setInterval(() => {
    if (folders().length === 0) return;
    clearInterval(watch);
    child.kill(pending.shift());
  }, 50);
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text;
    if (errors.includes('Stopping') && pending.length > 0) child.kill(pending.shift());
  });
  try {
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, errors, left: folders() };
  } finally {
    clearInterval(watch);
    fs.rmSync(folder, { recursive: true });
  }
}

for (const [command, out, signals, expected] of [
  ['book', 'book', ['SIGINT'], 130],
  ['book', 'book', ['SIGINT', 'SIGINT'], 130],
  ['review', 'review.zip', ['SIGTERM'], 143],
] as const)
  test(`${command}, stopped by ${signals.join(' and ')}, ends with ${expected} and leaves no folder`, async () => {
    const { code, errors, left } = await interrupted([command, out], signals);
    assert.equal(code, expected, errors);
    assert.match(errors, /Stopping after the current step/);
    assert.deepEqual(left, []);
  });
