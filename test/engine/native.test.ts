import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { addonState } from '../../lib/engine/native/addon';
import { buildNative, removeNative } from '../../lib/engine/native/build';
import { gpuProblem } from '../../lib/engine/native/gpu';
import {
  buildLayout,
  findInstallation,
  manifestFile,
  platformName,
} from '../../lib/engine/native/installation';
import { fromRoot } from '../../lib/files';

const NOT_BUILT = !addonState('native').available && 'not here: npm run engine:native';

function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'native-'));
}

function pretendBuild(folder: string, platform: string, cuda: boolean): void {
  const { package: package_, addon } = buildLayout(folder);
  fs.mkdirSync(package_, { recursive: true });
  fs.writeFileSync(addon, '');
  const manifest = { tfjsNode: '4.22.0', tensorflow: '2.21.0', cuda, platform };
  fs.writeFileSync(manifestFile(folder), JSON.stringify(manifest));
}

test('a build is found only when it is whole, and for the platform and device that it was made for', () => {
  const folder = temporaryFolder();
  const built = path.join(folder, 'native');
  pretendBuild(built, platformName(), false);
  assert.match(
    (findInstallation('native', built) as { description: string }).description,
    /2\.21\.0, built here/,
  );
  assert.match((findInstallation('native-gpu', built) as { reason: string }).reason, /without CUDA/);

  pretendBuild(built, platformName(), true);
  assert.equal((findInstallation('native-gpu', built) as { cuda: boolean }).cuda, true);
  assert.equal((findInstallation('native', built) as { cuda: boolean }).cuda, true);

  pretendBuild(built, 'plan9-pdp11', false);
  const stranger = findInstallation('native', built);
  if ('reason' in stranger) assert.match(stranger.reason, /is for plan9-pdp11, this is /);

  pretendBuild(built, platformName(), false);
  fs.rmSync(manifestFile(built));
  assert.ok(!('description' in findInstallation('native', built)) || !NOT_BUILT);
  fs.rmSync(folder, { recursive: true });
});

test(
  'what is missing for a build is named with its remedy, and nothing is left behind',
  { skip: process.platform !== 'linux' },
  () => {
    const folder = temporaryFolder();
    const built = path.join(folder, 'native');
    const path_ = process.env.PATH;
    try {
      process.env.CXX = 'no-such-compiler';
      assert.throws(
        () => buildNative({ folder: built }),
        /C\+\+17 compiler, and "no-such-compiler" does not run\. Install g\+\+/,
      );
      process.env.CXX = process.execPath;
      process.env.PATH = folder;
      assert.throws(() => buildNative({ folder: built }), /no Python 3 with pip was found/);
      // A pip that fails.
      fs.writeFileSync(
        path.join(folder, 'python3'),
        '#!/bin/sh\ncase "$3" in --version) exit 0;; esac\necho no such wheel >&2; exit 1\n',
        { mode: 0o755 },
      );
      process.env.PATH = `${folder}:/bin:/usr/bin`;
      assert.throws(
        () => buildNative({ folder: built, report: () => undefined }),
        /pip could not install tensorflow[\s\S]*no such wheel/,
      );
    } finally {
      delete process.env.CXX;
      process.env.PATH = path_;
    }
    assert.deepEqual(fs.readdirSync(folder), ['python3']);
    fs.rmSync(folder, { recursive: true });
  },
);

test('a build that was killed is never taken for one, and is cleared away', () => {
  const folder = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const abandoned = path.join(folder, `native.partial-${pid}`);
  const underWay = path.join(folder, `native.partial-${process.pid}`);
  for (const partial of [abandoned, underWay]) fs.mkdirSync(partial);
  assert.equal(removeNative(path.join(folder, 'native')), false);
  assert.deepEqual(fs.readdirSync(folder), [path.basename(underWay)]);
  pretendBuild(path.join(folder, 'native'), platformName(), false);
  assert.equal(removeNative(path.join(folder, 'native')), true);
  fs.rmSync(folder, { recursive: true });
});

test('why there is no GPU is read from the driver', () => {
  assert.match(
    gpuProblem(() => undefined),
    /no NVIDIA driver answers/,
  );
  assert.match(
    gpuProblem(() => '470.42.01, Tesla T4'),
    /driver 470\.42\.01 is too old for CUDA 12; install 525 or later/,
  );
  assert.match(
    gpuProblem(() => '550.54.15, Tesla T4'),
    /Tesla T4 answers with driver 550\.54\.15, but the CUDA libraries do not load/,
  );
});

test('native starts without environment variables, on its own TensorFlow', { skip: NOT_BUILT }, () => {
  const script = `
    const { useEngine } = require('./lib/engine/engine');
    const tf = require('@tensorflow/tfjs');
    useEngine({ name: 'native', quiet: true }).then(async () => {
      const { tf: bound } = { tf: await tf.topk(tf.tensor1d([1, 3, 2]), 2).values.data() };
      console.log(JSON.stringify({ name: tf.getBackend(), values: [...bound] }));
    });`;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const answer = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: fromRoot(),
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  assert.deepEqual(JSON.parse(answer.trim().split('\n').at(-1) as string), {
    name: 'tensorflow',
    values: [3, 2],
  });
});

test('native-gpu without a GPU says why', { skip: NOT_BUILT }, () => {
  const { available, reason, fix } = addonState('native-gpu');
  if (!available) assert.match(`${reason} ${fix}`, /without CUDA.*engine:native -- --cuda/);
});
