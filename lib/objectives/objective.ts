// What training minimises.
import type * as tf from '@tensorflow/tfjs';
import type { Origin, Outputs } from '../models/model';

/** A batch of images `[N, H, W, 3]`, normalised, and class indices int32 `[N]`. */
export interface LabelledBatch {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
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
  /** Named terms, already weighted; the loss is their sum. The caller disposes them. */
  terms(outputs: Outputs, batch: LabelledBatch): Record<string, tf.Scalar>;
}
