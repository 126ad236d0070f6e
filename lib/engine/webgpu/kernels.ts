// Kernels that training needs and TensorFlow.js's WebGPU backend lacks or has slow.
import * as tf from '@tensorflow/tfjs';
import { convolutionShape, type Named, replaceKernel } from '../kernels';
import { useReluGradientKernel } from '../reluGradient';
import { batchNormTrain, batchNormTrainGradient } from './batchNorm';
import { convolution, inputGradient } from './convolution';
import { momentumUpdate, movingAverage, reluGradient } from './elementwise';
import { filterGradient } from './filterGradient';
import { ShaderRunner } from './shaderRunner';
import { topKMask } from './topKMask';

type Kernel = (inputs: Named, attributes: Named) => tf.TensorInfo | tf.TensorInfo[];

/** Registers the kernels on the backend 'webgpu', which must be the current one. */
export function installWebgpuKernels(): void {
  const runner = new ShaderRunner(tf.backend());
  register('BatchNormTrain', (inputs, { epsilon }) => batchNormTrain(runner, inputs, epsilon));
  register('BatchNormTrainGrad', (inputs, { epsilon }) => batchNormTrainGradient(runner, inputs, epsilon));
  register('ReluGrad', ({ dy, y }) => reluGradient(runner, dy, y));
  register('MomentumUpdate', (inputs, attributes) => momentumUpdate(runner, inputs, attributes));
  register('MovingAverage', (inputs, attributes) => movingAverage(runner, inputs, attributes));
  register('TopKMask', ({ x }, { k }) => topKMask(runner, x, k));
  registerPlain('Conv2D', ({ x, filter }, attributes) =>
    convolution(runner, x, filter, convolutionShape('webgpu', x.shape, filter.shape, attributes)),
  );
  registerPlain('Conv2DBackpropFilter', ({ x, dy }, attributes) =>
    filterGradient(runner, x, dy, convolutionShape('webgpu', x.shape, attributes.filterShape, attributes)),
  );
  registerPlain('Conv2DBackpropInput', ({ dy, filter }, attributes) =>
    inputGradient(
      runner,
      dy,
      filter,
      convolutionShape('webgpu', attributes.inputShape, filter.shape, attributes),
    ),
  );
  useReluGradientKernel();
}

function register(name: string, kernel: Kernel): void {
  replaceKernel('webgpu', name, kernel);
}

/** Leaves other layouts and dilation to the backend's own kernel. */
function registerPlain(name: string, kernel: Kernel): void {
  const stock = tf.getKernel(name, 'webgpu').kernelFunc;
  register(name, (inputs, attributes) => {
    const { dataFormat = 'NHWC', dilations = 1 } = attributes;
    const plain = dataFormat === 'NHWC' && [dilations].flat().every((dilation) => dilation === 1);
    return plain ? kernel(inputs, attributes) : stock({ inputs, attrs: attributes, backend: tf.backend() });
  });
}
