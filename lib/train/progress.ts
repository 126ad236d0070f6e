// Where a run stands: everything besides weights and optimizer that a resumed run needs to end with the same numbers.
import type { CurveRow } from './callbacks';
import type { StepResult } from './step';

/** Sums over the images of the current epoch. */
export interface EpochTotals {
  count: number;
  correct: number;
  loss: number;
  terms: Record<string, number>;
  weights: Record<string, number>;
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
  totals.loss += lossOf(result.terms, result.weights) * result.count;
  addTo(totals.terms, result.terms, result.count);
  addTo(totals.weights, result.weights, result.count);
}

/** The current epoch's row of the learning curve. */
export function epochRow(progress: Progress, learningRate: number): CurveRow {
  const { count, correct, loss, terms, weights } = progress.totals;
  const means = (sums: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
  return {
    epoch: progress.epoch + 1,
    step: progress.step,
    learningRate,
    loss: loss / count,
    terms: means(terms),
    weights: means(weights),
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

/** The weighted sum of the terms. */
export function lossOf(
  terms: Readonly<Record<string, number>>,
  weights: Readonly<Record<string, number>>,
): number {
  return Object.entries(terms).reduce((sum, [name, value]) => sum + weights[name] * value, 0);
}

function addTo(sums: Record<string, number>, values: Readonly<Record<string, number>>, count: number): void {
  for (const [name, value] of Object.entries(values)) sums[name] = (sums[name] ?? 0) + value * count;
}

function emptyTotals(): EpochTotals {
  return { count: 0, correct: 0, loss: 0, terms: {}, weights: {} };
}
