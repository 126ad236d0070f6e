import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { fromRoot, isAlive, writeFileAtomic } from '../lib/files';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-files-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

/** A process that is killed between writing and renaming. */
const KILLED = `
const fs = require('node:fs');
fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
require('${fromRoot('lib/files.ts').replaceAll('\\', '/')}').writeFileAtomic(process.argv[1], 'half');`;

test('the next writer of a file removes what killed processes left of it, and nothing else', () => {
  const file = path.join(folder, 'record.json');
  for (let i = 0; i < 2; i++)
    assert.equal(
      spawnSync(process.execPath, ['--import', 'tsx', '-e', KILLED, file], { cwd: fromRoot() }).signal,
      'SIGKILL',
    );
  // The second had removed what the first left, before it was killed itself.
  assert.equal(fs.readdirSync(folder).filter((name) => name.endsWith('.tmp')).length, 1);
  const others = [
    `record.json.${process.pid}.tmp`,
    `record.json.${process.ppid}.0.tmp`,
    'record.json.abcdef.4194309.0.tmp',
    'record.json.backup.tmp',
    'record.json.bak',
    'other.json.4194309.tmp',
  ];
  for (const name of others) fs.writeFileSync(path.join(folder, name), '');
  fs.writeFileSync(path.join(folder, 'record.json.4194309.tmp'), 'of an earlier version');
  writeFileAtomic(file, 'whole');
  assert.equal(fs.readFileSync(file, 'utf8'), 'whole');
  assert.deepEqual(fs.readdirSync(folder).sort(), ['record.json', ...others].sort());
});

test('a process is alive or not', () => {
  assert.ok(isAlive(process.pid) && isAlive(1));
  assert.ok(!isAlive(2 ** 22 + 5));
});
