// What a run measures on held-out images after each epoch: the class and, where one is learnt, the map.
import type { TargetName, Transform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import type { Callback } from './callbacks';
import { accuracy, type Predictions, type PredictOptions, predict, probabilities } from './evaluate';
import { type Maps, predictMaps, squaredErrors, trueMaps } from './maps';

/** A callback that adds to the learning curve `testAccuracy`, `testCrossEntropy` (nats, without label smoothing) and, where the transform has
 *  a map as its target, `testSquaredError` of this map in 0..1. Means over the images. */
export function validation(
  source: ImageSource,
  transform: Transform,
  options: PredictOptions = {},
): Callback {
  const [target] = Object.keys(transform.targets ?? {}) as TargetName[];
  let truth: Maps | undefined;
  return {
    async onEpoch({ model }) {
      const predictions = await predict(model, source, transform, options);
      const ofClass = {
        testAccuracy: accuracy(predictions),
        testCrossEntropy: meanCrossEntropy(predictions),
      };
      if (target === undefined) return ofClass;
      truth ??= await trueMaps(source, transform, target, options);
      const errors = squaredErrors(await predictMaps(model, source, transform, target, options), truth);
      return { ...ofClass, testSquaredError: errors.reduce((sum, error) => sum + error, 0) / errors.length };
    },
  };
}

function meanCrossEntropy(predictions: Predictions): number {
  const { labels, outputs } = predictions;
  const shares = probabilities(predictions);
  // Beyond single precision's smallest number the logarithm would be infinite.
  const surprise = (image: number): number =>
    -Math.log(Math.max(shares[image * outputs + labels[image]], 1e-38));
  return labels.reduce((sum, _, image) => sum + surprise(image), 0) / labels.length;
}
