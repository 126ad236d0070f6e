import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { checkpointFolder, SECONDS_FILE, stateOfCheckpoints } from '../../lib/experiments/checkpoints';

test("a cell's checkpoints have changed when one of its runs got further, and not by its clock or by another cell", (context) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-checkpoints-'));
  context.after(() => fs.rmSync(root, { recursive: true }));
  const cell = path.join(root, 'grid', 's1--seed1');
  const write = (of: string, run: string, name: string, content: string): void => {
    const file = path.join(checkpointFolder(of, run), name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  };
  const states = [stateOfCheckpoints(cell)];
  const [run, other] = ['this', 'another'];
  for (const [of, as, name, content] of [
    [cell, run, 'training/state.json', '{}'],
    [cell, run, 'training/state.json', '{"step":1}'],
    [cell, other, 'training/state.json', '{}'],
  ]) {
    write(of, as, name, content);
    const state = stateOfCheckpoints(cell);
    assert.ok(!states.includes(state), `${name} of ${as}`);
    states.push(state);
  }
  write(cell, run, SECONDS_FILE, '12.0');
  write(`${cell}0`, run, 'state.json', '{}');
  write(`${cell}-long`, run, 'state.json', '{}');
  fs.writeFileSync(`${cell}.owner.json`, '{}');
  assert.equal(stateOfCheckpoints(cell), states.at(-1));
});
