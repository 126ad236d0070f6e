// What every engine must compute alike: ops with their gradients, and training steps of the models, on seeded numbers.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../../lib/data/batches';
import { buildModel } from '../../lib/models/build';
import { upBlock } from '../../lib/models/decoder';
import type { ImageModel } from '../../lib/models/model';
import { bottleneck } from '../../lib/models/resnet50';
import { classification } from '../../lib/objectives/classification';
import { crossEntropy } from '../../lib/objectives/crossEntropy';
import type { Objective } from '../../lib/objectives/objective';
import { sgd } from '../../lib/objectives/sgd';
import { adaptiveAveragePool } from '../../lib/ops/adaptiveAveragePool';
import { multiHeadAttention } from '../../lib/ops/attention';
import { averagePool, globalAveragePool } from '../../lib/ops/averagePool';
import { batchNorm, batchNormEvaluation } from '../../lib/ops/batchNorm';
import { conv2d } from '../../lib/ops/conv2d';
import { convTranspose2d } from '../../lib/ops/convTranspose2d';
import { dropout } from '../../lib/ops/dropout';
import { gelu } from '../../lib/ops/gelu';
import { symmetricKernel } from '../../lib/ops/hgruCell';
import { layerNorm } from '../../lib/ops/layerNorm';
import { leakyRelu } from '../../lib/ops/leakyRelu';
import { linear } from '../../lib/ops/linear';
import { maxPool } from '../../lib/ops/maxPool';
import { momentumUpdate } from '../../lib/ops/momentumUpdate';
import { movingAverage } from '../../lib/ops/movingAverage';
import { resizeBilinear } from '../../lib/ops/resizeBilinear';
import { topK } from '../../lib/ops/topK';
import { topKMean } from '../../lib/ops/topKMean';
import { Random } from '../../lib/random';
import { computeGradients, disposeGradients, labelledBatch, trainStep } from '../../lib/train/step';

export interface AgreementCase {
  readonly name: string;
  /** Largest absolute difference from wasm. */
  readonly tolerance: number;
  /** Numbers of the engine that is current. */
  compute(): Promise<number[]>;
}

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Numbers without near ties: which of two almost equal values Top-K or Relu passes is a matter of rounding. */
const random = (): Random => new Random(12);

function normal(shape: number[], numbers: Random): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => numbers.normal()),
    shape,
  );
}

/** An op's result and its gradients for a seeded upstream gradient. */
function op(name: string, shapes: number[][], compute: Op, tolerance = 1e-4): AgreementCase {
  return {
    name,
    tolerance,
    async compute() {
      const results = tf.tidy(() => {
        const numbers = random();
        const inputs = shapes.map((shape) => normal(shape, numbers));
        const y = compute(...inputs);
        return [y, ...tf.grads(compute)(inputs, normal(y.shape, numbers))];
      });
      return read(results);
    },
  };
}

/** A function that has no gradient. */
function forward(
  name: string,
  shapes: number[][],
  compute: (...inputs: tf.Tensor[]) => tf.Tensor[],
): AgreementCase {
  return {
    name,
    tolerance: 1e-5,
    async compute() {
      const numbers = random();
      return read(tf.tidy(() => compute(...shapes.map((shape) => normal(shape, numbers)))));
    },
  };
}

async function read(tensors: tf.Tensor[]): Promise<number[]> {
  const values = await Promise.all(tensors.map(async (tensor) => Array.from(await tensor.data())));
  tf.dispose(tensors);
  return values.flat();
}

function convolution(
  name: string,
  x: number[],
  kernel: number[],
  stride: number,
  padding: number,
  tolerance?: number,
): AgreementCase {
  return op(
    `conv2d ${name}`,
    [x, kernel],
    (input, weights) => conv2d(input as tf.Tensor4D, weights as tf.Tensor4D, { stride, padding }),
    tolerance,
  );
}

const image =
  (f: (x: tf.Tensor4D) => tf.Tensor): Op =>
  (x) =>
    f(x as tf.Tensor4D);
const affine = (f: (x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D) => tf.Tensor): Op => {
  return (x, scale, offset) => f(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D);
};

/** Batch norm of values around `mean`. */
function normalisation(x: number[], mean = 0, tolerance = 1e-4): AgreementCase {
  const channels = x.slice(3);
  return op(
    `batchNorm [${x}]${mean === 0 ? '' : ` around ${mean}`}`,
    [x, channels, channels],
    affine((input, scale, offset) => batchNorm(tf.add(input, mean), scale, offset).y),
    tolerance,
  );
}

function transposed(name: string, x: number[], kernel: number[], stride: number, padding = 0): AgreementCase {
  return op(
    `convTranspose2d ${name}`,
    [x, kernel],
    (input, weights) => convTranspose2d(input as tf.Tensor4D, weights as tf.Tensor4D, { stride, padding }),
    5e-4,
  );
}

const OPS: AgreementCase[] = [
  convolution('3x3', [2, 9, 9, 5], [3, 3, 5, 6], 1, 1),
  convolution('3x3, stride 2, odd side', [2, 9, 9, 5], [3, 3, 5, 6], 2, 1),
  convolution('3x3, stride 2, even side', [2, 8, 10, 5], [3, 3, 5, 6], 2, 1),
  convolution('1x1, stride 2', [2, 8, 8, 5], [1, 1, 5, 7], 2, 0),
  convolution('1x1, stride 2, padded, odd side', [3, 9, 7, 3], [1, 1, 3, 12], 2, 1),
  convolution('7x7, stride 2', [2, 17, 17, 3], [7, 7, 3, 4], 2, 3),
  convolution('5x5, valid', [2, 9, 9, 3], [5, 5, 3, 4], 1, 0),
  // Several tiles and shares of a GPU's matrix product, whole ones and torn ones.
  convolution('3x3, many channels', [2, 9, 7, 72], [3, 3, 72, 68], 1, 1, 5e-4),
  convolution('3x3, stride 2, many channels', [2, 11, 9, 40], [3, 3, 40, 70], 2, 1, 5e-4),
  convolution('1x1, stride 2, odd side', [3, 13, 11, 36], [1, 1, 36, 65], 2, 0),
  convolution('3x3, many pixels', [3, 33, 31, 8], [3, 3, 8, 12], 1, 1, 5e-4),
  convolution('7x7, stride 2, many pixels', [2, 65, 67, 3], [7, 7, 3, 10], 2, 3, 5e-4),
  convolution('3x3, stride 2, large image', [1, 190, 178, 3], [3, 3, 3, 5], 2, 1, 1e-3),
  convolution('3x3, large image', [1, 184, 185, 3], [3, 3, 3, 5], 1, 1, 1e-2),
  convolution('1x1, thousands of filters', [1, 3, 3, 5], [1, 1, 5, 16900], 1, 0, 1e-3),
  convolution('3x3, stride 12, many channels', [1, 36, 36, 66], [3, 3, 66, 20], 12, 1, 5e-4),
  ...[
    [3, 5, 5, 4],
    [4, 3, 3, 1],
    [5, 7, 7, 5],
    [2, 3, 5, 67],
  ].map((x) => normalisation(x)),
  // More rows than one workgroup of a GPU reduces.
  normalisation([4, 67, 33, 5], 0, 1e-3),
  normalisation([2, 37, 41, 64], 0, 1e-3),
  // A variance from the mean of squares would cancel.
  normalisation([2, 40, 40, 16], 100, 1e-2),
  op(
    'batchNormEvaluation',
    [[3, 5, 5, 4], [4], [4]],
    affine((x, scale, offset) =>
      batchNormEvaluation(x, scale, offset, {
        mean: tf.tensor1d([0, 1, 2, 3]),
        variance: tf.tensor1d([1, 2, 3, 4]),
      }),
    ),
  ),
  transposed('2x2, stride 2', [2, 5, 4, 6], [2, 2, 3, 6], 2),
  transposed('2x2, stride 2, many channels', [2, 9, 7, 72], [2, 2, 36, 72], 2),
  transposed('3x3, stride 2, padded', [2, 5, 5, 4], [3, 3, 5, 4], 2, 1),
  op('relu', [[2, 5, 5, 3]], (x) => tf.relu(x), 1e-6),
  op('leakyRelu', [[2, 5, 5, 3]], (x) => leakyRelu(x), 1e-6),
  op('gelu', [[4, 9]], (x) => gelu(x), 1e-5),
  op('layerNorm', [[2, 5, 7], [7], [7]], (x, scale, offset) =>
    layerNorm(x, scale as tf.Tensor1D, offset as tf.Tensor1D),
  ),
  op(
    'multiHeadAttention',
    [
      [2, 5, 6],
      [2, 5, 6],
      [2, 5, 6],
    ],
    (query, key, value) =>
      multiHeadAttention(query as tf.Tensor3D, key as tf.Tensor3D, value as tf.Tensor3D, 2),
  ),
  op('symmetricKernel', [[3, 3, 4, 4]], (kernel) => symmetricKernel(kernel as tf.Tensor4D), 1e-6),
  op('dropout', [[4, 9]], (x) => dropout(x, { rate: 0.3, seed: 1 }), 1e-6),
  op(
    'resizeBilinear, twice',
    [[2, 5, 4, 3]],
    image((x) => resizeBilinear(x, [10, 8])),
    1e-5,
  ),
  op(
    'resizeBilinear, smaller',
    [[2, 7, 9, 3]],
    image((x) => resizeBilinear(x, [3, 4])),
    1e-5,
  ),
  op(
    'maxPool 2',
    [[2, 6, 6, 3]],
    image((x) => maxPool(x, { size: 2 })),
    1e-6,
  ),
  op(
    'maxPool 3, stride 2, padded',
    [[2, 7, 7, 3]],
    image((x) => maxPool(x, { size: 3, stride: 2, padding: 1 })),
    1e-6,
  ),
  op(
    'averagePool',
    [[2, 6, 6, 3]],
    image((x) => averagePool(x, 2)),
    1e-6,
  ),
  op(
    'adaptiveAveragePool, smaller and larger',
    [[2, 5, 7, 3]],
    image((x) => adaptiveAveragePool(x, 6)),
    1e-6,
  ),
  op('globalAveragePool', [[2, 6, 6, 3]], image(globalAveragePool), 1e-6),
  op('linear', [[4, 7], [7, 5], [5]], (x, kernel, bias) =>
    linear(x as tf.Tensor2D, kernel as tf.Tensor2D, bias as tf.Tensor1D),
  ),
  op(
    'topK',
    [[2, 6, 6, 3]],
    image((x) => topK(x, { fraction: 0.2 })),
    1e-6,
  ),
  op(
    'topK, ties',
    [[2, 6, 6, 3]],
    image((x) => topK(tf.round(x) as tf.Tensor4D, { count: 9 })),
    1e-6,
  ),
  op(
    'topK, many channels',
    [[2, 9, 7, 19]],
    image((x) => topK(x, { count: 10 })),
    1e-6,
  ),
  op(
    'topK, every position',
    [[2, 3, 3, 2]],
    image((x) => topK(x, { count: 9 })),
    1e-6,
  ),
  op(
    'topK, reverse',
    [[2, 6, 6, 3]],
    image((x) => topK(x, { count: 5, reverse: true })),
    1e-6,
  ),
  op(
    'topKMean, reproduction',
    [[2, 6, 6, 3]],
    image((x) => topKMean(x, { fraction: 0.2, form: 'reproduction' })),
    1e-5,
  ),
  op(
    'topKMean, authors',
    [[2, 6, 6, 3]],
    image((x) => topKMean(x, { fraction: 0.2, form: 'authors' })),
    1e-5,
  ),
  op(
    'crossEntropy',
    [[4, 6]],
    (logits) => crossEntropy(logits as tf.Tensor2D, tf.tensor1d([0, 5, 2, 2], 'int32')),
    1e-5,
  ),
  forward(
    'momentumUpdate',
    [
      [5, 7],
      [5, 7],
      [5, 7],
    ],
    (weight, gradient, velocity) => {
      const options = { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 };
      return Object.values(momentumUpdate(weight, gradient, velocity, options));
    },
  ),
  forward('movingAverage', [[37], [37]], (running, batch) => [
    movingAverage(running, batch, { share: 0.1, factor: 1.5 }),
  ]),
];

/** The smallest sides that the variants take. */
const SIDES: Readonly<Record<string, number>> = { paper: 16, code: 32 };
const LABELS = Int32Array.from([0, 1, 2, 3]);

function batch(side: number): Batch {
  const numbers = random();
  const length = LABELS.length * side * side * 3;
  const images = Float32Array.from({ length }, () => numbers.normal());
  return { images, labels: LABELS, shape: [LABELS.length, side, side, 3] };
}

function network(variant: string, activation: string): ImageModel {
  const size = { width: 4, inputSize: SIDES[variant], classes: 4, stemStride: 1 };
  return buildModel({ architecture: 'resnet18', variant, activation, ...size }, 1);
}

/** Every gradient of a ResNet-18, and its logits. */
function gradientsOf(variant: string, activation: string): AgreementCase {
  return {
    name: `gradients of ResNet-18, ${variant}, ${activation}`,
    tolerance: 1e-3,
    compute: () => gradients(network(variant, activation), classification(), batch(SIDES[variant])),
  };
}

/** Every gradient of a plain network, through its dropout. */
function gradientsOfPlain(
  architecture: string,
  options: Readonly<Record<string, number | string>>,
): AgreementCase {
  return {
    name: `gradients of ${architecture}, ${Object.values(options).join(', ')}`,
    tolerance: 1e-3,
    compute() {
      const spec = { architecture, width: 2, inputSize: 64, classes: 4, ...options };
      return gradients(buildModel(spec, 1), classification(), batch(64));
    },
  };
}

/** Every gradient of a block of LocNet on a map `[4, 8, 8, 6]`, through its batch norms. */
function gradientsOfBlock(name: string, build: (x: tf.SymbolicTensor) => tf.SymbolicTensor): AgreementCase {
  return {
    name: `gradients of ${name}`,
    tolerance: 1e-3,
    async compute() {
      const numbers = random();
      const x = tf.input({ shape: [8, 8, 6] });
      const network = tf.model({ inputs: x, outputs: build(x) });
      const results = tf.tidy(() => {
        const y = (map: tf.Tensor): tf.Tensor => network.apply(map, { training: true }) as tf.Tensor;
        const map = normal([4, 8, 8, 6], numbers);
        const upstream = normal(y(map).shape, numbers);
        const { grads } = tf.variableGrads(() => tf.sum(tf.mul(y(map), upstream)) as tf.Scalar);
        return [y(map), tf.grad(y)(map, upstream), ...Object.values(grads)];
      });
      const values = await read(results);
      network.dispose();
      return values;
    },
  };
}

/** Class and depth of images, by batch statistics. Gradients of so many layers differ with every rectifier that rounding turns. */
function outputsOf(architecture: string, options: object = {}): AgreementCase {
  return {
    name: `outputs of ${architecture} ${JSON.stringify(options)}`,
    // As far as one rectifier in fifty layers may carry.
    tolerance: 1e-2,
    async compute() {
      const model = buildModel({ architecture, width: 4, inputSize: 64, classes: 4, ...options }, 1);
      const { images, labels } = labelledBatch(batch(64));
      const outputs = model.forward(images, { training: true, seed: 1 });
      tf.dispose([images, labels]);
      const values = await read(Object.values(outputs));
      model.dispose();
      return values;
    },
  };
}

/** Disposes the model. */
async function gradients(model: ImageModel, objective: Objective, images: Batch): Promise<number[]> {
  const tensors = labelledBatch(images);
  const computed = computeGradients(model, objective, tensors);
  const values = await read(
    [computed.logits as tf.Tensor, ...Object.values(computed.gradients)].map((t) => t.clone()),
  );
  disposeGradients(computed);
  tf.dispose([tensors.images, tensors.labels]);
  model.dispose();
  return values;
}

/** Losses of twenty steps; at the end no tensor may be left. */
function lossesOf(variant: string, activation: string): AgreementCase {
  return {
    name: `losses of 20 steps, ${variant}, ${activation}`,
    // Where two magnitudes are almost equal, rounding decides which passes Top-K; from there the trainings part.
    tolerance: activation === 'none' ? 1e-3 : 1e-2,
    async compute() {
      const model = network(variant, activation);
      const optimizer = sgd({ momentum: 0.9, weightDecay: 5e-4 }).start(model.parameters());
      const learner = { model, optimizer, objective: classification() };
      const losses: number[] = [];
      for (let step = 0; step < 20; step++)
        losses.push(
          (await trainStep(learner, batch(SIDES[variant]), { learningRate: 0.02 })).terms.crossEntropy,
        );
      optimizer.dispose();
      model.dispose();
      return losses;
    },
  };
}

const VARIANTS = ['paper', 'code'];
const ACTIVATIONS = ['none', 'topk', 'topk-mean'];

export const AGREEMENT_CASES: readonly AgreementCase[] = [
  ...OPS,
  ...VARIANTS.flatMap((variant) => ACTIVATIONS.map((activation) => gradientsOf(variant, activation))),
  gradientsOfPlain('alexnet', { stemStride: 2 }),
  gradientsOfPlain('vgg16', { pooling: 'max' }),
  gradientsOfPlain('vgg16', { pooling: 'average' }),
  gradientsOfBlock('bottleneck', (x) =>
    bottleneck(x, { of: '', seedOf: '' }, { filters: 3, stride: 2 }, { seed: 1 }),
  ),
  gradientsOfBlock('upBlock', (x) => upBlock(x, '', { filters: 4 }, { seed: 1 })),
  gradientsOfBlock('upBlock, bilinear', (x) =>
    upBlock(x, '', { filters: 4, upsampling: 'bilinear' }, { seed: 1 }),
  ),
  outputsOf('autoencoder'),
  outputsOf('autoencoder', { upsampling: 'bilinear' }),
  outputsOf('unet'),
  lossesOf('paper', 'topk'),
];
