// The halves of a data-parallel step that every replica does alike: the gradient of a shard, and the common update.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import type { LabelledBatch } from '../objectives/objective';
import { type FlatLayout, flatLayout, flatten, unflatten, variablesByName } from './flatWeights';
import {
  computeGradients,
  disposeGradients,
  type Gradients,
  type Learner,
  labelledBatch,
  readStep,
  type StepResult,
  type StepSettings,
} from './step';

/** Memory that the main thread and one replica share. */
export interface ReplicaMemory {
  /** Inputs of the replica's shard, with room for the largest. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly targets: Readonly<Record<string, Float32Array>>;
  /** What the replica computes: the flat gradient of its shard, and its flat running statistics. */
  readonly gradient: Float32Array;
  readonly buffers: Float32Array;
  /** What all replicas apply; the same memory for all. */
  readonly meanGradient: Float32Array;
  readonly meanBuffers: Float32Array;
}

/** Computes the gradient of one shard and writes it, with the running statistics after it, to shared memory. */
export async function computeShard(
  learner: Learner,
  layouts: Layouts,
  shape: [number, number, number, number],
  memory: Pick<ReplicaMemory, 'images' | 'labels' | 'targets' | 'gradient' | 'buffers'>,
  settings: Omit<StepSettings, 'learningRate'>,
): Promise<StepResult> {
  const batch = batchOf(memory, shape);
  let computed: Gradients | undefined;
  try {
    computed = computeGradients(learner.model, learner.objective, batch, settings);
    flatten(layouts.parameters, computed.gradients, memory.gradient);
    flatten(layouts.buffers, variablesByName(learner.model.buffers()), memory.buffers);
    return await readStep(computed, memory.labels.slice(0, shape[0]));
  } finally {
    if (computed !== undefined) disposeGradients(computed);
    tf.dispose({ ...batch });
  }
}

function batchOf(
  memory: Pick<ReplicaMemory, 'images' | 'labels' | 'targets'>,
  shape: [number, number, number, number],
): LabelledBatch {
  const [count, height, width, channels] = shape;
  const room = memory.labels.length;
  const targets = Object.entries(memory.targets).map(([name, values]) => [
    name,
    values.subarray(0, (values.length / room) * count),
  ]);
  return labelledBatch({
    images: memory.images.subarray(0, count * height * width * channels),
    labels: memory.labels.slice(0, count),
    shape,
    targets: Object.fromEntries(targets),
  });
}

/** Changes the learner by the mean gradient, and sets its running statistics to the mean of all replicas. Every replica
 *  does the same sums, so their weights stay equal to the last bit without being exchanged. */
export function applyMean(
  learner: Learner,
  layouts: Layouts,
  memory: Pick<ReplicaMemory, 'meanGradient' | 'meanBuffers'>,
  learningRate: number,
): void {
  const gradients = unflatten(layouts.parameters, memory.meanGradient);
  learner.optimizer.apply(gradients, learningRate);
  tf.dispose(gradients);
  const means = unflatten(layouts.buffers, memory.meanBuffers);
  for (const { name, variable } of learner.model.buffers()) variable.assign(means[name]);
  tf.dispose(means);
}

/** Where a learner's weights lie in the flat arrays. */
export interface Layouts {
  readonly parameters: FlatLayout;
  readonly buffers: FlatLayout;
}

export function layoutsOf(model: ImageModel): Layouts {
  return { parameters: flatLayout(model.parameters()), buffers: flatLayout(model.buffers()) };
}
