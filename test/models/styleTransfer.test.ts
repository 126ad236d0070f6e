// Encoder, decoder and learner of style transfer on networks of random weights.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import type { ImageModel, ModelSpec } from '../../lib/models/model';
import { writeSafetensors } from '../../lib/models/safetensors';
import { sparsified } from '../../lib/models/sparsified';
import { buildStyleDecoder } from '../../lib/models/styleDecoder';
import { loadStyleDecoder, saveStyleDecoder } from '../../lib/models/styleDecoderFile';
import { STYLE_LAYERS, type StyleEncoder, styleEncoder } from '../../lib/models/styleEncoder';
import { copiedStyleLearner, styleLearner } from '../../lib/models/styleLearner';
import { styleLoss } from '../../lib/objectives/styleLoss';
import { channelStatistics } from '../../lib/ops/channelStatistics';
import { Random } from '../../lib/random';
import { styleOf, stylise } from '../../lib/synthesis/stylise';
import { computeGradients, disposeGradients } from '../../lib/train/step';
import { weightsOf } from '../train/setup';

const SPEC = { architecture: 'vgg16', width: 2, inputSize: 32, classes: 2, hidden: 4 };
const DECODER = { architecture: 'style-decoder', mirrors: 'vgg16', width: 2 };

let folder: string;
let vgg: ImageModel;
let encoder: StyleEncoder;
let images: tf.Tensor4D;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-style-'));
  vgg = buildModel(SPEC, 1);
  encoder = await styleEncoder(vgg);
  const random = new Random(2);
  images = tf.tensor4d(
    Float32Array.from({ length: 3 * 16 * 24 * 3 }, () => random.normal()),
    [3, 16, 24, 3],
  );
});

after(() => {
  encoder.dispose();
  vgg.dispose();
  images.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Leaves as many tensors as it found. */
function leavesNothing(body: () => void): void {
  const found = tf.memory().numTensors;
  body();
  assert.equal(tf.memory().numTensors, found);
}

test('the encoder gives relu1_1 .. relu4_1 of images of any size, as the network does', () => {
  leavesNothing(() => {
    const features = encoder.features(images);
    assert.deepEqual(
      STYLE_LAYERS.map((layer) => features[layer].shape),
      [
        [3, 16, 24, 2],
        [3, 8, 12, 4],
        [3, 4, 6, 8],
        [3, 2, 3, 16],
      ],
    );
    tf.dispose(Object.values(features));
  });
  // A model of its own: an encoder calls a network's layers once more, and which output is meant would no longer be clear.
  const other = buildModel(SPEC, 1);
  tf.tidy(() => {
    const square = tf.randomNormal<tf.Rank.R4>([1, 32, 32, 3], 0, 1, 'float32', 3);
    const { inputs, layers } = other.network;
    const { output } = layers.find(({ name }) => name === 'features.18')!;
    const whole = tf.model({ inputs, outputs: output as tf.SymbolicTensor });
    const [expected, found] = [whole.apply(square) as tf.Tensor, encoder.features(square).relu4_1];
    assert.deepEqual(found.dataSync(), expected.dataSync());
  });
  other.dispose();
});

test('the layers of VGG-19 are rectifiers behind the first convolution of each group', async () => {
  const found = tf.memory().numTensors;
  const model = buildModel({ ...SPEC, architecture: 'vgg19' }, 0);
  const own = await styleEncoder(model);
  const { features, architecture, width, hash } = own;
  assert.deepEqual([architecture, width, hash.length], ['vgg19', 2, 64]);
  leavesNothing(() => {
    const maps = features(images);
    assert.deepEqual(maps.relu4_1.shape, [3, 2, 3, 16]);
    assert.ok(maps.relu4_1.dataSync().every((value) => value >= 0));
    tf.dispose(Object.values(maps));
  });
  own.dispose();
  model.dispose();
  assert.equal(tf.memory().numTensors, found, 'encoder and model free the weights');
});

test('the hash of an encoder is that of its weights up to relu4_1', async () => {
  const other = buildModel({ ...SPEC, classes: 3 }, 1);
  assert.equal((await styleEncoder(other)).hash, encoder.hash, 'another head');
  const beyond = other.parameters().find(({ name }) => name === 'features.19.weight')!.variable;
  tf.tidy(() => beyond.assign(tf.zeros(beyond.shape)));
  assert.equal((await styleEncoder(other)).hash, encoder.hash, 'conv4_2 is beyond');
  const bias = other.parameters().find(({ name }) => name === 'features.17.bias')!.variable;
  tf.tidy(() => bias.assign(tf.ones(bias.shape)));
  assert.notEqual((await styleEncoder(other)).hash, encoder.hash);
  other.dispose();
});

test('networks that are no plain VGG and odd sides are refused', async () => {
  const alexnet = buildModel({ architecture: 'alexnet', width: 2, inputSize: 64, classes: 2, hidden: 4 }, 0);
  await assert.rejects(styleEncoder(alexnet), /is a vgg16 or vgg19, not a alexnet/);
  const plain = buildModel(SPEC, 0);
  const thinned = sparsified(plain, { after: ['features.4'], fraction: 0.5 });
  await assert.rejects(styleEncoder(thinned), /without Top-K/);
  const odd = tf.zeros<tf.Rank.R4>([1, 16, 20, 3]);
  assert.throws(() => encoder.features(odd), /multiples of 8, got \[1,16,20,3\]/);
  thinned.dispose();
  plain.dispose();
  alexnet.dispose();
  odd.dispose();
});

test('the decoder mirrors the encoder: eight times the sides, and the parameters of the paper', () => {
  leavesNothing(() => {
    const decoder = buildStyleDecoder(DECODER, 0);
    const maps = tf.zeros<tf.Rank.R4>([2, 2, 3, 16]);
    const { image } = decoder.forward(maps);
    assert.deepEqual(image.shape, [2, 16, 24, 3]);
    assert.throws(() => decoder.forward(images), /takes maps \[N, H, W, 16\], got \[3,16,24,3\]/);
    tf.dispose([maps, image]);
    decoder.dispose();
  });
  const paper = buildStyleDecoder({ architecture: 'style-decoder' }, 0);
  const count = paper.parameters().reduce((sum, { variable }) => sum + variable.size, 0);
  assert.equal(count, 3_505_219);
  assert.deepEqual(paper.spec, {
    architecture: 'style-decoder',
    mirrors: 'vgg19',
    width: 64,
    encoder: '',
    channels: 64,
  });
  paper.dispose();
});

test('decoders come back from files, and what is none is named', async () => {
  const file = path.join(folder, 'decoder.safetensors');
  const decoder = buildStyleDecoder({ ...DECODER, channels: 3, encoder: encoder.hash }, 4);
  await saveStyleDecoder(file, decoder);
  const loaded = loadStyleDecoder(file);
  assert.deepEqual(loaded.spec, decoder.spec);
  assert.deepEqual(weightsOf(loaded), weightsOf(decoder));
  decoder.dispose();
  loaded.dispose();
  const bad = path.join(folder, 'bad.safetensors');
  const refused = (message: RegExp) =>
    leavesNothing(() => assert.throws(() => loadStyleDecoder(bad), message));
  refused(/Cannot read weights: .*bad\.safetensors/);
  fs.writeFileSync(bad, Buffer.from([0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20]));
  refused(/bad\.safetensors is not a .*safetensors file/);
  const weights = [{ name: 'a', shape: [1], data: new Float32Array(1) }];
  writeSafetensors(bad, weights);
  refused(/bad\.safetensors holds no decoder of style transfer\. Train one .*npm run data -- decoder/);
  const format = 'gestalt-style-decoder-1';
  writeSafetensors(bad, weights, { format, spec: '{' });
  refused(/bad\.safetensors is damaged: its metadata "spec"/);
  writeSafetensors(bad, weights, { format, spec: JSON.stringify(DECODER) });
  refused(/Cannot load .*bad\.safetensors.*"a"/);
});

function learner(decoder: Partial<ModelSpec> = {}): ImageModel {
  return styleLearner(encoder, buildStyleDecoder({ ...DECODER, ...decoder }, 5), { reconstruct: true });
}

test('the learner gives each image the style of the one before, and the first that of the last', () => {
  leavesNothing(() => {
    const model = learner();
    const outputs = model.forward(images);
    assert.deepEqual(outputs.image.shape, images.shape);
    tf.tidy(() => {
      const own = channelStatistics(encoder.features(images).relu4_1).mean.arraySync();
      const styled = channelStatistics(outputs.styled as tf.Tensor4D).mean.arraySync();
      for (const [image, [[means]]] of styled.entries()) {
        for (const [channel, mean] of means.entries()) {
          const expected = own[(image + 2) % 3][0][0][channel];
          // A channel without spread cannot take one.
          assert.ok(Math.abs(mean - expected) < 1e-3, `${image} ${channel}: ${mean}, ${expected}`);
        }
      }
    });
    tf.dispose(Object.values(outputs));
    model.dispose();
  });
});

test('a decoder of another network, width or encoder is refused', () => {
  for (const [spec, message] of [
    [{ width: 3 }, /decoder is for a vgg16 of width 3, the encoder is a vgg16 of width 2/],
    [{ mirrors: 'vgg19' }, /decoder is for a vgg19 of width 2/],
    [{ encoder: 'a'.repeat(64) }, /trained for an encoder with the SHA-256 aaaaaaaaaaaa, this one's is/],
  ] as const)
    assert.throws(() => learner(spec), message);
  assert.throws(() => learner({ widht: 3 } as object), /Unknown option of style-decoder "widht"/);
  assert.throws(() => learner({ encoder: 'x' }), /Option encoder of style-decoder must be a SHA-256/);
  assert.throws(copiedStyleLearner, /workers: 1/);
});

test('gradients of the whole loss agree with differences, and leave no tensors', () => {
  leavesNothing(() => {
    const model = learner();
    // A decoder begins almost grey, where its weights hardly matter yet.
    const last = model.parameters().find(({ name }) => name === '3.1.weight')!.variable;
    tf.tidy(() => last.assign(tf.mul(last, 20)));
    const objective = styleLoss({ identityWeight: 3 });
    const batch = { images, labels: tf.tensor1d([0, 0, 0], 'int32'), targets: {} };
    const computed = computeGradients(model, objective, batch);
    assert.deepEqual(computed.weights, { content: 1, style: 10, identity: 3 });
    const loss = (): number =>
      tf.tidy(() => {
        const { content, style, identity } = objective.terms(model.forward(images), batch);
        return content.dataSync()[0] + 10 * style.dataSync()[0] + 3 * identity.dataSync()[0];
      });
    for (const { name, variable } of model.parameters()) {
      const [values, gradient] = [variable.dataSync().slice(), computed.gradients[name].dataSync()];
      const length = Math.hypot(...gradient);
      if (length < 0.1) continue;
      const moved = (by: number): number => {
        const to = values.map((value, i) => value + (by * gradient[i]) / length);
        tf.tidy(() => variable.assign(tf.tensor(to, variable.shape)));
        return loss();
      };
      const step = 5e-4;
      const slope = (moved(step) - moved(-step)) / (2 * step);
      moved(0);
      assert.ok(Math.abs(slope - length) < 0.03 * length, `${name}: ${slope} instead of ${length}`);
    }
    disposeGradients(computed);
    batch.labels.dispose();
    model.dispose();
  });
});

test('the style loss of an image with the features asked for is 0, and needs its outputs', () => {
  tf.tidy(() => {
    const maps = encoder.features(images);
    const both = STYLE_LAYERS.flatMap((layer) => [
      [`made.${layer}`, maps[layer]],
      [`style.${layer}`, maps[layer]],
    ]);
    const outputs = { ...Object.fromEntries(both), styled: maps.relu4_1 };
    const batch = { images, labels: tf.tensor1d([0], 'int32'), targets: {} };
    const terms = styleLoss({ styleWeight: 2 }).terms(outputs, batch);
    assert.deepEqual([terms.content.dataSync()[0], terms.style.dataSync()[0]], [0, 0]);
    assert.deepEqual(Object.keys(terms), ['content', 'style'], 'no identity unless asked for');
    assert.throws(() => styleLoss().terms({}, batch), /no output "made\.relu4_1" for the style loss/);
    const identity = styleLoss({ identityWeight: 1 });
    assert.throws(() => identity.terms(outputs, batch), /no output "reconstruction" for the style loss/);
    assert.equal(identity.terms({ ...outputs, reconstruction: images }, batch).identity.dataSync()[0], 0);
  });
  assert.throws(() => styleLoss({ identityWeight: -1 }), /identityWeight of style loss .*got -1/);
  assert.throws(() => styleLoss({ styleWeight: -1 }), /styleWeight of style loss .*got -1/);
  assert.throws(() => styleLoss({ weight: 1 } as object), /Unknown option of style loss "weight"/);
});

test('stylising gives images of the same size, and leaves nothing else', () => {
  leavesNothing(() => {
    const decoder = buildStyleDecoder(DECODER, 6);
    const one = tf.slice4d(images, [0, 0, 0, 0], [1, -1, -1, -1]);
    const style = styleOf(encoder, one);
    const made = stylise({ encoder, decoder }, images, style, 0.5);
    assert.deepEqual(made.shape, images.shape);
    const found = tf.memory().numTensors;
    assert.throws(() => stylise({ encoder, decoder }, images, style, 2), /alpha is a number from 0 to 1/);
    assert.equal(tf.memory().numTensors, found);
    tf.dispose([one, style.mean, style.deviation, made]);
    decoder.dispose();
  });
});
