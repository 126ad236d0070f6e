// Kernels of TensorFlow that tfjs-node does not reach (fused batch norm, the gradient of Relu, explicit padding), and those of `kernels.cc`.
import * as tf from '@tensorflow/tfjs';
import {
  convolutionShape,
  type MomentumAttributes,
  type MomentumInputs,
  type MovingAverageAttributes,
  type MovingAverageInputs,
  type Named,
  replaceKernel,
  type Shape4D,
} from '../kernels';
import { useReluGradientKernel } from '../reluGradient';

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What is used of tfjs-node's backend. */
interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeSingleOutput(op: string, attributes: Attribute[], inputs: tf.TensorInfo[]): tf.TensorInfo;
  executeMultipleOutputs(
    op: string,
    attributes: Attribute[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.TensorInfo[];
}

type Kernel = (native: Native, inputs: Named, attributes: Named) => tf.TensorInfo | tf.TensorInfo[];

/** Attributes of TensorFlow's ops, by their types. */
class Native {
  constructor(readonly backend: NativeBackend) {}

  type(name: string): Attribute {
    return { name, type: this.backend.binding.TF_ATTR_TYPE, value: this.backend.binding.TF_FLOAT };
  }

  text(name: string, value: string): Attribute {
    return { name, type: this.backend.binding.TF_ATTR_STRING, value };
  }

  float(name: string, value: number): Attribute {
    return { name, type: this.backend.binding.TF_ATTR_FLOAT, value };
  }

  integers(name: string, value: number[]): Attribute {
    return { name, type: this.backend.binding.TF_ATTR_INT, value };
  }

  boolean(name: string, value: boolean): Attribute {
    return { name, type: this.backend.binding.TF_ATTR_BOOL, value };
  }
}

/** Registers the kernels on the backend 'tensorflow', which must be the current one. */
export function installNativeKernels(): void {
  register('BatchNormTrain', batchNormTrain);
  register('BatchNormTrainGrad', batchNormTrainGradient);
  register('ReluGrad', (native, { dy, y }) =>
    native.backend.executeSingleOutput('ReluGrad', [native.type('T')], [dy, y]),
  );
  register('Conv2D', convolution);
  register('Conv2DBackpropInput', inputGradient);
  register('Conv2DBackpropFilter', filterGradient);
  useReluGradientKernel();
}

/** Registers the kernels that `kernels.cc` adds to TensorFlow: on a processor alone, and where the addon has them. */
export function installOwnKernels(): void {
  register('MomentumUpdate', momentumUpdate);
  register('MovingAverage', movingAverage);
}

function momentumUpdate(native: Native, inputs: Named, attributes: Named): tf.TensorInfo[] {
  const { weight, gradient, velocity }: MomentumInputs = inputs;
  const { learningRate, momentum, weightDecay }: MomentumAttributes = attributes;
  return withVector([momentum, weightDecay, learningRate], 'float32', (settings) =>
    native.backend.executeMultipleOutputs(
      'GestaltMomentumUpdate',
      [],
      [weight, gradient, velocity, settings],
      2,
    ),
  );
}

function movingAverage(native: Native, inputs: Named, attributes: Named): tf.TensorInfo {
  const { running, batch }: MovingAverageInputs = inputs;
  const { share, factor }: MovingAverageAttributes = attributes;
  return withVector([1 - share, share, factor], 'float32', (settings) =>
    native.backend.executeSingleOutput('GestaltMovingAverage', [], [running, batch, settings]),
  );
}

function register(name: string, kernel: Kernel): void {
  replaceKernel('tensorflow', name, (inputs, attributes, backend) =>
    kernel(new Native(backend as unknown as NativeBackend), inputs, attributes),
  );
}

function batchNormAttributes(native: Native, epsilon: number): Attribute[] {
  return [
    native.type('T'),
    native.type('U'),
    native.float('epsilon', epsilon),
    native.text('data_format', 'NHWC'),
    native.boolean('is_training', true),
  ];
}

/** y, mean, biased variance, then what the gradient needs besides (it differs between CPU and GPU). */
function batchNormTrain(native: Native, { x, scale, offset }: Named, { epsilon }: Named): tf.TensorInfo[] {
  const attributes = [...batchNormAttributes(native, epsilon), native.float('exponential_avg_factor', 1)];
  const none = tf.tensor1d([]);
  const [y, mean, unbiased, ...reserve] = native.backend.executeMultipleOutputs(
    'FusedBatchNormV3',
    attributes,
    [x, scale, offset, none, none],
    6,
  );
  const count = tf.util.sizeFromShape(x.shape) / tf.util.sizeFromShape(scale.shape);
  const bias = tf.scalar((count - 1) / count);
  const variance = native.backend.executeSingleOutput('Mul', [native.type('T')], [unbiased, bias]);
  tf.dispose([none, bias, unbiased as tf.Tensor]);
  return [y, mean, variance, ...reserve];
}

function batchNormTrainGradient(
  native: Native,
  { x, dy, scale, reserve0, reserve1, reserve2 }: Named,
  { epsilon }: Named,
): tf.TensorInfo[] {
  const [dx, dScale, dOffset, ...unused] = native.backend.executeMultipleOutputs(
    'FusedBatchNormGradV3',
    batchNormAttributes(native, epsilon),
    [dy, x, scale, reserve0, reserve1, reserve2],
    5,
  );
  tf.dispose(unused as tf.Tensor[]);
  return [dx, dScale, dOffset];
}

/** As tfjs-node's, and with padding in numbers. TensorFlow's own explicit padding takes a slower path than its 'SAME', so where
 *  the two are one, it is 'SAME', and elsewhere the input is padded first. */
function convolution(native: Native, { x, filter }: Named, attributes: Named): tf.TensorInfo {
  const { shape, padding, border } = convolutionForm(x.shape, filter.shape, attributes);
  const run = (input: tf.TensorInfo): tf.TensorInfo =>
    native.backend.executeSingleOutput('Conv2D', convolutionAttributes(native, shape, padding), [
      input,
      filter,
    ]);
  return border === undefined ? run(x) : onPadded(x, border, run);
}

function inputGradient(native: Native, { dy, filter }: Named, attributes: Named): tf.TensorInfo {
  const { shape, padding, border } = convolutionForm(attributes.inputShape, filter.shape, attributes);
  const [images, height, width, channels] = shape.inShape;
  const run = (input: number[]): tf.TensorInfo =>
    withVector(input, 'int32', (sizes) =>
      native.backend.executeSingleOutput(
        'Conv2DBackpropInput',
        convolutionAttributes(native, shape, padding),
        [sizes, filter, dy],
      ),
    );
  if (border === undefined) return run(shape.inShape);
  const { top, bottom, left, right } = border;
  const padded = run([images, height + top + bottom, width + left + right, channels]) as tf.Tensor4D;
  const dx = tf.slice(padded, [0, top, left, 0], shape.inShape);
  padded.dispose();
  return dx;
}

function filterGradient(native: Native, { x, dy }: Named, attributes: Named): tf.TensorInfo {
  const { shape, padding, border } = convolutionForm(x.shape, attributes.filterShape, attributes);
  const run = (input: tf.TensorInfo, strides: Strides = shape, pad = padding): tf.TensorInfo =>
    withVector(shape.filterShape, 'int32', (sizes) =>
      native.backend.executeSingleOutput(
        'Conv2DBackpropFilter',
        convolutionAttributes(native, strides, pad),
        [input, sizes, dy],
      ),
    );
  const safely = (input: tf.TensorInfo): tf.TensorInfo =>
    oneDnnOverruns(shape)
      ? onReadPixels(input, shape, (read) =>
          run(read, { ...shape, strideHeight: 1, strideWidth: 1 }, 'VALID'),
        )
      : run(input);
  return border === undefined ? safely(x) : onPadded(x, border, safely);
}

/** Channels that oneDNN's kernels take at once: 16 with AVX-512, 8 with AVX2. */
const ONEDNN_BLOCK = 16;

/** Whether oneDNN 3.7 writes beyond its buffer (wrong gradients, then an abort): strided 1x1 filters on fewer channels than a block.
 *  TensorFlow uses oneDNN by itself on processors with AVX-512 VNNI. Source: github.com/uxlfoundation/oneDNN/issues/6035. */
function oneDnnOverruns(shape: tf.backend_util.Conv2DInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels } = shape;
  return filterHeight * filterWidth === 1 && strideHeight * strideWidth > 1 && inChannels < ONEDNN_BLOCK;
}

/** On the pixels that a strided 1x1 filter reads. */
function onReadPixels(
  x: tf.TensorInfo,
  { strideHeight, strideWidth }: Strides,
  run: (read: tf.Tensor) => tf.TensorInfo,
): tf.TensorInfo {
  const read = tf.stridedSlice(x as tf.Tensor, [0, 0, 0, 0], x.shape, [1, strideHeight, strideWidth, 1]);
  const result = run(read);
  read.dispose();
  return result;
}

function withVector<T>(values: number[], type: 'float32' | 'int32', run: (vector: tf.Tensor) => T): T {
  const vector = tf.tensor1d(values, type);
  const result = run(vector);
  vector.dispose();
  return result;
}

/** Rows and columns of zeros around a picture. */
interface Border {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function onPadded(
  x: tf.TensorInfo,
  { top, bottom, left, right }: Border,
  run: (padded: tf.Tensor) => tf.TensorInfo,
): tf.TensorInfo {
  const sides: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const padded = tf.pad(x as tf.Tensor, sides);
  const result = run(padded);
  padded.dispose();
  return result;
}

interface ConvolutionForm {
  readonly shape: tf.backend_util.Conv2DInfo;
  /** What TensorFlow is asked for. */
  readonly padding: 'SAME' | 'VALID';
  /** What must be added to the input before. */
  readonly border?: Border;
}

function convolutionForm(x: Shape4D, filter: Shape4D, attributes: Named): ConvolutionForm {
  const shape = convolutionShape('native', x, filter, attributes);
  const { type, top, bottom, left, right } = shape.padInfo;
  if (type === 'SAME' || type === 'VALID') return { shape, padding: type };
  const same = convolutionShape('native', x, filter, attributes, 'same').padInfo;
  const asSame = same.top === top && same.bottom === bottom && same.left === left && same.right === right;
  return asSame
    ? { shape, padding: 'SAME' }
    : { shape, padding: 'VALID', border: { top, bottom, left, right } };
}

type Strides = Pick<
  tf.backend_util.Conv2DInfo,
  'strideHeight' | 'strideWidth' | 'dilationHeight' | 'dilationWidth'
>;

function convolutionAttributes(
  native: Native,
  { strideHeight, strideWidth, dilationHeight, dilationWidth }: Strides,
  padding: string,
): Attribute[] {
  return [
    native.type('T'),
    native.integers('strides', [1, strideHeight, strideWidth, 1]),
    native.text('padding', padding),
    native.text('data_format', 'NHWC'),
    native.boolean('use_cudnn_on_gpu', true),
    native.integers('dilations', [1, dilationHeight, dilationWidth, 1]),
  ];
}
