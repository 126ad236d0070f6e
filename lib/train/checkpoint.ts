// Checkpoints: all that a run needs to go on as if it had never stopped, in one safetensors file.
import * as fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../models/safetensors';
import type { Optimizer } from '../objectives/optimizer';
import type { Progress } from './progress';

const FORMAT = 'gestalt-checkpoint-1';

/** What is stored besides the progress: a model's weights and buffers, and its optimizer's state. */
export interface Trained {
  readonly model: ImageModel;
  readonly optimizer: Optimizer;
}

/** Everything that determines a run's numbers, by name: a checkpoint of another configuration is refused. */
export type RunConfig = Readonly<Record<string, unknown>>;

/** Writes a checkpoint atomically: the file holds the previous checkpoint or this one, never a part.
 *  Throws, leaving the previous one, when a weight is not finite or the disk is full. */
export async function saveCheckpoint(
  file: string,
  trained: Trained,
  config: RunConfig,
  progress: Progress,
): Promise<void> {
  const tensors = await readState(trained);
  for (const { name, data } of tensors) {
    if (!data.every(Number.isFinite)) {
      throw new Error(`"${name}" holds values that are not finite. A lower learning rate usually helps`);
    }
  }
  writeSafetensors(file, tensors, {
    format: FORMAT,
    config: JSON.stringify(config),
    progress: JSON.stringify(progress),
  });
}

/** Reads a checkpoint into a model and its optimizer and returns the progress; `undefined` when there is no file.
 *  Throws, changing nothing, when the file is damaged, not a checkpoint, or of another configuration. */
export function loadCheckpoint(file: string, trained: Trained, config: RunConfig): Progress | undefined {
  if (!fs.existsSync(file)) return undefined;
  try {
    const { tensors, metadata } = readSafetensors(file);
    if (metadata.format !== FORMAT)
      throw new Error('it is a safetensors file, but not a checkpoint of this version');
    requireSameConfig(JSON.parse(metadata.config), config);
    const progress = JSON.parse(metadata.progress) as Progress;
    restoreState(trained, [...tensors.values()]);
    return progress;
  } catch (error) {
    throw new Error(
      `Cannot resume from ${file}: ${(error as Error).message}. Delete the file, or start afresh with ` +
        '`resume: false`.',
    );
  }
}

/** A model's weights and buffers and its optimizer's state, on the host. */
export async function readState({ model, optimizer }: Trained): Promise<StoredTensor[]> {
  const named = [
    ...[...model.parameters(), ...model.buffers()].map(({ name, variable }) => ({
      name: `model.${name}`,
      tensor: variable as tf.Tensor,
    })),
    ...optimizer.state().map(({ name, tensor }) => ({ name: `optimizer.${name}`, tensor })),
  ];
  return Promise.all(
    named.map(async ({ name, tensor }) => ({
      name,
      shape: tensor.shape,
      data: (await tensor.data()) as Float32Array,
    })),
  );
}

/** The inverse of `readState`. Throws, changing nothing, when a name or shape differs. */
export function restoreState({ model, optimizer }: Trained, tensors: readonly StoredTensor[]): void {
  const stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const weights = [...model.parameters(), ...model.buffers()];
  for (const { name, variable } of weights) {
    const tensor = stored.get(`model.${name}`);
    if (tensor === undefined) throw new Error(`it lacks the weight "${name}"`);
    if (tensor.shape.join() !== variable.shape.join()) {
      throw new Error(
        `the weight "${name}" has the shape [${tensor.shape}], but the model's is [${variable.shape}]`,
      );
    }
  }
  const optimizerState = tensors
    .filter(({ name }) => name.startsWith('optimizer.'))
    .map(({ name, shape, data }) => ({
      name: name.slice('optimizer.'.length),
      tensor: tf.tensor(data, [...shape], 'float32'),
    }));
  try {
    optimizer.load(optimizerState);
  } finally {
    tf.dispose(optimizerState);
  }
  for (const { name, variable } of weights) {
    const value = tf.tensor(stored.get(`model.${name}`)!.data, variable.shape, 'float32');
    variable.assign(value);
    value.dispose();
  }
}

/** Throws, naming what differs, unless both configurations are the same once they are JSON. */
export function requireSameConfig(stored: RunConfig, config: RunConfig): void {
  const current = JSON.parse(JSON.stringify(config)) as RunConfig;
  const keys = [...new Set([...Object.keys(stored), ...Object.keys(current)])];
  const different = keys.filter((key) => canonical(stored[key]) !== canonical(current[key]));
  if (different.length === 0) return;
  const list = different.map((key) => `${key} was ${short(stored[key])}, now ${short(current[key])}`);
  throw new Error(`it is of another run: ${list.join('; ')}`);
}

function short(value: unknown): string {
  const text = canonical(value) ?? 'nothing';
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
