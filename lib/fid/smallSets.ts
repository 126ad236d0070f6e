// How a Fréchet distance depends on the number of images, and what it would be for endless ones.
import { deriveSeed, Random } from '../random';
import { type FeatureMatrix, selectImages } from './featureMatrix';
import { frechetDistance } from './frechet';

/** Distances of so many generated images. */
export interface DistanceByCount {
  readonly n: number;
  /** One for each repetition; of all images one. */
  readonly values: readonly number[];
}

export interface ByCountOptions {
  /** Numbers of generated images, from 2 to all. */
  counts: readonly number[];
  /** Random choices of each number. Default 5. */
  repeats?: number;
  /** Of the choices. Default 0. */
  seed?: number;
}

/** Distances of random choices among the generated images, the real ones always all. Throws on counts beyond the images. */
export function distancesByCount(
  generated: FeatureMatrix,
  real: FeatureMatrix,
  { counts, repeats = 5, seed = 0 }: ByCountOptions,
): DistanceByCount[] {
  const wrong = counts.find((n) => !Number.isInteger(n) || n < 2 || n > generated.count);
  if (wrong !== undefined) {
    throw new Error(
      `Among ${generated.count} images one can choose from 2 to ${generated.count}, not ${wrong}.`,
    );
  }
  return counts.map((n) => ({
    n,
    // All of them can be chosen in one way only.
    values: Array.from({ length: n === generated.count ? 1 : repeats }, (_, repeat) =>
      frechetDistance(chosen(generated, n, deriveSeed(seed, 'choice', n, repeat)), real),
    ),
  }));
}

function chosen(images: FeatureMatrix, n: number, seed: number): FeatureMatrix {
  const places = new Set(new Random(seed).permutation(images.count).slice(0, n));
  return selectImages(images, (image) => places.has(image));
}

/** `value + slope / n`. */
export interface Extrapolation {
  /** For endlessly many generated images; the number of real ones stays. */
  readonly value: number;
  readonly slope: number;
}

/** The least-squares line through the distances over `1 / n`: to first order the bias of few images is proportional to it. Throws on fewer than two counts.
 *  Source: Chong and Forsyth 2020. */
export function extrapolate(distances: readonly DistanceByCount[]): Extrapolation {
  const points = distances.flatMap(({ n, values }) => values.map((value) => [1 / n, value] as const));
  const [meanX, meanY] = [0, 1].map(
    (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length,
  );
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (!(spread > 0)) throw new Error('To extrapolate takes distances of two numbers of images or more.');
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return { value: meanY - slope * meanX, slope };
}
