// The Inception-v3 of 2015 against PyTorch, at a sixteenth of its width.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import type { ByteImage } from '../../lib/data/imageSource';
import { inception2015, isInception } from '../../lib/fid/inception2015';
import { readSafetensors } from '../../lib/models/safetensors';
import { onEngines } from '../onEngines';
import { fixture } from '../reference';
import { type InceptionReference, lcg, narrowInception } from './narrowInception';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-inception-'));
after(() => fs.rmSync(folder, { recursive: true }));

function image(): ByteImage {
  const [width, height] = [61, 47];
  const data = Uint8Array.from(lcg(width * height * 3, 7), (value) => Math.floor(128 * (value + 1)));
  return { width, height, channels: 3, data };
}

onEngines(
  'features are those of PyTorch, and so is the preparation of the image; no tensor is left',
  async () => {
    const reference = fixture<InceptionReference>('fid/inception.json');
    const before = tf.memory().numTensors;
    const file = narrowInception(folder, 'narrow');
    assert.ok(isInception(readSafetensors(file)));
    const network = inception2015(file);
    const pixels = network.prepare!(image());
    for (const [channel, value] of reference.prepared.entries())
      assert.ok(Math.abs(pixels[(150 * 299 + 200) * 3 + channel] - value) < 1e-6);
    const own = tf.memory().numTensors;
    const features = await network.features(pixels, 1, () => 'the image');
    assert.equal(tf.memory().numTensors, own);
    assert.equal(features.length, reference.features.length);
    const largest = Math.max(...reference.features);
    for (const [i, value] of reference.features.entries())
      assert.ok(Math.abs(features[i] - value) < 1e-5 * largest, `feature ${i}: ${features[i]}, not ${value}`);
    network.dispose();
    assert.equal(tf.memory().numTensors, before);
  },
  { plain: false },
);

test('grey images fill all channels; weights that are missing or do not fit are named', () => {
  const grey = { width: 2, height: 1, channels: 1 as const, data: Uint8Array.of(0, 255) };
  const network = inception2015(narrowInception(folder, 'again'));
  const pixels = network.prepare!(grey);
  assert.deepEqual(Array.from(pixels.slice(0, 3)), [-1, -1, -1]);
  assert.ok(Math.abs(pixels[3] - ((255 * 2) / 299 - 128) / 128) < 1e-6);
  network.dispose();
  const before = tf.memory().numTensors;
  const without = narrowInception(folder, 'without', (tensors) =>
    tensors.filter(({ name }) => name !== 'Mixed_6b.branch1x1.bn.running_var'),
  );
  assert.throws(
    () => inception2015(without),
    /without\.safetensors holds no Mixed_6b\.branch1x1\.bn\.running_var/,
  );
  const wrong = narrowInception(folder, 'wrong', (tensors) =>
    tensors.map((tensor) =>
      tensor.name === 'Mixed_5c.branch1x1.conv.weight'
        ? { ...tensor, shape: [4, 8, 1, 1], data: tensor.data.slice(0, 32) }
        : tensor,
    ),
  );
  assert.throws(() => inception2015(wrong), /Mixed_5c\.branch1x1 takes 8 channels and gets 16/);
  for (const [name, shape, found] of [
    ['fc.weight', [1000, 128], '1000 classes, not 1008'],
    ['AuxLogits.fc.weight', [1000, 48], 'AuxLogits.fc.weight'],
  ] as const) {
    const data = new Float32Array(shape[0] * shape[1]);
    const torchvision = narrowInception(folder, 'torchvision', (tensors) => [
      ...tensors,
      { name, shape, data },
    ]);
    assert.throws(
      () => inception2015(torchvision),
      new RegExp(`an Inception-v3 with ${found}: that of ImageNet`),
    );
  }
  assert.equal(tf.memory().numTensors, before);
});
