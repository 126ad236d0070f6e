import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { addonState } from '../../lib/engine/native/addon';
import { buildNative, removeNative } from '../../lib/engine/native/build';
import { gpuProblem } from '../../lib/engine/native/gpu';
import {
  buildLayout,
  findInstallation,
  hashOfNativeKernels,
  type Installation,
  manifestFile,
  platformName,
} from '../../lib/engine/native/installation';
import { fromRoot } from '../../lib/files';
import { momentumUpdate } from '../../lib/ops/momentumUpdate';
import { movingAverage } from '../../lib/ops/movingAverage';
import { Random } from '../../lib/random';

const NOT_BUILT = !addonState('native').available && 'not here: npm run engine:native';
const found = findInstallation('native');
const NO_KERNELS =
  !('ownKernels' in found && found.ownKernels) && 'no kernels of ours here: npm run engine:native';

function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'native-'));
}

function pretendBuild(
  folder: string,
  platform: string,
  cuda: boolean,
  kernels = hashOfNativeKernels(),
): void {
  const { package: package_, addon } = buildLayout(folder);
  fs.mkdirSync(package_, { recursive: true });
  fs.writeFileSync(addon, '');
  const manifest = { tfjsNode: '4.22.0', tensorflow: '2.21.0', cuda, platform, kernels };
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

test('a build by an earlier version is used without its kernels, and says how to build it anew', () => {
  const folder = temporaryFolder();
  const built = path.join(folder, 'native');
  pretendBuild(built, platformName(), false);
  assert.equal((findInstallation('native', built) as Installation).ownKernels, true);
  pretendBuild(built, platformName(), false, 'of other kernels');
  const { ownKernels, description } = findInstallation('native', built) as Installation;
  assert.equal(ownKernels, false);
  assert.match(description, /built here by an earlier version \(npm run engine:native makes/);
  pretendBuild(built, platformName(), true, 'of other kernels');
  assert.match(
    (findInstallation('native', built) as Installation).description,
    /engine:native -- --cuda makes/,
  );
  fs.rmSync(folder, { recursive: true });
});

test(
  'kernels of ours give what the operations of TensorFlow give, to the last bit, and refuse other sizes',
  {
    skip: NO_KERNELS,
  },
  async () => {
    await useEngine({ name: 'native', quiet: true });
    const special = [0, -0, 1e-40, -3e-42, 3.4e38, -3.4e38, Infinity, NaN, 1e-20];
    const random = new Random(3);
    const values = (size: number): tf.Tensor1D =>
      tf.tensor1d(
        Array.from({ length: size }, (_, i) => (i % 3 === 0 ? random.pick(special) : random.normal())),
      );
    const inputs = [1, 7, 4097].map((size) => [values(size), values(size), values(size)]);
    const results = async (): Promise<number[]> => {
      const tensors = inputs.flatMap(([a, b, c]) => [
        ...[0, 5e-4].flatMap((weightDecay) =>
          Object.values(momentumUpdate(a, b, c, { learningRate: 0.03, momentum: 0.9, weightDecay })),
        ),
        movingAverage(a, b, { share: 0.1 }),
        movingAverage(a, b, { share: 0.1, factor: 32 / 31 }),
      ]);
      const bits = await Promise.all(
        tensors.map(async (tensor) => [...new Int32Array((await tensor.data()).slice().buffer)]),
      );
      tf.dispose(tensors);
      return bits.flat();
    };
    const ours = await results();
    const kernels = ['MomentumUpdate', 'MovingAverage'].map((name) => tf.getKernel(name, 'tensorflow'));
    for (const { kernelName } of kernels) tf.unregisterKernel(kernelName, 'tensorflow');
    const theirs = await results();
    for (const kernel of kernels) tf.registerKernel(kernel);
    assert.deepEqual(ours, theirs);
    assert.throws(
      () => movingAverage(inputs[0][0], inputs[1][0], { share: 0.1 }),
      /tensors of different sizes/,
    );
    tf.dispose(inputs);
  },
);

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
