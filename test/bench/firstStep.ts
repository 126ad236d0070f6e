// One training step looked into: gradients, and which activations passed, for comparison with another implementation.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../../lib/data/batches';
import type { ImageModel } from '../../lib/models/model';
import { exportWeights, type StoredTensor } from '../../lib/models/weights';
import { classification } from '../../lib/objectives/classification';
import { computeGradients, disposeGradients, labelledBatch } from '../../lib/train/step';

export interface FirstStep {
  /** Weights and buffers before the step, in PyTorch's layout. */
  readonly initial: readonly StoredTensor[];
  /** By weight, in PyTorch's layout. */
  readonly gradients: readonly StoredTensor[];
  /** Of every ReLU and Top-K layer: 1 where its output is not 0; NHWC. */
  readonly masks: readonly StoredTensor[];
}

/** The first step of a model on a batch. Builds the model anew for each part, since a forward pass moves running statistics. */
export async function firstStep(build: () => ImageModel, batch: Batch): Promise<FirstStep> {
  const model = build();
  const initial = await exportWeights(model);
  const tensors = labelledBatch(batch);
  const computed = computeGradients(model, classification(), tensors);
  // Exporting is what knows the layouts: the gradients take the place of the weights.
  for (const { name, variable } of model.parameters()) variable.assign(computed.gradients[name]);
  const names = model.parameters().map(({ name }) => name);
  const gradients = (await exportWeights(model)).filter(({ name }) => names.includes(name));
  disposeGradients(computed);
  model.dispose();
  const masks = await masksOf(build(), tensors.images);
  tf.dispose([tensors.images, tensors.labels]);
  return { initial, gradients, masks };
}

async function masksOf(model: ImageModel, images: tf.Tensor4D): Promise<StoredTensor[]> {
  const layers = model.network.layers.filter((layer) => ['ReLU', 'TopK'].includes(layer.getClassName()));
  const outputs = layers.map((layer) => layer.output as tf.SymbolicTensor);
  const inner = tf.model({ inputs: model.network.inputs, outputs });
  const passed = tf.tidy(() => {
    const found = inner.apply(images, { training: true }) as tf.Tensor[];
    return found.map((output) => tf.cast(tf.notEqual(output, 0), 'float32'));
  });
  const masks = await Promise.all(
    passed.map(async (mask, i) => ({
      name: layers[i].name,
      shape: mask.shape,
      data: Float32Array.from(await mask.data()),
    })),
  );
  tf.dispose(passed);
  model.dispose();
  return masks;
}

/** The layer whose values differ most, relative to the other's largest. Throws when a layer is missing. */
export function largestDifference(
  ours: readonly StoredTensor[],
  theirs: ReadonlyMap<string, StoredTensor>,
): { layer: string; difference: number } {
  const layers = ours.map(({ name, data }) => {
    const other = theirs.get(name)?.data;
    if (other?.length !== data.length)
      throw new Error(`The other side has no "${name}" of ${data.length} values.`);
    let [apart, largest] = [0, 0];
    for (let i = 0; i < data.length; i++) {
      apart = Math.max(apart, Math.abs(data[i] - other[i]));
      largest = Math.max(largest, Math.abs(other[i]));
    }
    return { layer: name, difference: largest === 0 ? apart : apart / largest };
  });
  return layers.reduce((most, layer) => (layer.difference > most.difference ? layer : most));
}

/** How many activations pass on one side alone. */
export function differingMasks(
  ours: readonly StoredTensor[],
  theirs: ReadonlyMap<string, StoredTensor>,
): { differing: number; total: number } {
  let [differing, total] = [0, 0];
  for (const { name, data } of ours) {
    const other = theirs.get(name)?.data as Float32Array;
    total += data.length;
    for (let i = 0; i < data.length; i++) if (data[i] !== other[i]) differing++;
  }
  return { differing, total };
}
