// Starts TensorFlow.js's wasm backend and gives it what training needs: kernels it lacks, has wrong, or has slow.
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { convolutionShape, type Named, replaceKernel, type Shape4D } from '../kernels';
import { useReluGradientKernel } from '../reluGradient';
import { reluGradient, topKMask } from './activation';
import { batchNormTrain, batchNormTrainGradient } from './batchNorm';
import { convolution, filterGradient, inputGradient } from './convolution';
import { guardAllocator, Heap } from './heap';
import { matrixProduct } from './matrixProduct';
import { momentumUpdate } from './momentumUpdate';
import { movingAverage } from './movingAverage';
import { averagePoolGradient, maxPoolGradient } from './pooling';
import { loadSimdKernels, type SimdKernels } from './simd';

type Kernel = (inputs: Named, attributes: Named) => tf.TensorInfo | tf.TensorInfo[];

let installed = false;

/** Makes 'wasm' the current backend, with the training kernels. Idempotent.
 *  Throws when the backend does not start. */
export async function installWasm(): Promise<void> {
  if (!installed) {
    const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
    setWasmPaths(folder + path.sep);
  }
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend of TensorFlow.js did not start');
  await tf.ready();
  if (installed) return;
  const backend = tf.backend() as unknown as BackendWasm;
  guardAllocator(backend);
  const heap = new Heap(backend);
  const simd = loadSimdKernels(heap.memory);
  registerConvolutions(heap, simd);
  registerPooling(heap, simd);
  registerOurs(heap, simd);
  shareClones(heap);
  useReluGradientKernel();
  installed = true;
}

function register(heap: Heap, name: string, kernel: Kernel): void {
  replaceKernel('wasm', name, (inputs, attributes) => heap.runKernel(() => kernel(inputs, attributes)));
}

function registerConvolutions(heap: Heap, simd: SimdKernels): void {
  const shapeOf = (x: Shape4D, filter: Shape4D, attributes: Named): tf.backend_util.Conv2DInfo =>
    convolutionShape('wasm', x, filter, attributes);
  const stock = tf.getKernel('Conv2D', 'wasm').kernelFunc;
  register(heap, 'Conv2D', (inputs, attributes) => {
    const shape = shapeOf(inputs.x.shape, inputs.filter.shape, attributes);
    const plain = shape.dilationHeight === 1 && shape.dilationWidth === 1;
    if (!plain) return stock({ inputs, attrs: attributes, backend: tf.backend() });
    return convolution(heap, simd, inputs.x, inputs.filter, shape);
  });
  register(heap, 'Conv2DBackpropFilter', ({ x, dy }, attributes) =>
    filterGradient(heap, simd, x, dy, shapeOf(x.shape, attributes.filterShape, attributes)),
  );
  register(heap, 'Conv2DBackpropInput', ({ dy, filter }, attributes) =>
    inputGradient(heap, simd, dy, filter, shapeOf(attributes.inputShape, filter.shape, attributes)),
  );
  register(heap, 'BatchMatMul', ({ a, b }, { transposeA, transposeB }) =>
    matrixProduct(heap, simd, a, b, transposeA, transposeB),
  );
}

function registerPooling(heap: Heap, simd: SimdKernels): void {
  const shape = (x: tf.TensorInfo, { filterSize, strides, pad, dimRoundingMode }: Named) =>
    tf.backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
  register(heap, 'MaxPoolGrad', ({ dy, input, output }, attributes) =>
    maxPoolGradient(heap, simd, dy, input, output, shape(input, attributes)),
  );
  register(heap, 'AvgPoolGrad', ({ dy, input }, attributes) =>
    averagePoolGradient(heap, simd, dy, shape(input, attributes)),
  );
}

function registerOurs(heap: Heap, simd: SimdKernels): void {
  register(heap, 'BatchNormTrain', ({ x, scale, offset }, { epsilon }) =>
    batchNormTrain(heap, simd, x, scale, offset, epsilon),
  );
  register(heap, 'BatchNormTrainGrad', (inputs, { epsilon }) =>
    batchNormTrainGradient(heap, simd, inputs, epsilon),
  );
  register(heap, 'TopKMask', ({ x }, { k }) => topKMask(heap, simd, x, k));
  register(heap, 'MomentumUpdate', (inputs, attributes) => momentumUpdate(heap, simd, inputs, attributes));
  register(heap, 'MovingAverage', (inputs, attributes) => movingAverage(heap, simd, inputs, attributes));
  register(heap, 'ReluGrad', ({ dy, y }) => reluGradient(heap, simd, dy, y));
}

/** Stock clones copy; tensors never change once made, so a clone can share its data, as on the other backends. */
function shareClones(heap: Heap): void {
  const stock = tf.getKernel('Identity', 'wasm').kernelFunc;
  register(heap, 'Identity', (inputs, attributes) =>
    inputs.x.dtype === 'string'
      ? stock({ inputs, attrs: attributes, backend: tf.backend() })
      : heap.share(inputs.x),
  );
}
