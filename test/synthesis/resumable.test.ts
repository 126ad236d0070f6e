// Photographs and noise as targets on a tiny VGG: the loss falls, runs go on bit for bit where they were cut off, states are held to their run.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { buildModel } from '../../lib/models/build';
import type { ImageModel } from '../../lib/models/model';
import { exportWeights } from '../../lib/models/weights';
import { Random } from '../../lib/random';
import { Lbfgs } from '../../lib/synthesis/lbfgs';
import { type ResumableOptions, resumableSynthesis, stateFileOf } from '../../lib/synthesis/resumable';
import { readRun, writeRun } from '../../lib/synthesis/stateFile';
import { readTarget, type TargetImage, targetImage } from '../../lib/synthesis/targetImage';
import { textureLayers, textureNetwork } from '../../lib/synthesis/textureNetwork';

const REAL = process.env.GESTALT_TEST_IMAGES ?? fromRoot('..', 'shared', 'data');
const PHOTOGRAPHS = ['fish', 'jeep', 'table'].map((name) => path.join(REAL, 'few-shot', name));
const skip =
  !PHOTOGRAPHS.every((each) => fs.existsSync(each)) &&
  'needs real images: a folder with few-shot, named by GESTALT_TEST_IMAGES';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-resumable-'));
const out = path.join(folder, 'picture.png');
let model: ImageModel;
let target: TargetImage;

async function tinyNetwork(): Promise<ImageModel> {
  const whole = buildModel({ architecture: 'vgg16', width: 4, inputSize: 64, classes: 5 }, 1);
  const tensors = new Map((await exportWeights(whole)).map((tensor) => [tensor.name, tensor]));
  whole.dispose();
  return textureNetwork(tensors, 'the test', { architecture: 'vgg16', size: 32 });
}

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  model = await tinyNetwork();
  const random = new Random(5);
  const data = Uint8Array.from(
    { length: 40 * 24 * 3 },
    (_, i) => 100 + 90 * Math.sin(i * 0.7) + random.integer(60),
  );
  target = targetImage({ width: 40, height: 24, channels: 3, data }, 32);
});
afterEach(() => fs.rmSync(stateFileOf(out), { force: true }));
after(() => {
  model.dispose();
  fs.rmSync(folder, { recursive: true });
});

function run(options: Partial<ResumableOptions> = {}) {
  return resumableSynthesis(model, target, { out, layers: textureLayers(model), steps: 4, ...options });
}

/** A signal that is aborted after some steps, and what makes it so. */
function interruptedAfter(steps: number): Pick<ResumableOptions, 'signal' | 'onStep'> {
  const abort = new AbortController();
  return {
    signal: abort.signal,
    onStep: ({ step }) => {
      if (step === steps) abort.abort();
    },
  };
}

test('the layers are the first rectifier and the first four poolings', async () => {
  assert.deepEqual(textureLayers(model), [
    'features.1',
    'features.4',
    'features.9',
    'features.16',
    'features.23',
  ]);
  const vgg19 = buildModel({ architecture: 'vgg19', width: 1, inputSize: 32, classes: 2 }, 1);
  assert.deepEqual(textureLayers(vgg19).slice(3), ['features.18', 'features.27']);
  vgg19.dispose();
});

test('photographs: the loss falls a hundredfold, no tensor is left', { skip }, async () => {
  for (const each of PHOTOGRAPHS) {
    const file = path.join(each, fs.readdirSync(each).filter((name) => /\.(jpe?g|png)$/i.test(name))[0]);
    const photograph = await readTarget(file, 32);
    const tensors = tf.memory().numTensors;
    const { first, best } = await resumableSynthesis(model, photograph, {
      out,
      layers: textureLayers(model),
      steps: 8,
    });
    assert.equal(tf.memory().numTensors, tensors);
    assert.ok(best < first / 100, `${file}: ${first} to ${best}`);
  }
});

for (const [name, options] of [
  ['Gram matrices', {}],
  ['activations of the strongest', { agreement: 'activations', strength: { fraction: 0.05 } }],
] as const) {
  test(`${name}: interrupted and gone on with, it ends with the same bits as uninterrupted`, async () => {
    const whole = await run(options);
    const picture = fs.readFileSync(out);
    assert.ok(!fs.existsSync(stateFileOf(out)), 'no state stays of a run that is done');
    const part = await run({ ...options, ...interruptedAfter(2) });
    assert.deepEqual([part.steps, part.resumed], [2, 0]);
    assert.ok(fs.existsSync(stateFileOf(out)));
    assert.notDeepEqual(fs.readFileSync(out), picture);
    const seen: number[] = [];
    const rest = await run({ ...options, onStep: ({ step }) => void seen.push(step) });
    assert.deepEqual([rest.steps, rest.resumed, seen], [4, 2, [3, 4]]);
    assert.deepEqual(rest.image, whole.image);
    assert.deepEqual([rest.best, rest.first], [whole.best, whole.first]);
    assert.deepEqual(fs.readFileSync(out), picture);
    assert.ok(!fs.existsSync(stateFileOf(out)));
  });
}

test('picture and state are there every few steps, so that a killed run goes on too', async () => {
  const whole = await run();
  const there: boolean[] = [];
  const killed = run({
    everySteps: 2,
    onStep: ({ step }) => {
      there.push(fs.existsSync(stateFileOf(out)) && fs.existsSync(out));
      if (step === 3) throw new Error('killed');
    },
  });
  await assert.rejects(killed, /killed/);
  assert.deepEqual(there, [false, true, true]);
  const rest = await run();
  assert.equal(rest.resumed, 2);
  assert.deepEqual(rest.image, whole.image);
});

test('a state of other options, another target or another network is an error that says which', async () => {
  await run({ key: { strength: 'all', size: 32 }, ...interruptedAfter(1) });
  await assert.rejects(
    run({ key: { strength: 'top-k', size: 32 } }),
    /interrupted synthesis of other options: strength was all, is top-k\. Give those/,
  );
  await assert.rejects(run({ key: { strength: 'all', size: 32 }, seed: 3 }), /seed was 0, is 3/);
  const other = { ...target, values: target.values.map((value) => value / 2) };
  const options = { out, layers: textureLayers(model), key: { strength: 'all', size: 32 } };
  await assert.rejects(resumableSynthesis(model, other, options), /target was \w+, is \w+/);
  fs.writeFileSync(stateFileOf(out), 'no state');
  await assert.rejects(run(), /picture\.state\.safetensors/);
});

test('a loss that is no longer finite keeps the best picture; one that never was writes none', async () => {
  const poison = (network: ImageModel): void => {
    const { variable } = network.parameters()[0];
    tf.tidy(() => variable.assign(tf.fill(variable.shape, Number.NaN)));
  };
  const own = await tinyNetwork();
  fs.rmSync(out, { force: true });
  const options = { out, layers: textureLayers(own), steps: 4 };
  const poisoned = resumableSynthesis(own, target, { ...options, onStep: () => poison(own) });
  await assert.rejects(poisoned, /no longer finite after step 2\. .*picture\.png is the best picture before/);
  assert.ok(fs.existsSync(out) && !fs.existsSync(stateFileOf(out)));
  const best = fs.readFileSync(out);
  fs.rmSync(out);
  await assert.rejects(
    resumableSynthesis(own, target, options),
    /loss of the first image is NaN.*Nothing is written/,
  );
  assert.ok(!fs.existsSync(out));
  own.dispose();
  await run({ ...interruptedAfter(1) });
  assert.deepEqual(fs.readFileSync(out), best, 'the best before was that of step 1');
});

test('a state comes back to the last bit, signalling numbers included', () => {
  const bits = new BigUint64Array([0x7ff0000000000001n, 0x3ff123456789abcdn, 0x7f8000017f800001n, 1n]);
  const x = Float64Array.of(0.1, -3e-310, 1e300, 1 / 3);
  const odd = new Float64Array(bits.buffer);
  const state = {
    ...new Lbfgs(x).snapshot(),
    pairs: [{ step: odd, change: x }],
    last: { step: x, gradient: odd },
    best: { x, value: 0.1 + 0.2 },
  };
  writeRun(stateFileOf(out), { a: 1 }, { state, steps: 3, first: 1 / 7 });
  const read = readRun(stateFileOf(out), { a: 1 })!;
  assert.deepEqual({ ...read.state, pairs: [], last: null }, { ...state, pairs: [], last: null });
  assert.deepEqual([read.steps, read.first], [3, 1 / 7]);
  assert.deepEqual(new BigUint64Array(read.state.pairs[0].step.buffer), bits);
  assert.deepEqual(new BigUint64Array(read.state.last!.gradient.buffer), bits);
  assert.equal(readRun(path.join(folder, 'none'), {}), null);
});

test('weights that are no VGG’s are an error, and leave no tensors', async () => {
  const tensors = tf.memory().numTensors;
  const of = (weights: readonly { name: string; shape: number[]; data: Float32Array }[]) =>
    textureNetwork(new Map(weights.map((each) => [each.name, each])), 'some.safetensors', {
      architecture: 'vgg16',
      size: 32,
    });
  await assert.rejects(of([]), /some\.safetensors holds no features\.0\.weight.*no weights of a vgg16/);
  const one = { name: 'features.0.weight', shape: [4, 3, 3, 3], data: new Float32Array(108) };
  await assert.rejects(of([one]), /missing \(25\)/);
  assert.equal(tf.memory().numTensors, tensors);
});
