// Figures 5, 6 and 8 to 10 of LocNet: what the learning rate and the weights did, and what the networks learnt by epoch.
import type { TopLevelSpec } from 'vega-lite';
import { readSteps } from '../results/locnetPictures';
import { RECORDS, type RunRecord } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { keptRun, NETWORK_NAMES, networksOf } from './locnetNames';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { seedLines } from './seedLines';
import { seriesFigure } from './series';
import { colourScale } from './theme';

interface CurveFigure {
  id: string;
  /** Name of the curve in the records. */
  curve: string;
  axis: string;
  caption: string;
  /** Times the recorded numbers. */
  factor?: number;
}

/** One curve of all runs by epoch: a thin line for each run, a thick one for the mean over seeds. */
function byEpoch(
  { id, curve, axis, caption, factor = 1 }: CurveFigure,
  records: readonly RunRecord[],
): Figure | null {
  const values = records.flatMap((record) => {
    const { cell, curves } = record;
    return (curves[curve] ?? []).map((value, i) => ({
      network: NETWORK_NAMES[String(cell.variant)],
      seed: cell.seed,
      epoch: curves.epoch[i],
      value: factor * value,
      ...runsBehind([record]),
    }));
  });
  if (values.length === 0) return null;
  const shown = records.filter(({ curves }) => curve in curves);
  const y = { field: 'value', type: 'quantitative', title: axis } as const;
  const spec = {
    $schema: SCHEMA,
    data: { values },
    width: 420,
    height: 240,
    encoding: {
      x: { field: 'epoch', type: 'ordinal', title: 'epoch', axis: { labelAngle: 0, labelOverlap: true } },
      color: {
        field: 'network',
        type: 'nominal',
        title: null,
        scale: colourScale(networksOf(shown)),
        legend: { symbolOpacity: 1 },
      },
    },
    layer: seedLines(y),
  } as TopLevelSpec;
  return { id, spec, caption: `${caption} Thin: single runs, thick: mean over seeds. ${provenance(shown)}` };
}

/** Figure 8 of the paper. */
export function validationCrossEntropy(records: readonly RunRecord[]): Figure | null {
  return byEpoch(
    {
      id: 'locnet-validation-cross-entropy',
      curve: 'testCrossEntropy',
      axis: 'cross-entropy (nats)',
      caption:
        'Cross-entropy on held-out images after each epoch, without label smoothing (figure 8 of the paper).',
    },
    records,
  );
}

/** Figure 9. */
export function validationAccuracy(records: readonly RunRecord[]): Figure | null {
  return byEpoch(
    {
      id: 'locnet-validation-accuracy',
      curve: 'testAccuracy',
      axis: 'accuracy (%)',
      factor: 100,
      caption: 'Top-1 accuracy on held-out images after each epoch (figure 9 of the paper).',
    },
    records,
  );
}

/** Figure 10. */
export function validationDepthError(records: readonly RunRecord[]): Figure | null {
  return byEpoch(
    {
      id: 'locnet-validation-depth',
      curve: 'testSquaredError',
      axis: 'mean squared error of depth',
      caption:
        'Mean squared error of depth in 0..1 on held-out images after each epoch (figure 10 of the paper). The baseline learns no depth.',
    },
    records,
  );
}

/** Figure 5: the learning rate of each step, as it was applied. */
export function learningRates(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  return byStep(records, folder, {
    id: 'locnet-learning-rate',
    column: 'learningRate',
    axis: 'learning rate',
    caption: 'Learning rate of each step: a straight warm-up, then half a cosine (figure 5 of the paper).',
  });
}

/** Figure 6: the weight of the cross-entropy at each step. */
export function annealingWeights(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  return byStep(records, folder, {
    id: 'locnet-annealing',
    column: 'crossEntropyWeight',
    axis: 'weight of the cross-entropy',
    caption:
      'Weight of the cross-entropy at each step of the joint network: none while depth alone is learnt, then a cyclic sigmoid (figure 6 of the paper).',
  });
}

interface StepFigure {
  id: string;
  column: string;
  axis: string;
  caption: string;
}

function byStep(
  records: readonly RunRecord[],
  folder: string,
  { id, column, axis, caption }: StepFigure,
): Figure | null {
  const run = keptRun(records, 'joint');
  const steps = run === undefined ? null : readSteps(run, folder);
  if (run === undefined || steps === null) return null;
  const figure = seriesFigure({
    id,
    x: 'step',
    first: steps.step[0],
    y: axis,
    lines: { [axis]: steps[column] },
    caption: `${caption} ${provenance([run])}`,
  });
  return { ...figure, spec: { ...figure.spec, usermeta: runsBehind([run]) } };
}
