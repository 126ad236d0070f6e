import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { addonState } from '../../lib/engine/native/addon';
import { ROOT } from '../../lib/files';

const SCRIPT = `
const { openOwnFeatures } = require('./lib/experiments/featureNetworks.ts');
openOwnFeatures().then(({ network }) => console.log(network.hash));
`;

function hashOn(engine: string): string {
  const env = { ...process.env, GESTALT_ENGINE: engine };
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', SCRIPT], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  const hash = stdout.match(/^[0-9a-f]{64}$/m)?.[0];
  assert.ok(hash, stdout + stderr);
  return hash;
}

const skip = addonState('native').available ? false : 'the native engine is not here: npm run engine:native';
test('features are remembered by engine: a record must not hold those of another', { skip }, () => {
  assert.equal(hashOn('wasm'), hashOn('wasm'));
  assert.notEqual(hashOn('wasm'), hashOn('native'));
});
