// What training minimises, built from data.
import type * as tf from '@tensorflow/tfjs';
import type { Outputs } from '../models/model';
import { readOptions } from '../models/options';
import { unknownName } from '../suggest';
import { crossEntropy } from './crossEntropy';

/** A batch of images `[N, H, W, 3]`, normalised, and class indices int32 `[N]`. */
export interface LabelledBatch {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
}

/** Named terms, already weighted; the loss is their sum. The caller disposes them. */
export type Objective = (outputs: Outputs, batch: LabelledBatch) => Record<string, tf.Scalar>;

/** An objective as data, e.g. `{ name: 'cross-entropy' }`. */
export interface ObjectiveSpec {
  readonly name: string;
  readonly [option: string]: string | number;
}

type ObjectiveBuilder = (options: Readonly<Record<string, unknown>>) => Objective;

const BUILDERS: Readonly<Record<string, ObjectiveBuilder>> = {
  'cross-entropy': (given) => {
    readOptions('cross-entropy', given, {}, {});
    return classification;
  },
};

/** The objective a spec names. Throws on an unknown name or option. */
export function buildObjective(spec: ObjectiveSpec): Objective {
  const { name, ...options } = spec;
  const known = Object.keys(BUILDERS);
  if (!known.includes(name)) throw unknownName('objective', name, known);
  return BUILDERS[name](options);
}

function classification({ logits }: Outputs, { labels }: LabelledBatch): Record<string, tf.Scalar> {
  return { crossEntropy: crossEntropy(logits as tf.Tensor2D, labels) };
}
