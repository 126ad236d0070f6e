// Where a run stands: everything besides weights and optimizer that a resumed run needs to end with the same numbers.
import type { CurveRow } from './callbacks';
import type { StepResult } from './step';

/** Sums over the images of the current epoch. */
export interface EpochTotals {
  count: number;
  correct: number;
  terms: Record<string, number>;
}

/** The generators of a run are derived from its seed, the epoch and the image, so these positions are their state. */
export interface Progress {
  /** Steps done. */
  step: number;
  /** Epochs done: the index of the current one. */
  epoch: number;
  /** Steps done in the current epoch. */
  stepInEpoch: number;
  totals: EpochTotals;
  curve: CurveRow[];
}

/** A run that has not begun. */
export function newProgress(): Progress {
  return { step: 0, epoch: 0, stepInEpoch: 0, totals: emptyTotals(), curve: [] };
}

/** Counts one step. */
export function addStep(progress: Progress, result: StepResult): void {
  const { totals } = progress;
  progress.step++;
  progress.stepInEpoch++;
  totals.count += result.count;
  totals.correct += result.correct;
  for (const [name, value] of Object.entries(result.terms)) {
    totals.terms[name] = (totals.terms[name] ?? 0) + value * result.count;
  }
}

/** The current epoch's row of the learning curve. */
export function epochRow(progress: Progress, learningRate: number): CurveRow {
  const { count, correct, terms } = progress.totals;
  const means = Object.fromEntries(Object.entries(terms).map(([name, sum]) => [name, sum / count]));
  return {
    epoch: progress.epoch + 1,
    step: progress.step,
    learningRate,
    loss: sumOf(means),
    terms: means,
    accuracy: correct / count,
    metrics: {},
  };
}

/** Ends the epoch with its row. */
export function endEpoch(progress: Progress, row: CurveRow): void {
  progress.curve.push(row);
  progress.epoch++;
  progress.stepInEpoch = 0;
  progress.totals = emptyTotals();
}

/** The sum of named numbers: the loss, of its terms. */
export function sumOf(terms: Readonly<Record<string, number>>): number {
  return Object.values(terms).reduce((sum, value) => sum + value, 0);
}

function emptyTotals(): EpochTotals {
  return { count: 0, correct: 0, terms: {} };
}
