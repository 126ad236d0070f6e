// Weights of a model side by side in one array: how replicas exchange gradients and running statistics.
import * as tf from '@tensorflow/tfjs';
import { hostView } from '../engine/hostView';
import type { NamedWeight } from '../models/model';

/** Names, shapes and places of weights in a flat array. */
export interface FlatLayout {
  readonly entries: readonly { name: string; shape: number[]; offset: number; size: number }[];
  /** Length of the flat array. */
  readonly length: number;
}

/** Lays weights side by side, in their order. */
export function flatLayout(weights: readonly NamedWeight[]): FlatLayout {
  let length = 0;
  const entries = weights.map(({ name, variable }) => {
    const entry = { name, shape: variable.shape, offset: length, size: variable.size };
    length += variable.size;
    return entry;
  });
  return { entries, length };
}

/** Copies tensors, by name, to their places. */
export function flatten(layout: FlatLayout, tensors: Record<string, tf.Tensor>, target: Float32Array): void {
  for (const { name, offset } of layout.entries) target.set(hostView(tensors[name]), offset);
}

/** New tensors, by name, from their places. The caller disposes them. */
export function unflatten(layout: FlatLayout, source: Float32Array): Record<string, tf.Tensor> {
  return Object.fromEntries(
    layout.entries.map(({ name, shape, offset, size }) => [
      name,
      tf.tensor(source.subarray(offset, offset + size), shape, 'float32'),
    ]),
  );
}

/** The variables of weights, by name. */
export function variablesByName(weights: readonly NamedWeight[]): Record<string, tf.Variable> {
  return Object.fromEntries(weights.map(({ name, variable }) => [name, variable]));
}
