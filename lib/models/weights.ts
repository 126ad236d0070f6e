// A model's weights to and from PyTorch's layout: the only place where weights are transposed.
//
// In memory a convolution is [kh, kw, in, out] and a linear layer [in, out]; in files they are PyTorch's [out, in, kh, kw] and
// [out, in]. With torchvision's names, its files load here and ours open there.
import * as tf from '@tensorflow/tfjs';
import { unknownName } from '../suggest';
import type { ImageModel, NamedWeight } from './model';
import { readSafetensors, type SafetensorsFile, type StoredTensor, writeSafetensors } from './safetensors';

export { type StoredTensor, readSafetensors, type SafetensorsFile, writeSafetensors };

/** For each rank that differs: the axis in memory of each axis on disk. */
const DISK_TO_MEMORY: Readonly<Record<number, readonly number[]>> = { 2: [1, 0], 4: [3, 2, 0, 1] };
const MEMORY_TO_DISK: Readonly<Record<number, readonly number[]>> = { 2: [1, 0], 4: [2, 3, 1, 0] };

/** PyTorch counts the batches a batch norm has seen; nothing here depends on it. */
const IGNORED = /(^|\.)num_batches_tracked$/;

/** All parameters and buffers as plain arrays in PyTorch's layout, ready for `writeSafetensors`. */
export async function exportWeights(model: ImageModel): Promise<StoredTensor[]> {
  return Promise.all(
    weightsOf(model).map(async ({ name, variable }) => {
      const data = (await variable.data()) as Float32Array;
      return { name, ...permute(data, variable.shape, DISK_TO_MEMORY[variable.rank]) };
    }),
  );
}

/** Sets every parameter and buffer of the model from tensors in PyTorch's layout; either all of them or, on an error, none.
 *
 *  Throws on a name that the model lacks or the tensors lack, and on a wrong shape, naming tensor and `source` (the file they
 *  come from, for errors). `num_batches_tracked` is ignored. */
export function loadWeights(
  model: ImageModel,
  tensors: ReadonlyMap<string, StoredTensor>,
  source = 'the given tensors',
): void {
  const weights = weightsOf(model);
  const names = weights.map(({ name }) => name);
  for (const name of tensors.keys()) {
    if (!names.includes(name) && !IGNORED.test(name)) {
      throw new Error(`Cannot load ${source}: ${unknownName('weight', name, names).message}`);
    }
  }
  const found = weights.map(({ name, variable }) => toMemory(name, variable, tensors.get(name), source));
  tf.tidy(() => {
    for (const [i, { variable }] of weights.entries()) variable.assign(tf.tensor(found[i], variable.shape));
  });
}

function weightsOf(model: ImageModel): NamedWeight[] {
  return [...model.parameters(), ...model.buffers()];
}

function toMemory(
  name: string,
  variable: tf.Variable,
  tensor: StoredTensor | undefined,
  source: string,
): Float32Array {
  if (!tensor) throw new Error(`Cannot load ${source}: it lacks the weight "${name}".`);
  const axes = DISK_TO_MEMORY[variable.rank];
  const expected = axes ? axes.map((axis) => variable.shape[axis]) : variable.shape;
  if (tensor.shape.join() !== expected.join()) {
    throw new Error(
      `Cannot load ${source}: weight "${name}" has shape [${tensor.shape}], the model needs [${expected}].`,
    );
  }
  return permute(tensor.data, tensor.shape, MEMORY_TO_DISK[variable.rank]).data;
}

/** The array with its axes in the order `axes` (unchanged without it), as `tf.transpose`, row-major. */
function permute(
  data: Float32Array,
  shape: readonly number[],
  axes?: readonly number[],
): { shape: number[]; data: Float32Array } {
  if (!axes) return { shape: [...shape], data };
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const newShape = axes.map((axis) => shape[axis]);
  const steps = axes.map((axis) => strides[axis]);
  const permuted = new Float32Array(data.length);
  const index = axes.map(() => 0);
  let from = 0;
  for (let to = 0; to < permuted.length; to++) {
    permuted[to] = data[from];
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < newShape[axis]) break;
      from -= steps[axis] * newShape[axis];
      index[axis] = 0;
    }
  }
  return { shape: newShape, data: permuted };
}
