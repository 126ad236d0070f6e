// What one data set says of its observers: accuracy, entropy, confusions, consistency, shape bias.
import {
  type Consistency,
  type CueDecisions,
  type Estimate,
  HUMANS,
  pairKey,
  type SetResult,
  type ShapeBias,
} from '../results/benchmark';
import { biasCorrectedInterval } from '../results/bootstrap';
import { wilsonInterval } from '../results/proportion';
import type { Metric } from '../results/record';
import { mean } from '../results/statistics';
import { CATEGORIES } from './categories';
import { addCounts, pairValues } from './consistency';
import { shapeBias } from './metrics';
import {
  type ConditionSample,
  type PairSample,
  type ResamplingOptions,
  resampledShares,
  sampleCondition,
} from './resampling';
import { correctAnswers, type ObserverResponses, type Responses } from './responses';
import { textureOf } from './trials';

/** A data set's result with the resamples behind its intervals, from which the benchmark's scores get theirs. */
export interface MeasuredSet {
  readonly result: SetResult;
  readonly responses: Responses;
  /** By name of the condition; only conditions that have images. */
  readonly samples: ReadonlyMap<string, ConditionSample>;
}

/** Measures one data set. Pairs are compared as the toolbox does: everyone with every human observer, and in cue sets networks with
 *  each other too. Intervals resample images, 1000 times by default. */
export function measureSet(responses: Responses, options: ResamplingOptions = {}): MeasuredSet {
  const { dataset, images } = responses;
  const pairs = pairsOf(responses);
  const present = dataset.conditions.filter((_, index) => responses.conditions.includes(index));
  const samples = new Map(
    present.map(({ name }) => [name, sampleCondition(responses, name, pairs, options)] as const),
  );
  const groups = groupsOf(responses);
  const byGroup = <T>(measure: (members: readonly number[]) => T): Record<string, T> =>
    tableOf(groups.map(({ name, members }) => [name, measure(members)]));
  const byCondition = <T>(measure: (sample: ConditionSample) => T): Record<string, T> =>
    Object.fromEntries([...samples].map(([name, sample]) => [name, measure(sample)]));
  const counting = present.filter(({ excluded }) => !excluded).map(({ name }) => name);
  const result: SetResult = {
    dataset: dataset.name,
    kind: dataset.kind,
    axis: dataset.axis,
    conditions: present,
    observers: groups.map(({ name }) => name),
    images: images.length,
    accuracy: byGroup((members) => byCondition((sample) => accuracyOver(responses, members, [sample]))),
    overallAccuracy: byGroup((members) => ({
      all: accuracyOver(responses, members, [...samples.values()]),
      benchmark:
        counting.length === 0
          ? null
          : accuracyOver(
              responses,
              members,
              counting.map((name) => samples.get(name) as ConditionSample),
            ),
    })),
    topFiveAccuracy: topFiveAccuracy(responses),
    entropy: byGroup((members) =>
      byCondition(({ places }) =>
        mean(members.map((member) => entropy(responses.observers[member].answers, places))),
      ),
    ),
    confusion: byGroup((members) => byCondition(({ places }) => confusion(responses, members, places))),
    ...consistencies(responses, pairs, samples),
    errorConsistency: meanKappas(responses, samples),
    shapeBias:
      dataset.name === 'cue-conflict'
        ? byGroup((members) => shapeBiases(responses, members, options))
        : undefined,
  };
  return { result, responses, samples };
}

/** A table by names of observers, which may be any text: without a prototype, `constructor` is a name like others. */
function tableOf<T>(entries: readonly (readonly [name: string, value: T])[]): Record<string, T> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

interface Group {
  readonly name: string;
  /** Indices of observers. */
  readonly members: readonly number[];
}

/** All humans together, then everyone alone. */
function groupsOf({ observers }: Responses): Group[] {
  const humans = [...observers.keys()].filter((index) => observers[index].human);
  const alone = observers.map(({ name }, index) => ({ name, members: [index] }));
  return humans.length === 0 ? alone : [{ name: HUMANS, members: humans }, ...alone];
}

function pairsOf({ dataset, observers }: Responses): [number, number][] {
  const everyone = [...observers.keys()];
  return everyone.flatMap((a) =>
    everyone
      .filter((b) => b > a && (observers[a].human || dataset.kind === 'cue'))
      .map((b): [number, number] => [a, b]),
  );
}

function accuracyOver(
  responses: Responses,
  members: readonly number[],
  samples: readonly ConditionSample[],
): Metric {
  const right = members.map((member) => correctAnswers(responses, responses.observers[member]));
  let correct = 0;
  let images = 0;
  for (const { places } of samples) {
    images += places.length * members.length;
    for (const answers of right) correct += countAt(answers, places);
  }
  const [value, counts] = [correct / images, { correct, images }];
  // One observer's answers are independent of each other; those of several to the same images are not.
  if (members.length === 1) return { value, counts, interval: wilsonInterval(correct, images) };
  const resampled = Float64Array.from(samples[0].correct[0], (_, r) => {
    let hits = 0;
    for (const sample of samples) for (const member of members) hits += sample.correct[member][r];
    return hits / images;
  });
  return { value, counts, interval: biasCorrectedInterval(resampled, value) };
}

function countAt(values: Uint8Array, places: Int32Array): number {
  return places.reduce((sum, place) => sum + values[place], 0);
}

function topFiveAccuracy({ observers, images }: Responses): Record<string, Metric> {
  const ranked = observers.filter(({ inTopFive }) => inTopFive !== undefined);
  return Object.fromEntries(
    ranked.map(({ name, inTopFive }) => {
      const correct = (inTopFive as Uint8Array).reduce((sum, hit) => sum + hit, 0);
      const counts = { correct, images: images.length };
      const interval = wilsonInterval(correct, images.length);
      return [name, { value: correct / images.length, counts, interval }];
    }),
  );
}

/** Of the answers at the given places; no answer has no term of its own, but counts in the denominator. */
function entropy(answers: Uint8Array, places: Int32Array): number {
  const counts = new Int32Array(CATEGORIES.length + 1);
  for (const place of places) counts[answers[place]]++;
  return counts.subarray(1).reduce((bits, count) => {
    const share = count / places.length;
    return share === 0 ? bits : bits - share * Math.log2(share);
  }, 0);
}

function confusion(responses: Responses, members: readonly number[], places: Int32Array): number[][] {
  const counts = Array.from({ length: CATEGORIES.length + 1 }, () => CATEGORIES.map(() => 0));
  for (const member of members) {
    const { answers } = responses.observers[member];
    for (const place of places) counts[answers[place]][responses.categories[place]]++;
  }
  return counts;
}

function consistencies(
  { observers }: Responses,
  pairs: readonly (readonly [number, number])[],
  samples: ReadonlyMap<string, ConditionSample>,
): Pick<SetResult, 'consistency' | 'overallConsistency'> {
  const table = <T>(of: (index: string) => T): Record<string, T> =>
    Object.fromEntries(
      pairs.map(([a, b]) => [pairKey(observers[a].name, observers[b].name), of(`${a},${b}`)]),
    );
  const conditions = [...samples];
  return {
    consistency: table((index) =>
      Object.fromEntries(conditions.map(([name, { pairs }]) => [name, consistency([pairs.get(index)!])])),
    ),
    overallConsistency: table((index) => consistency(conditions.map(([, { pairs }]) => pairs.get(index)!))),
  };
}

/** Of two observers over some conditions. */
function consistency(parts: readonly PairSample[]): Consistency {
  const resampled = parts[0].resampled.map(
    (_, r) => pairValues(addCounts(parts.map((part) => part.resampled[r]))).kappa,
  );
  const measured = pairValues(addCounts(parts.map((part) => part.measured)));
  return { ...measured, interval: biasCorrectedInterval(resampled, measured.kappa) };
}

/** Means of kappa: of a network over humans; of humans over the means of each with the others. */
function meanKappas(
  { observers }: Responses,
  samples: ReadonlyMap<string, ConditionSample>,
): SetResult['errorConsistency'] {
  const humans = [...observers.keys()].filter((index) => observers[index].human);
  const networks = [...observers.keys()].filter((index) => !observers[index].human);
  const withHumans = (index: number): string[] =>
    humans.filter((human) => human !== index).map((human) => pairIndex(human, index));
  const over = (keys: readonly string[]): Record<string, Estimate> =>
    Object.fromEntries(
      [...samples].map(([name, { pairs }]) => [name, meanKappa(keys.map((key) => pairs.get(key)!))]),
    );
  const table: Record<string, Record<string, Estimate>> = tableOf([]);
  // Every human observer has as many others, so the mean of means is the mean over all ordered pairs.
  if (humans.length > 1) table[HUMANS] = over(humans.flatMap(withHumans));
  if (humans.length > 0) for (const index of networks) table[observers[index].name] = over(withHumans(index));
  return table;
}

function pairIndex(a: number, b: number): string {
  return a < b ? `${a},${b}` : `${b},${a}`;
}

function meanKappa(pairs: readonly PairSample[]): Estimate {
  const resampled = pairs[0].resampled.map((_, r) =>
    mean(pairs.map((pair) => pairValues(pair.resampled[r]).kappa)),
  );
  const value = mean(pairs.map(({ measured }) => pairValues(measured).kappa));
  return { value, interval: biasCorrectedInterval(resampled, value) };
}

function shapeBiases(
  responses: Responses,
  members: readonly number[],
  options: ResamplingOptions,
): ShapeBias {
  const textures = responses.images.map((image) =>
    (CATEGORIES as readonly string[]).indexOf(textureOf(image)),
  );
  const over = (places: readonly number[]): CueDecisions =>
    decisions(
      members.map((member) => responses.observers[member]),
      places,
      responses.categories,
      textures,
      options,
    );
  const all = [...responses.images.keys()];
  const categories = CATEGORIES.map(
    (name, index) => [name, all.filter((i) => responses.categories[i] === index)] as const,
  );
  return {
    overall: over(all),
    byCategory: Object.fromEntries(
      categories.filter(([, places]) => places.length > 0).map(([name, places]) => [name, over(places)]),
    ),
  };
}

function decisions(
  observers: readonly ObserverResponses[],
  places: readonly number[],
  shapes: Uint8Array,
  textures: readonly number[],
  options: ResamplingOptions,
): CueDecisions {
  const pooled = <T>(value: (place: number, observer: ObserverResponses) => T): T[] =>
    observers.flatMap((observer) => places.map((place) => value(place, observer)));
  const bias = shapeBias(
    pooled((place, { answers }) => answers[place] - 1),
    pooled((place) => shapes[place]),
    pooled((place) => textures[place]),
  );
  const { shape, texture, images } = bias.counts;
  const shares = { shapeShare: shape / images, textureShare: texture / images };
  // Several observers saw the same images: what is resampled are these, with everyone's answers.
  if (observers.length === 1 || bias.value === null) return { bias, ...shares };
  const decided = places
    .filter((place) => shapes[place] !== textures[place])
    .map((place) => ({
      shape: observers.filter(({ answers }) => answers[place] - 1 === shapes[place]).length,
      texture: observers.filter(({ answers }) => answers[place] - 1 === textures[place]).length,
    }));
  const interval = biasCorrectedInterval(resampledShares(decided, options), bias.value);
  return { bias: { ...bias, interval }, ...shares };
}
