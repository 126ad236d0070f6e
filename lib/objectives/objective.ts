// What training minimises.
import type * as tf from '@tensorflow/tfjs';
import type { Origin, Outputs } from '../models/model';

/** A batch of images `[N, H, W, 3]`, normalised, class indices int32 `[N]`, and what else is to be learnt of each image. */
export interface LabelledBatch {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
  /** Maps `[N, H, W, C]` by name, e.g. `depth` in 0..1. */
  readonly targets: Readonly<Record<string, tf.Tensor4D>>;
}

/** An objective as data, e.g. `{ name: 'cross-entropy' }`. */
export interface ObjectiveSpec {
  readonly name: string;
  readonly [option: string]: string | number;
}

export interface Objective {
  readonly spec: ObjectiveSpec;
  /** Its builder takes the options of the spec. */
  readonly origin: Origin;
  /** Named terms of the loss, not yet weighted. The caller disposes them. */
  terms(outputs: Outputs, batch: LabelledBatch): Record<string, tf.Scalar>;
  /** The weight of each term at a step from 0: the loss is the weighted sum of the terms. */
  weights(step: number): Readonly<Record<string, number>>;
}
