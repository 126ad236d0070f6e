// Weights of the hub: downloaded once, checked, and what cannot be had says how to make it.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { loadModel } from '../../lib/benchmark/loadModel';
import { hubFile } from '../../lib/data/hub';
import { PRETRAINED, pretrainedWeights } from '../../lib/data/pretrainedWeights';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import { writeSafetensors } from '../../lib/models/safetensors';
import { exportWeights } from '../../lib/models/weights';
import { startHub } from './fakeHub';

let root: string;
let repository: string;
const REPOSITORY = 'timm/resnet18.tv_in1k';

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-weights-'));
  repository = path.join(root, 'repository');
  const model = buildModel({ architecture: 'torchvision-resnet18', classes: 1000 }, 1);
  writeSafetensors(path.join(repository, 'model.safetensors'), await exportWeights(model));
  fs.writeFileSync(path.join(repository, 'empty.txt'), '');
  model.dispose();
});

after(() => fs.rmSync(root, { recursive: true, force: true }));

const cacheAt = (name: string): string => path.join(root, name);

test('weights are downloaded once, are what the hub has, and load', async (context) => {
  const hub = await startHub(context, { [REPOSITORY]: repository });
  const lines: string[] = [];
  const options = {
    endpoint: hub.endpoint,
    cache: cacheAt('cache'),
    report: (line: string) => lines.push(line),
  };
  const { file, spec } = await pretrainedWeights('resnet18', options);
  assert.deepEqual(fs.readFileSync(file), fs.readFileSync(path.join(repository, 'model.safetensors')));
  assert.deepEqual(lines, [`downloading model.safetensors of ${REPOSITORY}`]);
  const { model } = loadModel(file, { spec });
  assert.equal(model.network.outputs[0].shape.at(-1), 1000);
  model.dispose();
  const requests = hub.asked.length;
  hub.close();
  assert.equal((await pretrainedWeights('resnet18', options)).file, file);
  assert.equal(hub.asked.length, requests, 'the second time without a network');
});

test('what is cut off or was changed on its way is not kept', async (context) => {
  const cache = cacheAt('bad');
  for (const [faults, message] of [
    [
      { cutAfter: 1000 },
      /Cannot fetch the weights of resnet18: http:.*resnet18\.tv_in1k.*model\.safetensors: /,
    ],
    [{ corrupt: true }, /its SHA-256 is [0-9a-f]{64}, the hub says [0-9a-f]{64}/],
  ] as const) {
    const { endpoint } = await startHub(context, { [REPOSITORY]: repository }, faults);
    await assert.rejects(pretrainedWeights('resnet18', { endpoint, cache }), message);
    assert.deepEqual(fs.readdirSync(path.join(cache, ...REPOSITORY.split('/'))), []);
  }
});

test('errors: no such file, repository, hub or network; how to make the weights', async (context) => {
  const { endpoint } = await startHub(context, { [REPOSITORY]: repository });
  const options = { endpoint, cache: cacheAt('errors') };
  await assert.rejects(hubFile(REPOSITORY, 'other.bin', options), /other\.bin: the hub has no such file/);
  await assert.rejects(
    pretrainedWeights('vgg16', options),
    /weights of vgg16: .*the server answered 404\. With Python and torchvision: .*save_file\(vgg16\(/,
  );
  await assert.rejects(
    pretrainedWeights('vgg16', { ...options, endpoint: 'http://127.0.0.1:1' }),
    /weights of vgg16: .*fetch failed/,
  );
  await assert.rejects(pretrainedWeights('alexnet', options), /no weights of alexnet .*save_file\(alexnet\(/);
  await assert.rejects(pretrainedWeights('vgg61', options), /Unknown network "vgg61"\. Did you mean "vgg16"/);
  assert.ok(PRETRAINED.includes('resnet50'));
});

test('an abort in the middle ends a download and leaves nothing', async (context) => {
  const { endpoint } = await startHub(context, { [REPOSITORY]: repository }, { stallAfter: 1000 });
  const cache = cacheAt('aborted');
  const abort = new AbortController();
  const running = pretrainedWeights('resnet18', { endpoint, cache, signal: abort.signal });
  let isOver = false;
  const ended = assert.rejects(running, { name: 'AbortError' }).finally(() => {
    isOver = true;
  });
  const folder = path.join(cache, ...REPOSITORY.split('/'));
  const isBegun = (): boolean => fs.existsSync(folder) && fs.readdirSync(folder).length > 0;
  while (!isBegun() && !isOver) await new Promise((resolve) => setTimeout(resolve, 1));
  abort.abort();
  await ended;
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('two at once get the same whole file; without a checksum that is said', async (context) => {
  const { endpoint } = await startHub(context, { [REPOSITORY]: repository }, { etag: '"0123-4"' });
  const lines: string[] = [];
  const options = { endpoint, cache: cacheAt('twice'), report: (line: string) => lines.push(line) };
  const files = await Promise.all([
    hubFile(REPOSITORY, 'model.safetensors', options),
    hubFile(REPOSITORY, 'model.safetensors', options),
  ]);
  assert.equal(files[0], files[1]);
  assert.deepEqual(fs.readFileSync(files[0]), fs.readFileSync(path.join(repository, 'model.safetensors')));
  assert.ok(lines.includes('model.safetensors comes without a SHA-256; only its length is checked'));
});
