// Ctrl-C on a real cell in a process of its own, before its training begins and in the middle of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';
import { readRecords } from '../../lib/results/record';
import { type Stop, stopping } from '../stopsItself';

const CELL = 'paper-topk--made--seed0';

interface Ended {
  code: number | null;
  lines: string[];
  errors: string;
}

async function runChild(folder: string, stop?: Stop): Promise<Ended> {
  const { words, environment } = stopping(stop);
  const child = spawn(
    process.execPath,
    [...words, fromRoot('test/experiments/interruptedCell.child.ts'), folder, CELL],
    { cwd: fromRoot(), env: { ...process.env, GESTALT_ENGINE: 'wasm', ...environment } },
  );
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text;
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(line);
  return { code: await closed, lines, errors };
}

function filesIn(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('Ctrl-C at the start and SIGTERM during training leave a checkpoint and no record; the cell then ends as one never stopped', async (context) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-interrupted-'));
  context.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const [cut, whole] = ['cut', 'whole'].map((name) => path.join(root, name));
  for (const [line, epochs, signal, exitCode] of [
    ['starts: no record yet', 0, 'SIGINT', 130],
    ['epoch 1/3', 1, 'SIGTERM', 143],
  ] as const) {
    const { code, lines, errors } = await runChild(cut, { line, signal });
    assert.equal(code, exitCode, errors);
    assert.match(errors, /Stopping after the current step.*\n.*Interrupted\. Checkpoints are kept/);
    const done = lines.filter((line) => line.startsWith('epoch')).length;
    assert.ok(done >= epochs && done < 3, `${done} epochs`);
    assert.deepEqual(readRecords({ folder: cut }), []);
    assert.deepEqual(
      filesIn(cut).sort(),
      ['checkpoint.safetensors', 'seconds.txt'],
      'nothing is half-written',
    );
  }
  const [resumed, expected] = [await runChild(cut), await runChild(whole)];
  assert.deepEqual([resumed.code, expected.code], [0, 0], resumed.errors + expected.errors);
  assert.equal(resumed.lines.at(-1), expected.lines.at(-1), 'curves');
  const [found, never] = [cut, whole].map((folder) => readRecords({ folder })[0]);
  assert.deepEqual(found.metrics, never.metrics);
});
