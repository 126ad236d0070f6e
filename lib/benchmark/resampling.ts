// Bootstrap over images: all observers of a condition are resampled together, because they saw the same images.
import { deriveSeed, Random } from '../random';
import { countPairs, type PairCounts, pairCodes } from './consistency';
import { correctAnswers, type Responses } from './responses';

/** What two observers of a condition got right, as measured and in each resample. */
export interface PairSample {
  readonly measured: PairCounts;
  readonly resampled: readonly PairCounts[];
}

/** One condition of a data set. */
export interface ConditionSample {
  /** Places of its images in the arrays of `Responses`. */
  readonly places: Int32Array;
  /** Right answers by observer (in the order of `Responses.observers`) and resample, as many as images were drawn. */
  readonly correct: readonly Int32Array[];
  /** By `first index, second index`; only pairs that were asked for. */
  readonly pairs: ReadonlyMap<string, PairSample>;
}

export interface ResamplingOptions {
  /** Default 0. */
  seed?: number;
  /** Default 1000. */
  resamples?: number;
}

/** Resamples the images of one condition. `pairs` lists the observers to compare, by index. */
export function sampleCondition(
  responses: Responses,
  condition: string,
  pairs: readonly (readonly [number, number])[],
  { seed = 0, resamples = 1000 }: ResamplingOptions = {},
): ConditionSample {
  const index = responses.dataset.conditions.findIndex(({ name }) => name === condition);
  const places = Int32Array.from(responses.images.keys()).filter((i) => responses.conditions[i] === index);
  const right = responses.observers.map((observer) => correctAnswers(responses, observer));
  const correct = responses.observers.map(() => new Int32Array(resamples));
  const compared = pairs.map(([a, b]) => {
    const codes = pairCodes(right[a], right[b]);
    const resampled: PairCounts[] = [];
    return { key: `${a},${b}`, codes, measured: countPairs(codes, places), resampled };
  });
  const random = new Random(deriveSeed(seed, responses.dataset.name, condition));
  const drawn = new Int32Array(places.length);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < drawn.length; i++) drawn[i] = places[random.integer(places.length)];
    for (const [o, answers] of right.entries()) {
      let hits = 0;
      for (let i = 0; i < drawn.length; i++) hits += answers[drawn[i]];
      correct[o][r] = hits;
    }
    for (const { codes, resampled } of compared) resampled.push(countPairs(codes, drawn));
  }
  return {
    places,
    correct,
    pairs: new Map(compared.map(({ key, measured, resampled }) => [key, { measured, resampled }])),
  };
}

/** Share of shape decisions among those for shape or texture in each resample of the images; NaN where there are none. */
export function resampledShares(
  images: readonly { readonly shape: number; readonly texture: number }[],
  { seed = 0, resamples = 1000 }: ResamplingOptions = {},
): Float64Array {
  const random = new Random(deriveSeed(seed, 'shape bias'));
  return Float64Array.from({ length: resamples }, () => {
    let [shape, texture] = [0, 0];
    for (let i = 0; i < images.length; i++) {
      const drawn = images[random.integer(images.length)];
      shape += drawn.shape;
      texture += drawn.texture;
    }
    return shape / (shape + texture);
  });
}
