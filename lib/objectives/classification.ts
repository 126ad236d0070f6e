// The objective of a classifier.
import type * as tf from '@tensorflow/tfjs';
import { readOptions, real } from '../models/options';
import { crossEntropy } from './crossEntropy';
import type { Objective } from './objective';

export interface ClassificationOptions {
  /** Label smoothing, 0..1. Default 0. */
  smoothing?: number;
}

const DEFAULTS = { smoothing: 0 };
const CHECKS = { smoothing: real(0, 1, { includeLow: true }) };

/** Mean cross-entropy of the output `logits` `[N, classes]` against the labels: one term, `crossEntropy`. Throws on unknown options and values. */
export function classification(options: ClassificationOptions = {}): Objective {
  const { smoothing } = readOptions('cross-entropy', { ...options }, DEFAULTS, CHECKS);
  return {
    spec: { name: 'cross-entropy', smoothing },
    origin: { module: 'lib/objectives/classification', builder: 'classification' },
    weights: () => ({ crossEntropy: 1 }),
    terms: ({ logits }, { labels }) => ({
      crossEntropy: crossEntropy(logits as tf.Tensor2D, labels, { smoothing }),
    }),
  };
}
