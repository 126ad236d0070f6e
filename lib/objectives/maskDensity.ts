// A loss for masked networks: any objective, and a pressure towards few weights.
import * as tf from '@tensorflow/tfjs';
import type { Objective } from './objective';

/** The terms of `objective`, and `maskDensity`, the model's output of that name (the mean of sigmoid(score)), with this weight.
 *
 *  Throws on a weight that is negative or not finite, and on a model without masks. */
export function withMaskDensity(objective: Objective, weight: number): Objective {
  if (!(weight >= 0 && Number.isFinite(weight))) {
    throw new Error(`The weight of the mask density must be a number from 0, got ${weight}.`);
  }
  return {
    spec: { ...objective.spec, name: `${objective.spec.name} + mask density`, maskDensityWeight: weight },
    // Masked networks are never copied to other threads, so nothing builds this from its spec.
    origin: { module: 'lib/objectives/maskDensity', builder: 'withMaskDensity' },
    weights: (step) => ({ ...objective.weights(step), maskDensity: weight }),
    terms(outputs, batch) {
      const { maskDensity } = outputs;
      if (maskDensity === undefined) {
        throw new Error('The model has no output "maskDensity": this objective is for masked networks.');
      }
      return { ...objective.terms(outputs, batch), maskDensity: tf.clone(maskDensity) as tf.Scalar };
    },
  };
}
