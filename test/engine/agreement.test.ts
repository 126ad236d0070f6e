// One suite for every engine that is here: each computes all cases in a process of its own and must agree with wasm.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import { addonState } from '../../lib/engine/native/addon';
import { fromRoot } from '../../lib/files';
import { AGREEMENT_CASES } from './agreementCases';
import { softwareGpu } from './softwareGpu';

type Results = Record<string, { values: number[]; left: number }>;

const gpu = softwareGpu();
const ENGINES = [
  { name: 'native', skip: !addonState('native').available && 'not here: npm run engine:native', env: {} },
  {
    name: 'webgpu',
    skip: gpu === undefined && "no software adapter: it comes with Debian's chromium",
    env: { ...gpu, GESTALT_WEBGPU_SOFTWARE: '1' },
  },
];

function computedOn(engine: string, env: NodeJS.ProcessEnv = {}): Results {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agreement-'));
  const file = path.join(folder, 'numbers.json');
  const script = fromRoot('test/engine/agreement.child.ts');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, engine, file], {
    cwd: fromRoot(),
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.equal(status, 0, stderr);
  const results = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.rmSync(folder, { recursive: true });
  return results;
}

let wasm: Results;
before(() => {
  wasm = computedOn('wasm');
});

for (const { name: engine, skip, env } of ENGINES) {
  test(`${engine} agrees with wasm`, { skip }, async (context) => {
    const results = computedOn(engine, env);
    for (const { name, tolerance } of AGREEMENT_CASES) {
      await context.test(`${name}: within ${tolerance}`, () => {
        const { values, left } = results[name];
        assert.equal(left, 0, 'tensors left behind');
        assert.equal(values.length, wasm[name].values.length);
        const differences = values.map((value, i) => Math.abs(value - wasm[name].values[i]));
        const largest = differences.reduce((most, each) => (each <= most ? most : each), 0);
        assert.ok(largest <= tolerance, `differs by ${largest}`);
      });
    }
  });
}
