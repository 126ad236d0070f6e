// What a training run tells while it runs. A callback is an object with some of these methods.
import type { ImageModel } from '../models/model';

/** One epoch of the learning curve. Deterministic: holds no times. */
export interface CurveRow {
  /** Epochs done, from 1. */
  epoch: number;
  /** Steps done. */
  step: number;
  /** Learning rate of the epoch's last step. */
  learningRate: number;
  /** Mean over the epoch's images of the weighted sum of terms. */
  loss: number;
  /** Mean over the epoch's images of each term, not weighted. */
  terms: Record<string, number>;
  /** Mean over the epoch's images of each term's weight. */
  weights: Record<string, number>;
  /** Share of the epoch's (augmented) training images classified correctly, as they were met. */
  accuracy: number;
  /** What callbacks measured after the epoch, e.g. `testAccuracy`. */
  metrics: Record<string, number>;
}

export interface StartEvent {
  model: ImageModel;
  epochs: number;
  stepsPerEpoch: number;
  /** Steps done by earlier runs: above 0 when resumed from a checkpoint. */
  step: number;
  /** Rows of the curve so far. */
  curve: readonly CurveRow[];
  workers: number;
  /** What was decided otherwise than asked, e.g. fewer workers. */
  notes: readonly string[];
}

export interface StepEvent {
  /** Steps done, from 1. */
  step: number;
  totalSteps: number;
  /** The current epoch, from 1. */
  epoch: number;
  learningRate: number;
  loss: number;
  /** Not weighted. */
  terms: Readonly<Record<string, number>>;
  weights: Readonly<Record<string, number>>;
  /** Share of this batch classified correctly. */
  accuracy: number;
  imagesPerSecond: number;
}

export interface EpochEvent {
  model: ImageModel;
  /** The row of this epoch; `metrics` holds what earlier callbacks measured. */
  row: CurveRow;
  epochs: number;
}

export interface StopEvent {
  stopped: Stopped | 'failed';
  step: number;
  error?: Error;
}

/** Why a run ended in order: it was done, or its signal was aborted. */
export type Stopped = 'finished' | 'interrupted';

/** Named events of a training run, awaited in order. An error in a callback stops the run. */
export interface Callback {
  onStart?(event: StartEvent): void | Promise<void>;
  onStep?(event: StepEvent): void | Promise<void>;
  /** May return measurements, which join the row of the curve. */
  onEpoch?(event: EpochEvent): EpochMetrics | Promise<EpochMetrics>;
  /** Before a checkpoint is written: a resumed run starts from here, so what it will need must be on disk. */
  onCheckpoint?(): void | Promise<void>;
  /** Called once, whatever ended the run. */
  onStop?(event: StopEvent): void | Promise<void>;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a callback with nothing to add returns nothing.
export type EpochMetrics = Record<string, number> | undefined | void;
