// The Inception-v3 of 2015, by whose features published FIDs are measured, from its weights under the names that PyTorch's ports gave them.
import * as fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import type { ByteImage } from '../data/imageSource';
import { sha256 } from '../files';
import { readSafetensors, type SafetensorsFile } from '../models/safetensors';
import { type FeatureNetwork, readFeatures } from './featureNetwork';

const SIDE = 299;
/** Of its batch norms. */
const EPSILON = 1e-3;
const LAST = 'Mixed_7c.branch_pool';

/** Of its last linear layer; torchvision's Inception-v3, whose names are the same, has 1000. */
const CLASSES = 1008;

/** Whether a file of weights holds an Inception-v3 by its names. */
export function isInception({ tensors }: SafetensorsFile): boolean {
  return tensors.has(`${LAST}.conv.weight`);
}

export interface Inception2015 extends FeatureNetwork {
  dispose(): void;
}

/** The 2,048 features behind the last pooling (as many as the weights have, of a narrower network), with the network's own preparation of images: bilinear as
 *  TensorFlow 1 did it, corners unaligned, pixel centres ignored; then (value - 128) / 128.
 *
 *  Throws, naming file and weight, on what is missing or does not fit. Source: Szegedy et al. 2016; Heusel et al. 2017; its ports mean over what is inside in
 *  the average poolings, and take the maximum in the last block. */
export function inception2015(file: string): Inception2015 {
  const content = readSafetensors(file);
  requireOf2015(content, file);
  const weights = new FoldedWeights(content, file);
  // Names and shapes are checked at once, not behind hours of features.
  try {
    tf.dispose(tf.tidy(() => featuresOf(tf.zeros([1, SIDE, SIDE, 3]), weights)));
  } catch (error) {
    weights.dispose();
    throw error;
  }
  return {
    name: 'Inception-v3 of 2015',
    inputSize: SIDE,
    hash: sha256('inception 2015', fs.readFileSync(file)),
    resize: 'the whole image, stretched, bilinear as in TensorFlow 1',
    prepare: prepared,
    async features(pixels, count, nameOf) {
      const found = tf.tidy(() => featuresOf(tf.tensor4d(pixels, [count, SIDE, SIDE, 3]), weights));
      return readFeatures(found, { name: file, count, nameOf });
    },
    dispose: () => weights.dispose(),
  };
}

function requireOf2015({ tensors }: SafetensorsFile, file: string): void {
  const classes = tensors.get('fc.weight')?.shape[0] ?? CLASSES;
  const auxiliary = [...tensors.keys()].find((name) => name.startsWith('AuxLogits.'));
  if (classes === CLASSES && auxiliary === undefined) return;
  const what = auxiliary === undefined ? `${classes} classes, not ${CLASSES}` : auxiliary;
  throw new Error(
    `${file} holds an Inception-v3 with ${what}: that of ImageNet (torchvision), whose features give other distances than those of 2015.`,
  );
}

/** `299 x 299 x 3`. */
function prepared({ width, height, channels, data }: ByteImage): Float32Array {
  const values = new Float32Array(SIDE * SIDE * 3);
  const [columns, rows] = [width, height].map(places);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        const at = (r: number, c: number): number =>
          data[(r * width + c) * channels + (channels === 3 ? channel : 0)];
        const along = (r: number): number => {
          const left = at(r, column.low);
          return left + (at(r, column.high) - left) * column.share;
        };
        const top = along(row.low);
        const value = top + (along(row.high) - top) * row.share;
        values[(y * SIDE + x) * 3 + channel] = (value - 128) / 128;
      }
    }
  }
  return values;
}

/** Between which pixels each of 299 lies, and how far towards the second. */
function places(from: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: SIDE }, (_, i) => {
    const place = (i * from) / SIDE;
    const low = Math.floor(place);
    return { low, high: Math.min(low + 1, from - 1), share: place - low };
  });
}

/** Kernels and biases of convolutions with their batch norms folded in. */
class FoldedWeights {
  private readonly made = new Map<string, { kernel: tf.Tensor4D; bias: tf.Tensor1D }>();

  constructor(
    private readonly content: SafetensorsFile,
    private readonly file: string,
  ) {}

  of(name: string): { kernel: tf.Tensor4D; bias: tf.Tensor1D } {
    const known = this.made.get(name) ?? this.fold(name);
    this.made.set(name, known);
    return known;
  }

  dispose(): void {
    tf.dispose([...this.made.values()]);
    this.made.clear();
  }

  private fold(name: string): { kernel: tf.Tensor4D; bias: tf.Tensor1D } {
    const [gain, offset, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (part) => this.tensor(`${name}.bn.${part}`).data,
    );
    const { shape, data } = this.tensor(`${name}.conv.weight`);
    const [outputs] = shape;
    if (shape.length !== 4 || [gain, offset, mean, variance].some(({ length }) => length !== outputs)) {
      throw new Error(
        `${name} of ${this.file} has a kernel [${shape}] and a batch norm of ${gain.length} channels.`,
      );
    }
    const scales = Float32Array.from(gain, (value, i) => value / Math.sqrt(variance[i] + EPSILON));
    const perOutput = data.length / outputs;
    const scaled = data.map((value, i) => value * scales[Math.floor(i / perOutput)]);
    return tf.tidy(() => ({
      kernel: tf.keep(
        tf.transpose(tf.tensor4d(scaled, shape as [number, number, number, number]), [2, 3, 1, 0]),
      ),
      bias: tf.keep(tf.tensor1d(offset.map((value, i) => value - mean[i] * scales[i]))),
    }));
  }

  private tensor(name: string) {
    const found = this.content.tensors.get(name);
    if (found === undefined)
      throw new Error(
        `${this.file} holds no ${name}: these are not the weights of the Inception-v3 of 2015.`,
      );
    return found;
  }
}

type Map4 = tf.Tensor4D;
type Block = (x: Map4, name: string) => Map4;

function featuresOf(images: Map4, weights: FoldedWeights): tf.Tensor2D {
  /** Convolution, batch norm, rectifier; `same` keeps the size. */
  const conv = (x: Map4, name: string, pad: 'same' | 'valid' = 'same', stride = 1): Map4 => {
    const { kernel, bias } = weights.of(name);
    if (kernel.shape[2] !== x.shape[3])
      throw new Error(
        `${name} takes ${kernel.shape[2]} channels and gets ${x.shape[3]}: weights that do not fit.`,
      );
    return tf.relu(tf.add<Map4>(tf.conv2d(x, kernel, stride, pad), bias));
  };
  /** One after another; a name ends in what its block calls it. */
  const chain = (x: Map4, block: string, names: readonly string[]): Map4 =>
    names.reduce((map, name) => conv(map, `${block}.${name}`), x);
  const halved = (x: Map4): Map4 => tf.maxPool(x, 3, 2, 'valid');
  const averaged = (x: Map4): Map4 => tf.avgPool(x, 3, 1, 'same');
  const joined = (maps: Map4[]): Map4 => tf.concat(maps, 3);

  const a: Block = (x, name) =>
    joined([
      chain(x, name, ['branch1x1']),
      chain(x, name, ['branch5x5_1', 'branch5x5_2']),
      chain(x, name, ['branch3x3dbl_1', 'branch3x3dbl_2', 'branch3x3dbl_3']),
      chain(averaged(x), name, ['branch_pool']),
    ]);
  const b: Block = (x, name) =>
    joined([
      conv(x, `${name}.branch3x3`, 'valid', 2),
      conv(chain(x, name, ['branch3x3dbl_1', 'branch3x3dbl_2']), `${name}.branch3x3dbl_3`, 'valid', 2),
      halved(x),
    ]);
  const c: Block = (x, name) =>
    joined([
      chain(x, name, ['branch1x1']),
      chain(
        x,
        name,
        [1, 2, 3].map((i) => `branch7x7_${i}`),
      ),
      chain(
        x,
        name,
        [1, 2, 3, 4, 5].map((i) => `branch7x7dbl_${i}`),
      ),
      chain(averaged(x), name, ['branch_pool']),
    ]);
  const d: Block = (x, name) =>
    joined([
      conv(chain(x, name, ['branch3x3_1']), `${name}.branch3x3_2`, 'valid', 2),
      conv(
        chain(
          x,
          name,
          [1, 2, 3].map((i) => `branch7x7x3_${i}`),
        ),
        `${name}.branch7x7x3_4`,
        'valid',
        2,
      ),
      halved(x),
    ]);
  const e =
    (pool: (x: Map4) => Map4): Block =>
    (x, name) => {
      const wide = chain(x, name, ['branch3x3_1']);
      const twice = chain(x, name, ['branch3x3dbl_1', 'branch3x3dbl_2']);
      return joined([
        chain(x, name, ['branch1x1']),
        ...['branch3x3_2a', 'branch3x3_2b'].map((part) => chain(wide, name, [part])),
        ...['branch3x3dbl_3a', 'branch3x3dbl_3b'].map((part) => chain(twice, name, [part])),
        chain(pool(x), name, ['branch_pool']),
      ]);
    };

  let x = conv(images, 'Conv2d_1a_3x3', 'valid', 2);
  x = conv(conv(x, 'Conv2d_2a_3x3', 'valid'), 'Conv2d_2b_3x3');
  x = conv(conv(halved(x), 'Conv2d_3b_1x1', 'valid'), 'Conv2d_4a_3x3', 'valid');
  x = halved(x);
  const blocks: readonly (readonly [string, Block])[] = [
    ['Mixed_5b', a],
    ['Mixed_5c', a],
    ['Mixed_5d', a],
    ['Mixed_6a', b],
    ['Mixed_6b', c],
    ['Mixed_6c', c],
    ['Mixed_6d', c],
    ['Mixed_6e', c],
    ['Mixed_7a', d],
    ['Mixed_7b', e(averaged)],
    ['Mixed_7c', e((map) => tf.maxPool(map, 3, 1, 'same'))],
  ];
  for (const [name, block] of blocks) x = block(x, name);
  return tf.mean<tf.Tensor2D>(x, [1, 2]);
}
