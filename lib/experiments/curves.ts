// Learning curves as records keep them.
import type { CurveRow } from '../train/callbacks';
import type { CellOutcome } from './experiment';

/** One array a quantity, an entry an epoch, to six digits: the run's own, and what callbacks measured. */
export function curvesOf(curve: readonly CurveRow[]): CellOutcome['curves'] {
  const column = (quantity: (row: CurveRow) => number): number[] =>
    curve.map((row) => Number(quantity(row).toPrecision(6)));
  const measured = Object.keys(curve[0]?.metrics ?? {});
  return {
    epoch: curve.map((row) => row.epoch),
    learningRate: column((row) => row.learningRate),
    loss: column((row) => row.loss),
    trainingAccuracy: column((row) => row.accuracy),
    ...Object.fromEntries(measured.map((name) => [name, column((row) => row.metrics[name])])),
  };
}
