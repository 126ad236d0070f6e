// The training images that generated ones are most like, so that memorisation is seen.
import { type FeatureMatrix, requireFeatures } from './featureMatrix';

export interface Neighbour {
  /** Place among the images that were searched. */
  readonly image: number;
  /** Euclidean, between features. */
  readonly distance: number;
}

/** For each image of `of` the nearest of `among`. Throws as the distances between sets. */
export function nearestImages(of: FeatureMatrix, among: FeatureMatrix): Neighbour[] {
  requireFeatures(of, among);
  return Array.from({ length: of.count }, (_, image) => nearestOf(of, image, among));
}

/** Mean distance of generated images to the nearest training image, in units of that of a training image to the nearest other one. Near 1: as far as they are
 *  from each other; near 0: copies. */
export function noveltyOf(generated: FeatureMatrix, training: FeatureMatrix): number {
  const mean = (neighbours: readonly Neighbour[]): number =>
    neighbours.reduce((sum, { distance }) => sum + distance, 0) / neighbours.length;
  const others = Array.from({ length: training.count }, (_, image) =>
    nearestOf(training, image, training, image),
  );
  return mean(nearestImages(generated, training)) / mean(others);
}

function nearestOf(of: FeatureMatrix, image: number, among: FeatureMatrix, without?: number): Neighbour {
  let best: Neighbour = { image: -1, distance: Number.POSITIVE_INFINITY };
  const { size } = among;
  for (let other = 0; other < among.count; other++) {
    if (other === without) continue;
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (of.values[image * size + i] - among.values[other * size + i]) ** 2;
    const distance = Math.sqrt(sum);
    if (distance < best.distance) best = { image: other, distance };
  }
  return best;
}
