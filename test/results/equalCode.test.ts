import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { codeEqualTo, codeKnownAs, equalCodeFile, writeEqualCode } from '../../lib/results/equalCode';

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));

test('evidence for the same code adds up, evidence for other code is replaced', (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-equal-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const file = equalCodeFile('tiny', 'counting', folder);
  const evidence = {
    codeHash: B,
    equals: [A],
    confirmedBy: ['x'],
    date: '2026-01-01',
    command: 'npm run confirm',
  };
  assert.deepEqual(codeEqualTo(B, file), []);
  writeEqualCode(file, evidence);
  writeEqualCode(file, { ...evidence, confirmedBy: ['y'] });
  assert.deepEqual(codeEqualTo(B, file), [A]);
  assert.deepEqual(codeEqualTo(C, file), []);
  assert.deepEqual(
    [A, B, C].map((hash) => [...codeKnownAs(hash, file)].sort()),
    [[A, B], [A, B], []],
  );
  assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')).confirmedBy, ['x', 'y']);
  writeEqualCode(file, { ...evidence, codeHash: C, equals: [B] });
  assert.deepEqual(codeEqualTo(B, file), []);
  const written = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, written.replace(B, A));
  assert.throws(
    () => codeEqualTo(C, file),
    /counting\.equal-code\.json is not what confirm wrote: its content does not match its seal.*confirm again/,
  );
  fs.writeFileSync(file, '{ "codeHash": 5 }');
  assert.throws(() => codeEqualTo(C, file), /counting.equal-code.json/);
});
