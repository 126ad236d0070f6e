// Trained networks from files: checkpoints of our training, networks that were saved on their own, and PyTorch's weights.
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { sha256 } from '../files';
import { buildModel } from '../models/build';
import type { ImageModel, ModelSpec } from '../models/model';
import {
  readSafetensors,
  type SafetensorsFile,
  type StoredTensor,
  writeSafetensors,
} from '../models/safetensors';
import { exportWeights, loadWeights } from '../models/weights';

const NETWORK = 'gestalt-network-1';
const CHECKPOINT = 'gestalt-checkpoint-1';

/** A network with the class of each of its outputs. */
export interface LoadedModel {
  readonly model: ImageModel;
  /** Null where the file does not say. */
  readonly classes: readonly string[] | null;
}

/** Writes a network with its spec and classes: all that `loadModel` needs. Weights have PyTorch's names and layout, so
 *  that the file opens there too. */
export async function saveModel(file: string, model: ImageModel, classes: readonly string[]): Promise<void> {
  writeSafetensors(file, await exportWeights(model), {
    format: NETWORK,
    spec: JSON.stringify(model.spec),
    classes: JSON.stringify(classes),
  });
}

export interface LoadModelOptions {
  /** For files that do not say which network their weights belong to. */
  spec?: ModelSpec;
}

/** The network of a safetensors file; the caller disposes it. The file may be
 *
 *  - what `saveModel` wrote;
 *  - a checkpoint of `train`, which holds the spec, but not the names of the classes;
 *  - any other weights in PyTorch's names and layout, together with `spec`.
 *
 *  Throws, naming the file, when it is missing or damaged, does not say its network, or does not fit it. */
export function loadModel(file: string, options: LoadModelOptions = {}): LoadedModel {
  const content = readSafetensors(file);
  const shown = path.relative(process.cwd(), file);
  const { metadata } = content;
  const isCheckpoint = metadata.format === CHECKPOINT;
  const stored =
    metadata.format === NETWORK ? metadata.spec : isCheckpoint ? storedModel(shown, metadata) : undefined;
  const spec = options.spec ?? (stored === undefined ? undefined : parse<ModelSpec>(shown, 'spec', stored));
  if (spec === undefined) {
    throw new Error(
      `${shown} holds weights, but does not say of which network. Give it: loadModel(file, { spec: { architecture: 'resnet18', ... } }).`,
    );
  }
  const model = buildModel(spec, 0);
  try {
    if (isCheckpoint) restoreCheckpoint(model, content, shown);
    else loadWeights(model, content.tensors, shown);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const classes = metadata.format === NETWORK ? parse<string[]>(shown, 'classes', metadata.classes) : null;
  return { model, classes };
}

/** SHA-256 of a network's spec and weights: two networks with the same hash answer alike. */
export async function hashModel(model: ImageModel): Promise<string> {
  const weights = await exportWeights(model);
  const parts = weights.flatMap(({ name, shape, data }) => [
    `${name} [${shape}]`,
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  return sha256(JSON.stringify(model.spec), ...parts);
}

function storedModel(file: string, metadata: SafetensorsFile['metadata']): string {
  const { model } = parse<{ model?: ModelSpec }>(file, 'config', metadata.config);
  return JSON.stringify(model);
}

function parse<T>(file: string, field: string, text: string | undefined): T {
  try {
    return JSON.parse(text as string) as T;
  } catch {
    throw new Error(`${file} is damaged: its metadata "${field}" is not readable. Save the network again.`);
  }
}

/** A checkpoint keeps weights as they lie in memory, under names that begin with `model.`. */
function restoreCheckpoint(model: ImageModel, { tensors }: SafetensorsFile, file: string): void {
  const weights = [...model.parameters(), ...model.buffers()];
  const found = weights.map(({ name, variable }): StoredTensor => {
    const tensor = tensors.get(`model.${name}`);
    if (tensor === undefined) throw new Error(`Cannot load ${file}: it lacks the weight "${name}".`);
    if (tensor.shape.join() !== variable.shape.join()) {
      throw new Error(
        `Cannot load ${file}: weight "${name}" has shape [${tensor.shape}], the model needs [${variable.shape}].`,
      );
    }
    return tensor;
  });
  tf.tidy(() => {
    for (const [i, { variable }] of weights.entries())
      variable.assign(tf.tensor(found[i].data, variable.shape));
  });
}
