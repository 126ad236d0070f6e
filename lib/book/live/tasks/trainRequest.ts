// What the controls of the training say, and what comes back: for the page, which computes nothing itself.
import type { ClassName } from '../../../data/relief16/classes';

export const TRAINED_CLASSES: readonly ClassName[] = ['airplane', 'bottle', 'cat', 'chair'];

/** What follows the second stage. */
export type Activation = 'none' | 'topk' | 'topk-mean';

export type TrainEngine = 'wasm' | 'webgpu';

export interface TrainRequest {
  readonly engine: TrainEngine;
  readonly epochs: number;
  /** Training images of each class, and test images of each class and variant. */
  readonly trainPerClass: number;
  readonly testPerClass: number;
  /** Share in 0..1 of the training images in their class's texture. */
  readonly textureCue: number;
  readonly activation: Activation;
  /** Of the weights, the order and the augmentation; the images are those of seed 0. */
  readonly seed: number;
}

/** What it tells on its way. */
export type TrainEvent =
  | { readonly kind: 'images'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly totalSteps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly imagesPerSecond: number;
    }
  | { readonly kind: 'measuring' };

/** A share with its counts and Wilson's 95 % interval; null where nothing was counted. */
export interface Measured {
  readonly value: number | null;
  readonly counts?: Readonly<Record<string, number>>;
  readonly interval?: readonly [number, number] | null;
}

export interface TrainOutcome {
  readonly engine: TrainEngine;
  readonly stopped: 'finished' | 'interrupted';
  /** One a step. */
  readonly losses: readonly number[];
  /** On test images whose shape and texture agree; on cue conflicts. Null where it was stopped before. */
  readonly accuracy: Measured | null;
  readonly shapeBias: Measured | null;
  /** Of the training alone. */
  readonly seconds: number;
}
