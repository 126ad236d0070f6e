// What humans answered, in short: enough for every figure to show them, without the raw answers.
import * as fs from 'node:fs';
import { fromRoot, writeFileAtomic } from '../files';
import { type BenchmarkResult, HUMANS, type SetResult, type Table } from '../results/benchmark';
import { benchmark } from './benchmark';
import { readTrialFolder } from './trialFiles';
import { isHuman } from './trials';

/** The summary that comes with the repository. */
export const HUMAN_SUMMARY = fromRoot('data', 'humans', 'summary.json');

const PROVENANCE = {
  source:
    'R. Geirhos, K. Narayanappa, B. Mitzkus, T. Thieringer, M. Bethge, F. A. Wichmann, W. Brendel: "Partial success in closing the gap between human and machine vision", NeurIPS 2021; raw answers in the repository model-vs-human (code MIT), of the earlier experiments also in generalisation-humans-DNNs and texture-vs-shape (CC-BY-4.0).',
  contents:
    'Computed from the raw answers of 90 subject-files, 85,120 trials: accuracy, entropy, confusions, error consistency and shape bias of all humans of a set together. No answers of single human observers.',
  command: 'npm run data -- humans <folder of the raw answers>',
};

/** Writes the summary of humans' raw answers (a folder of CSV files). Throws as `readTrialFolder`. */
export function writeHumanSummary(folder: string, file = HUMAN_SUMMARY): void {
  const trials = readTrialFolder(folder);
  const humans = Object.fromEntries(
    Object.entries(trials).map(([name, answers]) => [
      name,
      answers.filter(({ subject }) => isHuman(subject)),
    ]),
  );
  const result = onlyTogether(benchmark(humans));
  writeFileAtomic(file, `${JSON.stringify({ ...PROVENANCE, result }, rounded)}\n`);
}

/** Humans' numbers on the published images, from the summary in the repository. */
export function publishedHumans(): BenchmarkResult {
  return (JSON.parse(fs.readFileSync(HUMAN_SUMMARY, 'utf8')) as { result: BenchmarkResult }).result;
}

/** A result with the published numbers of humans beside its networks, for those of its sets that humans did not answer in it. Scores
 *  compare humans with the networks only where both answered the same images, so the networks get none from this. */
export function withPublishedHumans(result: BenchmarkResult, humans = publishedHumans()): BenchmarkResult {
  const sets = result.sets.map((set) => {
    const found = humans.sets.find(({ dataset }) => dataset === set.dataset);
    return found === undefined || set.observers.includes(HUMANS) ? set : beside(set, found);
  });
  const known = result.observers.some(({ name }) => name === HUMANS);
  return {
    observers: known ? result.observers : [{ name: HUMANS, kind: 'human' }, ...result.observers],
    sets,
    scores: result.scores.some(({ observer }) => observer === HUMANS)
      ? result.scores
      : [...humans.scores, ...result.scores],
  };
}

/** Keeps what concerns all humans together. */
function onlyTogether({ observers, sets, scores }: BenchmarkResult): BenchmarkResult {
  return {
    observers: observers.filter(({ name }) => name === HUMANS),
    scores,
    sets: sets.map((set) => ({
      ...set,
      observers: [HUMANS],
      accuracy: only(set.accuracy),
      overallAccuracy: only(set.overallAccuracy),
      entropy: only(set.entropy),
      confusion: only(set.confusion),
      errorConsistency: only(set.errorConsistency),
      consistency: {},
      overallConsistency: {},
      shapeBias: set.shapeBias === undefined ? undefined : only(set.shapeBias),
    })),
  };
}

function only<T>(table: Readonly<Record<string, T>>): Record<string, T> {
  return HUMANS in table ? { [HUMANS]: table[HUMANS] } : {};
}

function beside(set: SetResult, humans: SetResult): SetResult {
  const join = <T>(own: Table<T>, theirs: Table<T>): Table<T> => ({ ...theirs, ...own });
  return {
    ...set,
    observers: [HUMANS, ...set.observers],
    accuracy: join(set.accuracy, humans.accuracy),
    overallAccuracy: { ...humans.overallAccuracy, ...set.overallAccuracy },
    entropy: join(set.entropy, humans.entropy),
    confusion: join(set.confusion, humans.confusion),
    errorConsistency: join(set.errorConsistency, humans.errorConsistency),
    shapeBias: set.shapeBias === undefined ? undefined : { ...humans.shapeBias, ...set.shapeBias },
  };
}

/** Six digits after the point say enough of numbers between 0 and 4. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(6)) : value;
}
