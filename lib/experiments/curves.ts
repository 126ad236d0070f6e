// Learning curves as records keep them.
import type { CurveRow } from '../train/callbacks';
import type { CellOutcome } from './experiment';

/** One array a quantity, an entry an epoch, to six digits. */
export function curvesOf(curve: readonly CurveRow[]): CellOutcome['curves'] {
  const rounded = (value: number): number => Number(value.toPrecision(6));
  return {
    epoch: curve.map((row) => row.epoch),
    learningRate: curve.map((row) => rounded(row.learningRate)),
    loss: curve.map((row) => rounded(row.loss)),
    trainingAccuracy: curve.map((row) => rounded(row.accuracy)),
    originalAccuracy: curve.map((row) => rounded(row.metrics.originalAccuracy)),
  };
}
