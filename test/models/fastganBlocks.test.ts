// FastGAN's blocks against the authors' own, forward and backward, with what a training pass leaves in their buffers.
import * as tf from '@tensorflow/tfjs';
import { GatedLinearUnit, Swish } from '../../lib/layers/gates';
import { NoiseInjection } from '../../lib/layers/noiseInjection';
import { attach } from '../../lib/models/blocks';
import * as blocks from '../../lib/models/fastgan/blocks';
import { imageModel } from '../../lib/models/imageModel';
import type { ImageModel } from '../../lib/models/model';
import { loadWeights, type StoredTensor } from '../../lib/models/weights';
import { onEngines } from '../onEngines';
import { assertClose, fixture, type ReferenceArray, toTensor } from '../reference';

/** One pass through a block. */
interface Pass {
  mode: 'train' | 'eval';
  state_before: Record<string, ReferenceArray>;
  inputs: ReferenceArray[];
  y: ReferenceArray;
  upstream: ReferenceArray;
  grad_inputs: ReferenceArray[];
  grad_params: Record<string, ReferenceArray>;
  buffers_after: Record<string, ReferenceArray>;
}

interface Case {
  /** Where the pass lies in `topk/<file>.json`. */
  file: string;
  path: readonly (string | number)[];
  build: (inputs: tf.SymbolicTensor[]) => tf.SymbolicTensor;
  /** Our names of the authors' layers, where they differ. */
  names?: Readonly<Record<string, string>>;
  noise?: (reference: Record<string, unknown>) => Record<string, ReferenceArray>;
}

const CONTEXT = { seed: 0 };
const MODES = ['train', 'eval'];
const SPECTRAL_NAMES = Object.fromEntries(
  ['weight_orig', 'weight_u', 'weight_v'].map((name) => [name, `conv.${name}`]),
);

const CASES: Case[] = [
  { file: 'glu', path: ['case'], build: ([x]) => attach(x, new GatedLinearUnit()) },
  { file: 'swish_leaky', path: ['swish'], build: ([x]) => attach(x, new Swish()) },
  { file: 'swish_leaky', path: ['leaky_relu_0_2'], build: ([x]) => blocks.rectifier(x, 'rectifier') },
  {
    file: 'noise_injection',
    path: ['case'],
    build: ([x]) => attach(x, new NoiseInjection({ name: 'noise', scale: 'learnt' })),
    names: { weight: 'noise.weight' },
    noise: ({ noise }) => ({ noise: noise as ReferenceArray }),
  },
  ...MODES.map((mode) => ({
    file: 'init_layer',
    path: [mode],
    build: ([x]: tf.SymbolicTensor[]) => blocks.initialMap(x, 'init.', 2, CONTEXT),
  })),
  ...MODES.map((mode) => ({
    file: 'upblock',
    path: [mode],
    build: ([x]: tf.SymbolicTensor[]) => blocks.upBlock(x, '', 2, CONTEXT),
  })),
  ...MODES.map((mode) => ({
    file: 'upblockcomp_no_noise',
    path: [mode],
    build: ([x]: tf.SymbolicTensor[]) =>
      blocks.noisyUpBlock(x, '', { filters: 2, noise: 'ignored' }, CONTEXT),
  })),
  {
    file: 'upblockcomp_noise',
    path: ['train'],
    build: ([x]) => blocks.noisyUpBlock(x, '', { filters: 2, noise: 'learnt' }, CONTEXT),
    names: { '1': 'conv1', '2': 'noise1', '3': 'bn1', '5': 'conv2', '6': 'noise2', '7': 'bn2' },
    noise: ({ noise }) => {
      const [first, second] = noise as ReferenceArray[];
      return { noise1: first, noise2: second };
    },
  },
  ...['pool_is_4x4_average_over_8x8', 'eval', 'feature_already_4x4'].map((path) => ({
    file: 'sle_block',
    path: [path],
    build: ([small, large]: tf.SymbolicTensor[]) =>
      blocks.excitation(small, large, '', { sigmoid: false }, CONTEXT),
  })),
  ...MODES.map((mode) => ({
    file: 'downblock',
    path: [mode],
    build: ([x]: tf.SymbolicTensor[]) => blocks.downBlock(x, '', 3, CONTEXT),
  })),
  ...MODES.map((mode) => ({
    file: 'downblockcomp',
    path: [mode],
    build: ([x]: tf.SymbolicTensor[]) => blocks.residualDownBlock(x, '', 3, CONTEXT),
  })),
  ...[0, 1, 2].map((pass) => ({
    file: 'spectral_norm_conv',
    path: ['train_forwards', pass],
    build: spectralConvolution,
    names: SPECTRAL_NAMES,
  })),
  {
    file: 'spectral_norm_conv',
    path: ['eval_forward'],
    build: spectralConvolution,
    names: SPECTRAL_NAMES,
  },
];

function spectralConvolution([x]: tf.SymbolicTensor[]): tf.SymbolicTensor {
  return blocks.spectralConvolution(x, { name: 'conv', filters: 3, kernelSize: 3, padding: 1 }, CONTEXT);
}

for (const { file, path, build, names = {}, noise } of CASES) {
  const reference = fixture<Record<string, unknown>>(`topk/${file}.json`);
  const pass = path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], reference) as Pass;

  onEngines(`${file} ${path.join(' ')} equals the reference`, () => {
    const block = blockOf(pass, build);
    tf.tidy(() => {
      const inputs = pass.inputs.map(inputOf);
      const given = noise?.(reference);
      const fixed =
        given && Object.fromEntries(Object.entries(given).map(([name, array]) => [name, toTensor(array)]));
      const kwargs = { training: pass.mode === 'train', noise: fixed };
      const forward = (...x: tf.Tensor[]): tf.Tensor =>
        block.network.apply(x.length === 1 ? x[0] : x, kwargs) as tf.Tensor;
      const upstream = toTensor(pass.upstream);

      load(block, pass, names);
      const parameters = block.parameters();
      if (parameters.length > 0) {
        const { grads } = tf.variableGrads(
          () => tf.sum(tf.mul(forward(...inputs), upstream)) as tf.Scalar,
          parameters.map(({ variable }) => variable),
        );
        for (const [name, array] of Object.entries(pass.grad_params)) {
          const found = parameters.find((weight) => weight.name === renamed(name, names));
          // The shipped code's noise has a scale that nothing depends on.
          if (found === undefined) continue;
          const gradient = grads[found.variable.name];
          assertClose(gradient, toTensor(array, 'weight'), `gradient of ${name}`, 5e-5);
        }
        for (const { name, variable } of block.buffers()) {
          const array = Object.entries(pass.buffers_after).find(([of]) => renamed(of, names) === name)?.[1];
          if (array !== undefined) assertClose(variable, toTensor(array), name);
        }
      }
      load(block, pass, names);
      assertClose(forward(...inputs), toTensor(pass.y), 'output', 2e-5);
      load(block, pass, names);
      const ofInputs = tf.grads(forward)(inputs, upstream);
      for (const [i, array] of pass.grad_inputs.entries()) {
        assertClose(ofInputs[i], inputOf(array), `gradient of input ${i}`, 5e-5);
      }
    });
    block.dispose();
  });
}

function blockOf(pass: Pass, build: Case['build']): ImageModel {
  const inputs = pass.inputs.map((array) => tf.input({ shape: shapeOf(array).slice(1) }));
  const network = tf.model({ inputs, outputs: build(inputs) });
  return imageModel({ architecture: 'block' }, { module: __filename, builder: 'build' }, network, ['y']);
}

/** Latent vectors are maps of one position. */
function shapeOf({ shape }: ReferenceArray): number[] {
  if (shape.length === 2) return [shape[0], 1, 1, shape[1]];
  const [images, channels, height, width] = shape;
  return [images, height, width, channels];
}

function inputOf(array: ReferenceArray): tf.Tensor {
  if (array.shape.length === 2) return tf.tensor(array.data, shapeOf(array));
  return toTensor(array);
}

function renamed(name: string, names: Readonly<Record<string, string>>): string {
  if (names[name] !== undefined) return names[name];
  const [layer, ...rest] = name.split('.');
  return [names[layer] ?? layer, ...rest].join('.');
}

function load(block: ImageModel, { state_before }: Pass, names: Readonly<Record<string, string>>): void {
  const stored = Object.entries(state_before).map(([key, { shape, data }]): [string, StoredTensor] => {
    const name = renamed(key, names);
    return [name, { name, shape, data: Float32Array.from(data) }];
  });
  loadWeights(block, new Map(stored));
}
