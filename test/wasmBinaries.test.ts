// The compiled kernels in the repository are what their sources compile to.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../lib/files';

for (const [folder, name] of [
  ['lib/engine/wasm', 'simd'],
  ['lib/distortions/wasm', 'pixels'],
  ['lib/distortions/wasm', 'suppressions'],
]) {
  test(`${name}.wasm is what ${name}.as.ts compiles to`, () => {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-'));
    const compiled = path.join(temporary, `${name}.wasm`);
    const compiler = path.join(path.dirname(require.resolve('assemblyscript/package.json')), 'bin', 'asc.js');
    const settings = ['--config', `${folder}/asconfig.json`, '--target', 'release', '--outFile', compiled];
    execFileSync(process.execPath, [compiler, `${folder}/${name}.as.ts`, ...settings], { cwd: fromRoot() });
    const same = fs.readFileSync(compiled).equals(fs.readFileSync(fromRoot(folder, `${name}.wasm`)));
    fs.rmSync(temporary, { recursive: true });
    assert.ok(same, 'run npm run build:wasm');
  });
}
