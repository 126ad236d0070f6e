// What a training run is given, and what follows from it.
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { Transform } from '../data/augment';
import { batchCount } from '../data/batches';
import type { ImageSource } from '../data/imageSource';
import type { ImageModel } from '../models/model';
import type { Objective } from '../objectives/objective';
import type { OptimizerChoice } from '../objectives/optimizer';
import type { Schedule } from '../objectives/schedule';
import type { Callback } from './callbacks';
import type { RunConfig } from './checkpoint';

export interface CheckpointOptions {
  /** A safetensors file. */
  file: string;
  /** Steps between checkpoints, besides the one after every epoch. Default: none. */
  everySteps?: number;
  /** Go on from the file, if there is one. Default true; `false` starts afresh and replaces it. */
  resume?: boolean;
}

export interface TrainOptions {
  /** Trained in place, from its current weights. */
  model: ImageModel;
  objective: Objective;
  optimizer: OptimizerChoice;
  /** Learning rate of an epoch, from 0 (or of a step: `scheduleBy`). */
  schedule: Schedule;
  scheduleBy?: 'epoch' | 'step';
  source: ImageSource;
  transform: Transform;
  epochs: number;
  batchSize: number;
  /** Of order and augmentation. */
  seed: number;
  callbacks?: readonly Callback[];
  checkpoint?: CheckpointOptions;
  /** Aborted: the run stops after the current step, saves its checkpoint and returns `interrupted`. */
  signal?: AbortSignal;
  /** Threads that compute gradients. Default: one a core on the wasm engine. Other engines use 1. With batch norm the
   *  numbers depend on it a little, because every thread normalises its own share of a batch. */
  workers?: number;
}

/** Steps of an epoch: a last batch of a single image is left out. */
export function stepsPerEpoch({ source, batchSize }: TrainOptions): number {
  return batchCount(source.count, batchSize, 2);
}

/** Throws when options do not fit each other, naming the option. */
export function requireOptions(options: TrainOptions): void {
  const { model, source, transform, epochs, batchSize, checkpoint, workers = 1 } = options;
  const whole = { epochs, batchSize, workers, 'checkpoint.everySteps': checkpoint?.everySteps ?? 1 };
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`${name} is a whole number from 1, not ${value}.`);
  }
  if (stepsPerEpoch(options) === 0) {
    throw new Error(
      `${source.name} has ${source.count} images; training needs at least 2, and batches of 2.`,
    );
  }
  const [, height, width] = model.network.inputs[0].shape;
  for (const side of [height, width]) {
    if (side != null && side !== transform.size) {
      throw new Error(
        `The model takes ${height} x ${width} images, but the transform makes ${transform.size}.`,
      );
    }
  }
  const outputs = model.network.outputs[0].shape.at(-1);
  if (outputs != null && outputs < source.classes.length) {
    throw new Error(
      `The model has ${outputs} outputs, but ${source.name} has ${source.classes.length} classes.`,
    );
  }
}

/** How many threads compute, and why fewer than asked. */
export function chooseWorkers({ workers, batchSize }: TrainOptions): { workers: number; notes: string[] } {
  const engine = tf.getBackend();
  if (engine !== 'wasm') {
    const asked = workers !== undefined && workers > 1;
    return {
      workers: 1,
      notes: asked ? [`1 worker instead of ${workers}: the ${engine} engine is parallel itself.`] : [],
    };
  }
  const most = Math.max(1, Math.floor(batchSize / 2));
  const wanted = workers ?? availableParallelism();
  if (wanted <= most) return { workers: wanted, notes: [] };
  return {
    workers: most,
    notes: [`${most} workers instead of ${wanted}: each needs two images of a batch of ${batchSize}.`],
  };
}

/** All that the numbers depend on. */
export function runConfig(options: TrainOptions, workers: number): RunConfig {
  const { model, objective, optimizer, schedule, scheduleBy = 'epoch', source, transform } = options;
  const { epochs, batchSize, seed } = options;
  const rates = scheduleBy === 'epoch' ? epochs : epochs * stepsPerEpoch(options);
  return {
    model: model.spec,
    objective: objective.spec,
    optimizer: optimizer.spec,
    learningRates: Array.from({ length: rates }, (_, step) => schedule(step)),
    data: source.hash,
    transform: transform.description,
    epochs,
    batchSize,
    seed,
    workers,
    engine: tf.getBackend(),
  };
}
