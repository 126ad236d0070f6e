// Perceptual distances by a VGG-16, against PyTorch.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { type StoredTensor, writeSafetensors } from '../../lib/models/safetensors';
import { perceptualNetwork } from '../../lib/synthesis/perceptualNetwork';
import { onEngines } from '../onEngines';
import { fixture } from '../reference';

const WIDTHS = [1, 2, 4, 8, 8];
const CONVOLUTIONS = [2, 2, 3, 3, 3];
const WIDTH = 2;
const SIDE = 32;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-perceptual-'));
after(() => fs.rmSync(folder, { recursive: true }));

/** As in lpipsByTorch.py. */
function lcg(count: number, seed: number, scale: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return scale * ((2 * state) / 2 ** 32 - 1);
  });
}

function vggFile(): string {
  const tensors: StoredTensor[] = [];
  let [channels, seed, place] = [3, 1, 0];
  for (const [group, count] of CONVOLUTIONS.entries()) {
    for (let i = 0; i < count; i++, place += 2, seed += 2) {
      const out = WIDTHS[group] * WIDTH;
      const kernel = lcg(out * channels * 9, seed, 2 * Math.sqrt(3 / (9 * channels)));
      tensors.push({ name: `features.${place}.weight`, shape: [out, channels, 3, 3], data: kernel });
      tensors.push({ name: `features.${place}.bias`, shape: [out], data: lcg(out, seed + 1, 0.1) });
      channels = out;
    }
    place++;
  }
  return written('vgg.safetensors', tensors);
}

function headsFile(change: (tensors: StoredTensor[]) => StoredTensor[] = (tensors) => tensors): string {
  const heads = WIDTHS.map((width, layer): StoredTensor => {
    const data = lcg(width * WIDTH, 101 + layer, 1).map(Math.abs);
    return { name: `lin${layer}.model.1.weight`, shape: [1, width * WIDTH, 1, 1], data };
  });
  return written('heads.safetensors', change(heads));
}

function written(name: string, tensors: readonly StoredTensor[]): string {
  const file = path.join(folder, name);
  writeSafetensors(file, tensors, {});
  return file;
}

function images(seed: number): tf.Tensor4D {
  return tf.tidy(() =>
    tf.transpose(tf.tensor4d(lcg(2 * 3 * SIDE * SIDE, seed, 1), [2, 3, SIDE, SIDE]), [0, 2, 3, 1]),
  );
}

interface Reference {
  distances: number[];
  without_heads: number[];
  gradient_start: number[];
  gradient_length: number;
}

function close(actual: ArrayLike<number>, wanted: readonly number[], what: string): void {
  for (const [i, value] of wanted.entries())
    assert.ok(
      Math.abs(actual[i] - value) <= 2e-4 * Math.max(Math.abs(value), 0.01),
      `${what}: ${actual[i]}, not ${value}`,
    );
}

onEngines(
  'perceptual distances are those of PyTorch, with heads and without; no tensor is left',
  async () => {
    const reference = fixture<Reference>('synthesis/lpips.json');
    const before = tf.memory().numTensors;
    const vgg = vggFile();
    const lpips = await perceptualNetwork({ vgg, heads: headsFile(), size: SIDE });
    const plain = await perceptualNetwork({ vgg, size: SIDE });
    const [a, b] = [images(201), images(202)];
    const own = tf.memory().numTensors;
    const [distances, without, same] = [lpips.distance(a, b), plain.distance(a, b), plain.distance(a, a)];
    const gradient = tf.tidy(() =>
      tf.transpose(tf.grad((x) => tf.sum(lpips.distance(x as tf.Tensor4D, b)))(a), [0, 3, 1, 2]),
    );
    close(distances.dataSync(), reference.distances, 'distances');
    close(without.dataSync(), reference.without_heads, 'without heads');
    close(same.dataSync(), [0, 0], 'of itself');
    const length = tf.tidy(() => tf.norm(gradient).dataSync()[0]);
    close([length], [reference.gradient_length], 'length of the gradient');
    const start = tf.tidy(() => tf.slice(gradient, [0, 0, 5, 5], [1, 3, 1, 3]).dataSync());
    for (const [i, value] of reference.gradient_start.entries())
      assert.ok(Math.abs(start[i] - value) < 1e-3 * length, `gradient ${i}`);
    assert.notEqual(lpips.hash, plain.hash);
    tf.dispose([distances, without, same, gradient]);
    assert.equal(tf.memory().numTensors, own);
    for (const network of [lpips, plain]) network.dispose();
    tf.dispose([a, b]);
    assert.equal(tf.memory().numTensors, before);
  },
  { plain: false },
);

onEngines(
  'files that do not belong together are named',
  async () => {
    const vgg = vggFile();
    const before = tf.memory().numTensors;
    await assert.rejects(
      perceptualNetwork({ vgg, heads: headsFile((heads) => heads.slice(1)), size: SIDE }),
      /heads\.safetensors holds no lin0\.model\.1\.weight/,
    );
    const wide = headsFile((heads) =>
      heads.map((head) => ({ ...head, shape: [1, 64, 1, 1], data: new Float32Array(64) })),
    );
    await assert.rejects(
      perceptualNetwork({ vgg, heads: wide, size: SIDE }),
      /weighs 64 channels, the layer has 2/,
    );
    await assert.rejects(perceptualNetwork({ vgg: wide, size: SIDE }), /holds no features\.0\.weight/);
    assert.equal(tf.memory().numTensors, before);
  },
  { plain: false },
);
