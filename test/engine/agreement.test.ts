// One suite for every engine that is here: each computes all cases in a process of its own and must agree with wasm.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import { type EngineName, inspectEngines } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { AGREEMENT_CASES } from './agreementCases';
import { softwareGpu } from './softwareGpu';

type Results = Record<string, { values: number[]; left: number }>;

const software = softwareGpu();
interface Computed {
  name: EngineName;
  missing: string;
  /** Of its process, where the engine is here. */
  settings?: NodeJS.ProcessEnv;
  /** With which it computes all the same where it is not here. */
  env?: NodeJS.ProcessEnv;
}

const ENGINES: Computed[] = [
  { name: 'native-gpu', missing: 'not here: npm run engine:native -- --cuda' },
  {
    name: 'webgpu',
    missing: "no GPU, nor one in software: that comes with Debian's chromium",
    // Where no real GPU answers.
    env: software && { ...software, GESTALT_WEBGPU_SOFTWARE: '1' },
  },
  // Which of the two TensorFlow takes by itself depends on the processor.
  ...['0', '1'].map(
    (TF_ENABLE_ONEDNN_OPTS): Computed => ({
      name: 'native',
      missing: 'not here: npm run engine:native',
      settings: { TF_ENABLE_ONEDNN_OPTS },
    }),
  ),
];

function computedOn(engine: string, env: NodeJS.ProcessEnv = {}): Results {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agreement-'));
  const file = path.join(folder, 'numbers.json');
  const script = fromRoot('test/engine/agreement.child.ts');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, engine, file], {
    cwd: fromRoot(),
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 1_200_000,
  });
  assert.equal(status, 0, stderr);
  const results = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.rmSync(folder, { recursive: true });
  return results;
}

let wasm: Results;
let available: EngineName[];
before(async () => {
  wasm = computedOn('wasm');
  available = (await inspectEngines()).filter((engine) => engine.available).map(({ name }) => name);
});

for (const { name: engine, missing, env, settings = {} } of ENGINES) {
  const named = Object.entries(settings).map(([name, value]) => ` (${name}=${value})`);
  test(`${engine} agrees with wasm${named.join('')}`, async (context) => {
    const here = available.includes(engine);
    if (!here && env === undefined) {
      context.skip(missing);
      return;
    }
    const results = computedOn(engine, here ? settings : env);
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
