// The benchmark's four scores of humans and networks over all data sets, and the networks' places.
import { type BenchmarkScores, type Estimate, HUMANS, type Ranks } from '../results/benchmark';
import { biasCorrectedInterval } from '../results/bootstrap';
import { mean } from '../results/statistics';
import { type PairCounts, pairValues } from './consistency';
import type { PairSample } from './resampling';
import type { MeasuredSet } from './setResult';

type Similarity = 'squaredAccuracyDifference' | 'observed' | 'kappa';

/** Scores of `humans` and of every network, each over the sets that it answered, by the toolbox's averages:
 *
 *  - out-of-distribution accuracy: of all answers to a set's counting conditions, then the mean over sets;
 *  - the other three: the mean over counting conditions, then over humans (of humans: over pairs), then over sets. */
export function benchmarkScores(sets: readonly MeasuredSet[]): BenchmarkScores[] {
  const networks = new Set(
    sets.flatMap(({ responses }) =>
      responses.observers.filter(({ human }) => !human).map(({ name }) => name),
    ),
  );
  const scores = [HUMANS, ...networks].flatMap((name) => scoresOf(name, sets) ?? []);
  return ranked(scores);
}

function scoresOf(observer: string, sets: readonly MeasuredSet[]): BenchmarkScores | undefined {
  const answered = sets.filter(
    ({ result }) =>
      result.observers.includes(observer) && result.overallAccuracy[observer].benchmark !== null,
  );
  if (answered.length === 0) return undefined;
  const similarity = (what: Similarity): Estimate | null => {
    const compared = answered
      .map((set) => ({ set, pairs: pairsWithHumans(observer, set) }))
      .filter(({ pairs }) => pairs.length > 0);
    return compared.length === 0
      ? null
      : averaged(compared.map(({ set, pairs }) => similarityIn(set, pairs, what)));
  };
  return {
    observer,
    sets: answered.length,
    outOfDistributionAccuracy: averaged(answered.map((set) => accuracyIn(set, observer))),
    accuracyDifference: similarity('squaredAccuracyDifference'),
    observedConsistency: similarity('observed'),
    errorConsistency: similarity('kappa'),
    ranks: null,
  };
}

/** A value of one set, as measured and in each resample. */
interface Resampled {
  readonly measured: number;
  readonly resampled: readonly number[];
}

function averaged(values: readonly Resampled[]): Estimate {
  const resampled = values[0].resampled.map((_, r) => mean(values.map((value) => value.resampled[r])));
  const value = mean(values.map(({ measured }) => measured));
  return { value, interval: biasCorrectedInterval(resampled, value) };
}

function counting({ result }: MeasuredSet): string[] {
  return result.conditions.filter(({ excluded }) => !excluded).map(({ name }) => name);
}

function accuracyIn(set: MeasuredSet, observer: string): Resampled {
  const { responses, samples, result } = set;
  const members = [...responses.observers.keys()].filter((index) =>
    observer === HUMANS ? responses.observers[index].human : responses.observers[index].name === observer,
  );
  const conditions = counting(set).map((name) => samples.get(name)!);
  const answers = members.length * conditions.reduce((sum, { places }) => sum + places.length, 0);
  const resampled = Array.from(conditions[0].correct[0], (_, r) => {
    let hits = 0;
    for (const { correct } of conditions) for (const member of members) hits += correct[member][r];
    return hits / answers;
  });
  return { measured: result.overallAccuracy[observer].benchmark!.value as number, resampled };
}

/** Keys of the pairs that speak for an observer: a network with each human observer; of humans each two once. */
function pairsWithHumans(observer: string, { responses: { observers } }: MeasuredSet): string[] {
  const humans = [...observers.keys()].filter((index) => observers[index].human);
  if (observer === HUMANS) {
    return humans.flatMap((a, place) => humans.slice(place + 1).map((b) => `${a},${b}`));
  }
  const own = observers.findIndex(({ name }) => name === observer);
  return humans.map((human) => `${human},${own}`);
}

function similarityIn(set: MeasuredSet, pairs: readonly string[], what: Similarity): Resampled {
  const conditions = counting(set).map((name) => set.samples.get(name)!);
  const over = (counts: (pair: PairSample) => PairCounts): number =>
    mean(
      pairs.map((key) =>
        mean(conditions.map((condition) => pairValues(counts(condition.pairs.get(key)!))[what])),
      ),
    );
  return {
    measured: over(({ measured }) => measured),
    resampled: Array.from(conditions[0].correct[0], (_, r) => over(({ resampled }) => resampled[r])),
  };
}

/** Adds the networks' places; humans have none. */
function ranked(scores: readonly BenchmarkScores[]): BenchmarkScores[] {
  const networks = scores.filter(({ observer }) => observer !== HUMANS);
  if (networks.some(({ errorConsistency }) => errorConsistency === null)) return [...scores];
  const places = {
    outOfDistributionAccuracy: placesOf(networks.map((score) => -score.outOfDistributionAccuracy.value)),
    accuracyDifference: placesOf(networks.map((score) => score.accuracyDifference!.value)),
    observedConsistency: placesOf(networks.map((score) => -score.observedConsistency!.value)),
    errorConsistency: placesOf(networks.map((score) => -score.errorConsistency!.value)),
  };
  return scores.map((score) => {
    const index = networks.indexOf(score);
    if (index < 0) return score;
    const ranks = {
      outOfDistributionAccuracy: places.outOfDistributionAccuracy[index],
      accuracyDifference: places.accuracyDifference[index],
      observedConsistency: places.observedConsistency[index],
      errorConsistency: places.errorConsistency[index],
    };
    const average = mean([ranks.accuracyDifference, ranks.observedConsistency, ranks.errorConsistency]);
    return { ...score, ranks: { ...ranks, mean: average } satisfies Ranks };
  });
}

/** Places of values in ascending order, from 1; equal ones share the mean of their places. */
export function placesOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const less = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return less + (equal + 1) / 2;
  });
}
