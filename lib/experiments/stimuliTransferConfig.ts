// What the experiment stimuli-transfer is told: of its grid, and of one cell.
import type { ReliefData } from './topkConfig';

export type StimuliTransferConfig = {
  /** The training and test images, rendered on the fly. */
  readonly data: ReliefData;
  readonly seeds: readonly number[];
  /** Seed whose trained network is kept as an artifact of its record; null for none. */
  readonly keptSeed: number | null;
  /** Side of the input, in pixels: the stimuli are shrunk to it. */
  readonly imageSize: number;
  /** Channels of the first stage; 64 is the ResNet-18 of the papers. */
  readonly width: number;
  readonly stemStride: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** At the start; it falls to 0 along a cosine over the epochs. */
  readonly learningRate: number;
  readonly optimizer: { readonly momentum: number; readonly weightDecay: number };
  /** Smallest share of an image's area that a random training crop keeps. */
  readonly smallestCrop: number;
};

/** All that determines the numbers of one cell. */
export type StimuliTransferCellConfig = {
  readonly data: ReliefData;
  readonly model: {
    readonly architecture: 'resnet18';
    readonly variant: 'paper';
    readonly width: number;
    readonly inputSize: number;
    readonly classes: number;
    readonly stemStride: number;
    readonly activation: 'none';
  };
  readonly optimizer: StimuliTransferConfig['optimizer'];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly smallestCrop: number;
  readonly seed: number;
  /** Where the trained network is kept, from the root of the repository; null: nowhere. */
  readonly network: string | null;
};
