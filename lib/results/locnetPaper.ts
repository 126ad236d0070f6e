// What the LocNet paper and its code print, from data/papers/locnet.
import { type Check, list, mapOf, number, object, pair, text } from './check';
import { readPaperFile } from './papers';

/** One row of Table 1: accuracy in percent, `[joint, baseline]`. */
export interface LocNetRow {
  readonly set: string;
  readonly kind: 'cue' | 'parametric';
  readonly images: number;
  readonly top5: readonly [number, number];
  readonly top1: readonly [number, number];
}

const words = text(/\S/, 'text that is not empty');
const kind = text(/^(cue|parametric)$/, '"cue" or "parametric"');

function readPart<T>(file: string, fields: Readonly<Record<string, Check>>): T {
  return readPaperFile<T>('locnet', file, object({ title: words, provenance: words, ...fields }));
}

/** Table 1, in its order. */
export function readLocNetTable(): LocNetRow[] {
  const both = pair(number, number);
  const row = object<LocNetRow>({ set: words, kind, images: number, top5: both, top1: both });
  return readPart<{ rows: LocNetRow[] }>('table1.json', { metric: words, rows: list(row) }).rows;
}

/** A file of results beside the authors' code: `[top-1, top-5]` in percent by set. */
export interface LocNetTrial {
  readonly name: string;
  readonly sets: Readonly<Record<string, readonly [number, number]>>;
}

/** The stored trials, by name. */
export function readLocNetTrials(): LocNetTrial[] {
  const { trials } = readPart<{ trials: Record<string, LocNetTrial['sets']> }>('trials.json', {
    metric: words,
    trials: mapOf(mapOf(pair(number, number))),
  });
  return Object.entries(trials).map(([name, sets]) => ({ name, sets }));
}

/** The weight of the cross-entropy in the epochs of rest, as the authors' code uses it: `[first, middle]` step of each. */
export function readLocNetSchedule(): { restEpochs: number; weights: (readonly [number, number])[] } {
  return readPart('schedule.json', { restEpochs: number, weights: list(pair(number, number)) });
}
