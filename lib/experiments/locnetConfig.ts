// What the LocNet experiment is told: of its grid, and of one cell.
import type { ReliefData } from './topkConfig';

/** `baseline`: the encoder with its classifier alone; `joint`: the AutoEncoder, class and depth; `unet`: the same with skip connections. */
export type LocNetVariant = 'baseline' | 'joint' | 'unet';

export type LossSettings = {
  readonly alpha: number;
  readonly beta: number;
  readonly smoothing: number;
  readonly annealing: 'none' | 'cyclic-sigmoid';
  readonly cycles: number;
  readonly ratio: number;
  /** Epochs at the beginning that learn depth only. */
  readonly restEpochs: number;
  /** Rest as the paper says it, or as the authors' code does it. */
  readonly form: 'paper' | 'code';
};

export type RateSettings = {
  readonly base: number;
  readonly warmUpEpochs: number;
  /** The rate of a step, or that of the next one, as the authors' code reads it. */
  readonly form: 'paper' | 'code';
};

/** `<data>/images/{train,val}/<synset>`, `<data>/depth/{train,val}/<synset>` and, if the 17 sets are wanted, `<data>/stimuli/<set>`. */
export type DepthFolderData = {
  readonly kind: 'depth-folders';
  /** Shown in captions. */
  readonly name: string;
  /** One synset of ImageNet a category, as the authors' loader reads, or all 207. */
  readonly mapping: 'one' | 'all';
};

export type LocNetConfig = {
  readonly data: ReliefData | DepthFolderData;
  readonly variants: readonly LocNetVariant[];
  readonly seeds: readonly number[];
  /** Seed whose pictures and steps are kept as artifacts; null for none. */
  readonly keptSeed: number | null;
  /** Side of the input, in pixels. */
  readonly imageSize: number;
  /** Channels of the stem; 64 is the network of the paper. */
  readonly width: number;
  readonly dropout: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly rate: RateSettings;
  readonly optimizer: { readonly momentum: number; readonly weightDecay: number; readonly nesterov: boolean };
  readonly loss: LossSettings;
  /** Smallest share of an image's area that a random training crop keeps; null: no random crop, but the paper's square. */
  readonly smallestCrop: number | null;
  /** With the paper's square: two geometric and two colour operations a sample. Default false. */
  readonly randAugment?: boolean;
  /** Share of the papers' number of images in the embedded 17 sets. */
  readonly benchmarkShare: number;
};

/** What is trained, how and on what: of one cell, whatever its network. */
export type LocNetTraining = Omit<
  LocNetConfig,
  'variants' | 'seeds' | 'keptSeed' | 'imageSize' | 'width' | 'dropout'
> & {
  readonly model: { readonly architecture: string; readonly inputSize: number };
  readonly seed: number;
  /** Whether pictures and steps are kept. */
  readonly keep: boolean;
};

/** All that determines the numbers of one cell. */
export type LocNetCellConfig = LocNetTraining & {
  readonly model: {
    readonly architecture: 'resnet50' | 'autoencoder' | 'unet';
    readonly width: number;
    readonly inputSize: number;
    readonly classes: number;
    readonly dropout: number;
  };
};
