// How a network is trained that is looked into afterwards.
import type { OptimizerSettings } from './topkConfig';

export type PlainTraining = {
  /** Highest of a cosine that a linear climb comes before. */
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly warmUpEpochs: number;
  readonly optimizer: OptimizerSettings;
  /** Smallest share of an image's area that a random training crop keeps. */
  readonly smallestCrop: number;
};
