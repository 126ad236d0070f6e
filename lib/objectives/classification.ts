// The objective of a classifier.
import type * as tf from '@tensorflow/tfjs';
import { readOptions } from '../models/options';
import { crossEntropy } from './crossEntropy';
import type { Objective } from './objective';

/** Mean cross-entropy of the output `logits` `[N, classes]` against the labels: one term, `crossEntropy`. Throws on any option. */
export function classification(options: Readonly<Record<string, never>> = {}): Objective {
  readOptions('cross-entropy', options, {}, {});
  return {
    spec: { name: 'cross-entropy' },
    origin: { module: 'lib/objectives/classification', builder: 'classification' },
    weights: () => ({ crossEntropy: 1 }),
    terms: ({ logits }, { labels }) => ({ crossEntropy: crossEntropy(logits as tf.Tensor2D, labels) }),
  };
}
