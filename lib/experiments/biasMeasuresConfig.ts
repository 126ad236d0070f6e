// What the experiment on measures of bias is told: of its grid, and of one cell.
import type { CueShares, Division } from '../data/relief16/tellingCue';

/** By which cues the training images tell their class. */
export type Mixture = {
  /** Lower-case, e.g. `classes-t50`. */
  readonly id: string;
  readonly division: Division;
  readonly shares: CueShares;
};

/** Which suppressions a network is measured under, each at some of its levels. */
export type SuppressionPlan = readonly { readonly name: string; readonly levels: readonly string[] }[];

type Shared = {
  readonly classes: readonly string[];
  /** Images of each class that a network is trained on. */
  readonly trainPerClass: number;
  /** Images of each class in every set that it is measured on. */
  readonly testPerClass: number;
  /** Of the test images; those of the training follow from the cell's seed. */
  readonly testSeed: number;
  readonly suppressions: SuppressionPlan;
  readonly epochs: number;
  readonly batchSize: number;
  /** Adam's: the highest of a cosine that an epoch's linear climb comes before. */
  readonly learningRate: number;
  /** Smallest share of an image's area that a random training crop keeps. */
  readonly smallestCrop: number;
};

export type BiasMeasuresConfig = Shared & {
  readonly mixtures: readonly Mixture[];
  readonly seeds: readonly number[];
  readonly imageSize: number;
  readonly width: number;
  readonly stemStride: number;
};

/** All that determines the numbers of one cell. */
export type BiasMeasuresCellConfig = Shared & {
  readonly mixture: Mixture;
  readonly model: {
    readonly architecture: 'resnet18';
    readonly variant: 'code';
    readonly width: number;
    readonly inputSize: number;
    readonly classes: number;
    readonly stemStride: number;
    readonly activation: 'none';
  };
  readonly seed: number;
};
