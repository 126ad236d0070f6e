// Running a network with other tensors in the place of some of its weights, for a moment.
import type * as tf from '@tensorflow/tfjs';
import type { ImageModel, NamedWeight } from './model';

/** Where the layers of a model read these weights. Throws on one that no layer of its network reads, naming it. */
export function placesOf(model: ImageModel, weights: readonly NamedWeight[]): tf.LayerVariable[] {
  const places = model.network.layers.flatMap((layer) => layer.trainableWeights);
  return weights.map(({ name, variable }) => {
    const place = places.find((candidate) => candidate.read() === variable);
    if (place === undefined) {
      throw new Error(`The weight "${name}" cannot be replaced: no layer of the model's network reads it.`);
    }
    return place;
  });
}

/** Runs a synchronous function while the layers read `values` instead of their weights; gradients flow to the values. Afterwards, and also
 *  when it throws, the weights are in their places again. The values stay the caller's. */
export function readingInstead<Result>(
  places: readonly tf.LayerVariable[],
  values: readonly tf.Tensor[],
  run: () => Result,
): Result {
  // A method of the object itself hides that of its class until it is deleted.
  const readers = places as readonly Partial<Pick<tf.LayerVariable, 'read'>>[];
  try {
    for (const [i, reader] of readers.entries()) reader.read = () => values[i];
    return run();
  } finally {
    for (const reader of readers) delete reader.read;
  }
}
