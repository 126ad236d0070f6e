// What the kernels of every engine share.
import * as tf from '@tensorflow/tfjs';

// biome-ignore lint/suspicious/noExplicitAny: inputs and attributes differ from kernel to kernel
export type Named = any;
export type Shape4D = [number, number, number, number];

/** Registers a kernel on a backend, in the place of the one that it may have. */
export function replaceKernel(
  backendName: string,
  kernelName: string,
  kernel: (inputs: Named, attributes: Named, backend: tf.KernelBackend) => tf.TensorInfo | tf.TensorInfo[],
): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => kernel(inputs, attrs ?? {}, backend as tf.KernelBackend),
  });
}

/** Sizes of a convolution from the attributes of its kernel, with its padding or another one.
 *  Throws, naming the engine, when the tensors are not NHWC. */
export function convolutionShape(
  engine: string,
  x: Shape4D,
  filter: Shape4D,
  attributes: Named,
  padding: 'same' | 'valid' = attributes.pad,
): tf.backend_util.Conv2DInfo {
  const { strides, dilations = 1, dimRoundingMode, dataFormat = 'NHWC' } = attributes;
  if (dataFormat !== 'NHWC') {
    throw new Error(`The ${engine} engine convolves NHWC tensors only, not ${dataFormat} (input [${x}]).`);
  }
  return tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, padding, dimRoundingMode);
}

/** Of `MomentumUpdate`: see ops/momentumUpdate. */
export interface MomentumInputs {
  weight: tf.TensorInfo;
  gradient: tf.TensorInfo;
  velocity: tf.TensorInfo;
}

export interface MomentumAttributes {
  learningRate: number;
  momentum: number;
  weightDecay: number;
}

/** Of `MovingAverage`: see ops/movingAverage. */
export interface MovingAverageInputs {
  running: tf.TensorInfo;
  batch: tf.TensorInfo;
}

export interface MovingAverageAttributes {
  share: number;
  factor: number;
}

/** Of `BatchNormTrainGrad`: see ops/batchNorm. */
export interface BatchNormGradientInputs {
  x: tf.TensorInfo;
  dy: tf.TensorInfo;
  scale: tf.TensorInfo;
  mean: tf.TensorInfo;
  variance: tf.TensorInfo;
}
