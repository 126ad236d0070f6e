// What every cell that trains a network does alike: its engine, its seeds, its checkpoint, what an abort means, and the network's end.
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { deriveSeed } from '../random';
import type { Callback } from '../train/callbacks';
import type { TrainOptions } from '../train/options';
import { train } from '../train/train';
import { CELL_THREADS, useCellEngine } from './cellEngine';
import { curvesOf } from './curves';
import { type CellContext, type CellOutcome, Interrupted } from './experiment';

/** One network of an experiment. */
export interface TrainedCell extends Pick<CellOutcome, 'dataName' | 'dataHash'> {
  /** Those of the weights and of the training follow from it. */
  readonly seed: number;
  readonly build: (seed: number) => ImageModel;
  readonly training: Omit<TrainOptions, 'model' | 'seed' | 'workers' | 'signal' | 'checkpoint'>;
  /** What is recorded of the trained network. */
  readonly measure: (model: ImageModel) => Promise<Pick<CellOutcome, 'metrics' | 'artifacts'>>;
}

/** Trains and measures one network. Resumes from the context's checkpoint. Throws `Interrupted` when aborted. */
export async function runTrainedCell(cell: TrainedCell, context: CellContext): Promise<CellOutcome> {
  const { dataName, dataHash, build, training, measure } = cell;
  const { signal, checkpoints } = context;
  const { name, family } = await useCellEngine();
  const seeds = {
    weights: deriveSeed(cell.seed, 'weights'),
    training: deriveSeed(cell.seed, 'training'),
  };
  const model = build(seeds.weights);
  try {
    const { curve, stopped } = await train({
      ...training,
      model,
      seed: seeds.training,
      workers: CELL_THREADS,
      signal,
      checkpoint: { file: path.join(checkpoints, 'checkpoint.safetensors') },
    });
    if (stopped === 'interrupted') throw new Interrupted();
    const measured = await measure(model);
    return {
      engine: { name, family, version: tf.version_core },
      workers: CELL_THREADS,
      dataName,
      dataHash,
      seeds,
      curves: curvesOf(curve),
      ...measured,
    };
  } catch (error) {
    throw error === signal.reason ? new Interrupted() : error;
  } finally {
    model.dispose();
  }
}

/** Reports each epoch's loss and its accuracy on a test set, the metric `metric` of the curve. */
export function epochReport({ report }: Pick<CellContext, 'report'>, metric: string): Callback {
  return {
    onEpoch({ row: { epoch, loss, metrics }, epochs }) {
      const percent = (100 * metrics[metric]).toFixed(1);
      report(`epoch ${epoch}/${epochs}: loss ${loss.toFixed(3)}, test ${percent} %`);
    },
  };
}
