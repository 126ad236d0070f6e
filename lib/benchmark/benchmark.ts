// The benchmark over trials of humans and networks: every data set, then the scores over all.
import { type BenchmarkResult, HUMANS, type Observer } from '../results/benchmark';
import { DATASETS, findDataset } from './datasets';
import type { ResamplingOptions } from './resampling';
import { arrange } from './responses';
import { benchmarkScores } from './scores';
import { measureSet } from './setResult';
import type { Trial } from './trials';

/** Trials by the name of their data set. */
export type TrialsBySet = Readonly<Record<string, readonly Trial[]>>;

/** What the model-vs-human benchmark says of these trials: humans are the subjects named `subject-...`, all others networks.
 *
 *  Any of the 17 sets may be missing; scores are over those that are there. Source: Geirhos et al. 2021, "Partial success in closing
 *  the gap between human and machine vision". Throws on an unknown data set, and when observers of a set answered different
 *  images. */
export function benchmark(trials: TrialsBySet, options: ResamplingOptions = {}): BenchmarkResult {
  for (const name of Object.keys(trials)) findDataset(name);
  const sets = DATASETS.filter(({ name }) => (trials[name]?.length ?? 0) > 0).map((dataset) =>
    measureSet(arrange(dataset, trials[dataset.name]), options),
  );
  if (sets.length === 0) throw new Error('There are no trials to measure.');
  const observers = new Map<string, Observer>();
  for (const { responses } of sets) {
    for (const { name, human } of responses.observers)
      observers.set(name, { name, kind: human ? 'human' : 'model' });
  }
  const all = [...observers.values()].sort(
    (a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) || (a.name < b.name ? -1 : 1),
  );
  const humans: Observer[] = all.some(({ kind }) => kind === 'human')
    ? [{ name: HUMANS, kind: 'human' }]
    : [];
  return {
    observers: [...humans, ...all],
    sets: sets.map(({ result }) => result),
    scores: benchmarkScores(sets),
  };
}
