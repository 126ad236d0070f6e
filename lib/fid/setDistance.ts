// A distance between generated and real images as it should be reported: with what it was measured by, and an interval.
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Interval } from '../results/proportion';
import { type FeatureMatrix, partOfImage, selectImages } from './featureMatrix';
import { frechetDistance } from './frechet';
import { kernelDistance, kernelDistanceByParts } from './kernelDistance';

/** How features were made. */
export interface FeatureSource {
  /** The network. */
  readonly features: string;
  /** How images were brought to its size. */
  readonly resize: string;
  /** In which precision the network ran. */
  readonly dtype: string;
}

/** Never a bare number: distances compare only where all of this is the same. */
export interface SetDistance extends FeatureSource {
  readonly value: number;
  /** Generated images. */
  readonly n: number;
  /** Real images. */
  readonly references: number;
  /** Student's 95 % interval of what `n` generated images would give on average, the real ones and the generator's batch statistics taken as they are; null where it was not asked for. */
  readonly interval: Interval | null;
}

export interface SetDistanceOptions {
  distance: 'frechet' | 'kernel';
  /** Parts of the generated images that are left out in turn for the interval; 0 for none. Default 20. */
  parts?: number;
}

/** The distance of generated images from real ones, with a grouped jackknife's interval: the generated ones are left out part by part, in their order.
 *
 *  The interval does not cover the bias of small sets: a Fréchet distance of few images is too large on average, and is to be compared at equal
 *  `n` and `references` only. Throws as `frechetDistance`, and on more parts than images. Source: Efron and Stein 1981. */
export function measureDistance(
  generated: FeatureMatrix,
  real: FeatureMatrix,
  source: FeatureSource,
  { distance, parts = 20 }: SetDistanceOptions,
): SetDistance {
  const { count } = generated;
  if (parts !== 0 && !(Number.isInteger(parts) && parts >= 2 && parts <= count / 2)) {
    throw new Error(
      `An interval takes from 2 to ${Math.floor(count / 2)} parts of ${count} images (or 0 for none), got ${parts}.`,
    );
  }
  const measured = { ...source, n: count, references: real.count };
  if (parts === 0) {
    const value = (distance === 'frechet' ? frechetDistance : kernelDistance)(generated, real);
    return { ...measured, value, interval: null };
  }
  const { value, without } = (distance === 'frechet' ? frechetDistanceByParts : kernelDistanceByParts)(
    generated,
    real,
    parts,
  );
  return { ...measured, value, interval: jackknifeInterval(value, without) };
}

function frechetDistanceByParts(
  generated: FeatureMatrix,
  real: FeatureMatrix,
  parts: number,
): { value: number; without: number[] } {
  const rest = (part: number): FeatureMatrix =>
    selectImages(generated, (image) => partOfImage(image, generated.count, parts) !== part);
  return {
    value: frechetDistance(generated, real),
    without: Array.from({ length: parts }, (_, part) => frechetDistance(rest(part), real)),
  };
}

/** `value ± t * se` with `se^2 = (g - 1) / g * sum (v_i - mean)^2` of the g values without a part each. */
function jackknifeInterval(value: number, without: readonly number[]): Interval {
  const parts = without.length;
  const centre = without.reduce((sum, each) => sum + each, 0) / parts;
  const spread = without.reduce((sum, each) => sum + (each - centre) ** 2, 0);
  const error = Math.sqrt(((parts - 1) / parts) * spread);
  const reach = studentQuantile(0.975, parts - 1) * error;
  return [value - reach, value + reach];
}
